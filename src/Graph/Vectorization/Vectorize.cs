using GraphGrad.Operations;
using GraphGrad.Vectorization;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Applies a function of one example to all examples at once: <c>Vectorize(v => [MatMul(w, v[0])], [rows])</c>. The function is called
    /// once, now; each op that it builds is replaced, by a rule, by one op for all examples, so that there is no loop. Values that the
    /// function takes from outside are the same for all examples. Derivatives may be taken inside the function and of the results,
    /// and the function may itself call Vectorize.
    /// </summary>
    /// <remarks>
    /// Random numbers that the function draws are drawn for each example anew. Where the condition of a <c>Cond</c> differs among examples
    /// both branches are computed, and selected from. A variable cannot be assigned inside.
    /// </remarks>
    /// <param name="function">Builds the results of one example from its inputs.</param>
    /// <param name="inputs">What holds the examples; at least one.</param>
    /// <param name="axes">For each input the axis along which its examples lie, null if it is passed whole to each example; 0 for all if left out.</param>
    /// <returns>The results, each with a new leading axis along which the examples lie.</returns>
    /// <exception cref="GraphException">
    /// There is no input, or no axis along which examples lie; the numbers of examples differ; the function assigns a variable.
    /// </exception>
    public static Value[] Vectorize(Func<Value[], Value[]> function, Value[] inputs, int?[]? axes = null)
    {
        if (inputs.Length == 0) throw new GraphException($"vectorize: give at least one input. Built at {Origin.Capture()}.");
        var graph = inputs[0].Graph;
        foreach (var input in inputs) graph.Require(input, "the input of vectorize");
        var places = axes ?? [.. inputs.Select(_ => (int?)0)];
        if (places.Length != inputs.Length)
            throw graph.Error("vectorize", $"{places.Length} axes are given for {inputs.Length} inputs; give one for each, null for an input that is passed whole.");
        using var scope = graph.Scope("vectorize");
        var mapped = Enumerable.Range(0, inputs.Length).Where(i => places[i] is not null).ToArray();
        var all = mapped.Select(i => Leading(inputs[i], places[i]!.Value)).ToArray();
        if (all.Length == 0)
            throw graph.Error("vectorize", "every axis is null, so there are no examples; give the axis along which they lie for at least one input.");
        for (var k = 1; k < all.Length; k++)
        {
            if (all[k].Shape[0] != all[0].Shape[0])
                throw graph.Error("vectorize", $"'{inputs[mapped[0]].Name}' {inputs[mapped[0]].Type} holds {all[0].Shape[0]} examples, '{inputs[mapped[k]].Name}' {inputs[mapped[k]].Type} holds {all[k].Shape[0]}; they must be equal. Name the axes along which examples lie, or null for an input that is passed whole.");
        }
        var batcher = new Batcher(all[0].Shape[0], graph.NodeCount);
        using var arguments = graph.Arguments();
        return [.. batcher.Apply(all, Call).Select(r => r!)];

        Value[] Call(Value[] ones)
        {
            Value[] own = [.. inputs];
            for (var k = 0; k < ones.Length; k++) own[mapped[k]] = ones[k];
            var start = graph.NodeCount;
            var results = function(own);
            foreach (var node in graph.BuiltSince(start))
            {
                if (node.Op is AssignOp assign) throw assign.OnceForEachExample(node);
            }
            foreach (var result in results) graph.Require(result, "the result of the vectorized function");
            return results;
        }
    }

    /// <summary>Applies a function of one example to all examples along an axis of one input.</summary>
    /// <returns>The result, with a new leading axis along which the examples lie.</returns>
    /// <exception cref="GraphException">There is no such axis, or the function assigns a variable.</exception>
    public static Value Vectorize(Func<Value, Value> function, Value input, int axis = 0) =>
        Vectorize(v => [function(v[0])], [input], [axis])[0];

    /// <summary>Applies a function of one example, which has two parts, to all examples along axis 0 of two inputs: <c>Vectorize((x, y) => Dot(x, y), xs, ys)</c>.</summary>
    /// <returns>The result, with a new leading axis along which the examples lie.</returns>
    /// <exception cref="GraphException">An input is a scalar, the numbers of examples differ, or the function assigns a variable.</exception>
    public static Value Vectorize(Func<Value, Value, Value> function, Value first, Value second) =>
        Vectorize(v => [function(v[0], v[1])], [first, second])[0];

    /// <summary>
    /// What values would be if others, from which they are computed, were replaced by several at once: each replacement has the replaced value's
    /// shape behind a leading axis. Only what lies between is computed again; random numbers stay the ones that were drawn.
    /// </summary>
    /// <param name="results">The values.</param>
    /// <param name="replacements">What they are computed from, and what replaces it.</param>
    /// <returns>The values, each with a new leading axis.</returns>
    /// <exception cref="GraphException">There is no replacement, one has the wrong type or shape, or an assignment lies between.</exception>
    public static Value[] Vectorize(Value[] results, params ReadOnlySpan<(Value One, Value All)> replacements)
    {
        if (replacements.Length == 0) throw new GraphException($"vectorize: give at least one replacement. Built at {Origin.Capture()}.");
        var graph = replacements[0].One.Graph;
        using var scope = graph.Scope("vectorize");
        Batcher? batcher = null;
        foreach (var (one, all) in replacements)
        {
            graph.Require(one, "the value to replace");
            graph.Require(all, "the replacement");
            batcher ??= new Batcher(all.Rank == 0 ? 1 : all.Shape[0], int.MaxValue);
            if (all.DType != one.DType || all.Rank != one.Rank + 1 || !all.Shape.Equals(new Shape([batcher.Size, .. one.Shape])))
                throw graph.Error("vectorize", $"'{all.Name}' {all.Type} cannot replace '{one.Name}' {one.Type}; it must be {new TensorType(one.DType, new Shape([batcher.Size, .. one.Shape]))}.");
            batcher.Map(one, all);
        }
        foreach (var result in results) graph.Require(result, "the result to vectorize");
        return batcher!.All(results);
    }

    /// <summary>An axis made the first.</summary>
    private static Value Leading(Value input, int axis) => BatchContext.ToFront(input, Axes.Find(input, axis, "vectorize"));
}
