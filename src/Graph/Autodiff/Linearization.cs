using GraphGrad.Autodiff;
using GraphGrad.Rewriting;

namespace GraphGrad;

/// <summary>
/// The linear map by which values move when what they are computed from moves a little: their Jacobian, never built. Applied as often as
/// one likes, forward or transposed; the values themselves are computed once in a run, however often it is applied.
/// </summary>
public sealed class Linearization
{
    private readonly Value[] stableValues;
    private readonly Value[] stableInputs;

    internal Linearization(Value[] values, Value[] inputs)
    {
        Values = values;
        Inputs = inputs;
        using var scope = values[0].Graph.Scope("linearization");
        (stableValues, stableInputs) = Stabilizer.Apply(values, inputs);
    }

    /// <summary>What moves with the inputs.</summary>
    public IReadOnlyList<Value> Values { get; }

    /// <summary>What the values are computed from.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>How the values move: the product of the Jacobian with tangents.</summary>
    /// <param name="tangents">One for each input, of its element type and shape.</param>
    /// <returns>One for each value, of its element type and shape.</returns>
    /// <exception cref="GraphException">The count, a type or a shape is wrong.</exception>
    public Value[] Jvp(params Value[] tangents)
    {
        Check(tangents, Inputs, "tangent", "input");
        using var scope = Values[0].Graph.Scope("tangents");
        var count = Values[0].Graph.NodeCount;
        return Values[0].Graph.KeepDifferentiated(Forward.Push(stableValues, stableInputs, tangents).Zip(Values, Forward.OrZeros), [.. Values], count);
    }

    /// <summary>The transposed map: the product of cotangents with the Jacobian.</summary>
    /// <param name="cotangents">One for each value, of its element type and shape.</param>
    /// <returns>One for each input, of its element type and shape.</returns>
    /// <exception cref="GraphException">The count, a type or a shape is wrong.</exception>
    public Value[] Vjp(params Value[] cotangents)
    {
        Check(cotangents, Values, "cotangent", "value");
        using var scope = Values[0].Graph.Scope("gradients");
        var count = Values[0].Graph.NodeCount;
        return Values[0].Graph.KeepDifferentiated(Backward.Pull(stableValues, stableInputs, [.. cotangents.Select(c => (Gradient)c)], stabilize: false, inside: true).Zip(Inputs, (g, x) => Forward.OrZeros(g.Value, x)), [.. Values], count);
    }

    private static void Check(Value[] given, IReadOnlyList<Value> of, string what, string whose)
    {
        if (given.Length != of.Count)
            throw of[0].Graph.Error("linearize", $"{given.Length} {what}s are given for {of.Count} {whose}s; give one for each.");
        for (var i = 0; i < given.Length; i++)
        {
            of[i].Graph.Require(given[i], $"the {what}");
            if (!given[i].Type.Equals(of[i].Type))
                throw of[i].Graph.Error("linearize", $"the {what} '{given[i].Name}' is {given[i].Type}, but the {whose} '{of[i].Name}' is {of[i].Type}; they must be of one type and shape. Cast or broadcast the {what}.");
        }
    }
}
