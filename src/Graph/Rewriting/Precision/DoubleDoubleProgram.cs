using GraphGrad.Operations;
using GraphGrad.Scalars;
using Numbers = GraphGrad.Rewriting.Precision.PreciseStep.Numbers;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A program of elementwise ops, views and reductions, evaluated op by op in double-double arithmetic: where float64 loses the digits, too. Beside each number runs
/// a bound of its error (Wilkinson's running error analysis), so that what rounding leaves of an exact zero is zero (<see cref="RoundingErrors"/>).
/// </summary>
internal sealed class DoubleDoubleProgram
{
    // Elements that are computed together where each is computed from its own place alone.
    private const int Block = 256;

    private readonly Value[] leaves;
    private readonly PreciseStep[] steps;
    private readonly int[] lastUses;

    private DoubleDoubleProgram(Value[] leaves, PreciseStep[] steps)
    {
        (this.leaves, this.steps) = (leaves, steps);
        lastUses = new int[leaves.Length + steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            foreach (var input in steps[i].Inputs) lastUses[input] = i;
        }
        lastUses[^1] = steps.Length;
        var shape = steps[^1].Shape;
        IsPointwise = leaves.Select(l => l.Shape).Concat(steps.Select(s => s.Shape)).All(s => IsSingle(s) || s.Equals(shape)) && Array.TrueForAll(steps, s => !s.Reduces && s.KeepsPlaces);
    }

    /// <summary>What becomes of the values of a program.</summary>
    public enum Mode
    {
        /// <summary>What rounding leaves of an exact zero is zero.</summary>
        Settled,

        /// <summary>It stays, but for what is below 2^-96 of the terms of a sum.</summary>
        WithRests,

        /// <summary>Each value is rounded to a double, which shows what float64 makes of the program.</summary>
        InFloat64,
    }

    /// <summary>How many ops there are.</summary>
    public int Count => steps.Length;

    /// <summary>Whether each element of the result is computed from the elements at its own place.</summary>
    public bool IsPointwise { get; }

    /// <summary>The program; null if there is an op in it that is not written for this arithmetic.</summary>
    /// <param name="leaves">What is given.</param>
    /// <param name="values">What is computed, each after what it reads, the result last; constants among them.</param>
    public static DoubleDoubleProgram? Of(IReadOnlyList<Value> leaves, IReadOnlyList<Value> values)
    {
        var places = new Dictionary<Value, int>();
        foreach (var leaf in leaves) places.Add(leaf, places.Count);
        var steps = new List<PreciseStep>();
        var graph = new Graph();
        using var origin = graph.WithOrigin(values[^1].Node.Origin);
        foreach (var value in values)
        {
            if (PreciseStep.Of(value, graph) is not { } step) return null;
            step.Inputs = [.. value.Node.Inputs.Select(i => places[i])];
            places.Add(value, places.Count);
            steps.Add(step);
        }
        return new DoubleDoubleProgram([.. leaves], [.. steps]);
    }

    /// <summary>The result, and bounds of its errors where there are such.</summary>
    /// <param name="data">The elements of the leaves.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="mode">What becomes of each value.</param>
    public Numbers Run(DoubleDouble[][] data, Func<string, long> binding, Mode mode = Mode.Settled)
    {
        var count = Extents(steps[^1].Shape, binding).AsSpan().Product();
        return IsPointwise && count > Block ? RunElements(data, count, binding, mode) : Run(data, step => Extents(step, binding), binding, mode);
    }

    /// <summary>Some elements of a pointwise program's result.</summary>
    /// <param name="data">What the leaves hold at their places, or the only element of a leaf.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="mode">What becomes of each value.</param>
    public Numbers RunElements(DoubleDouble[][] data, int count, Func<string, long> binding, Mode mode = Mode.Settled)
    {
        var (result, errors) = (new DoubleDouble[count], new double[count]);
        for (var start = 0; start < count; start += Block)
        {
            var end = Math.Min(count, start + Block);
            DoubleDouble[][] part = [.. data.Select((x, leaf) => IsSingle(leaves[leaf].Shape) ? x : x[start..end])];
            var numbers = Run(part, ExtentsOf(end - start), binding, mode);
            numbers.Elements.CopyTo(result, start);
            numbers.Errors?.CopyTo(errors, start);
        }
        return new Numbers(result, errors, [count]);
    }

    /// <summary>What a leaf of a pointwise program holds at some places, or its only element.</summary>
    public double[] At(int[] places, int leaf, Func<int, double> element) => IsSingle(leaves[leaf].Shape) ? [element(0)] : Array.ConvertAll(places, place => element(place));

    /// <summary>Some elements of the result in multi-precision arithmetic, with twice the digits again and again until they are right to 2^-30; null where that does not come about.</summary>
    /// <param name="places">Which elements.</param>
    /// <param name="data">The elements of the leaves.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="most">How many binary digits are tried last.</param>
    public double?[] RunExactly(int[] places, double[][] data, Func<string, long> binding, int most = MultiPrecision.Most) => RunExactly(places, data, shape => Extents(shape, binding), binding, most);

    /// <summary>The same of a pointwise program, of whose leaves only what they hold at some places is known, or the only element.</summary>
    /// <param name="chosen">Which of those elements.</param>
    /// <param name="data">The elements.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="binding">The values of symbols.</param>
    public double?[] RunElementsExactly(int[] chosen, double[][] data, int count, Func<string, long> binding) => RunExactly(chosen, data, ExtentsOf(count), binding, MultiPrecision.Most);

    private double?[] RunExactly(int[] places, double[][] data, Func<Shape, int[]> extentsOf, Func<string, long> binding, int most)
    {
        int[][] extents = [.. leaves.Select(l => l.Shape).Concat(steps.Select(s => s.Shape)).Select(extentsOf)];
        for (var i = 0; i < steps.Length; i++)
        {
            if (StaysInPlace(steps[i])) extents[leaves.Length + i] = extents[steps[i].Inputs[0]];
        }
        var inputs = Array.ConvertAll(data, x => Array.ConvertAll(x, e => (BigFloat)e));
        var isSingle = extents[^1].AsSpan().Product() == 1;
        var (results, rest) = (new double?[places.Length], Enumerable.Range(0, places.Length).ToArray());
        for (var precision = MultiPrecision.Least; rest.Length > 0 && precision <= most; precision *= 2)
        {
            var values = MultiPrecision.With(precision, () => RunExactly([.. rest.Select(i => isSingle ? 0 : places[i])], inputs, extents, binding), out var hasGuessed);
            // Both sides of a comparison may be equal: then no digits decide it.
            if (hasGuessed && precision < most) continue;
            foreach (var i in rest) results[i] = MultiPrecision.Settled(values[isSingle ? 0 : places[i]]);
            rest = [.. rest.Where(i => results[i] is null)];
        }
        return results;
    }

    private BigFloat[] RunExactly(int[] places, BigFloat[][] inputs, int[][] extents, Func<string, long> binding)
    {
        var needed = Array.ConvertAll(extents, e => new bool[e.AsSpan().Product()]);
        foreach (var place in places) needed[^1][place] = true;
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            var own = leaves.Length + i;
            if (StaysInPlace(steps[i])) Join(needed[steps[i].Inputs[0]], needed[own]);
            else steps[i].Mark(needed[own], extents[own], Array.ConvertAll(steps[i].Inputs, place => (needed[place], extents[place])), binding);
        }
        var values = new BigFloat[extents.Length][];
        inputs.CopyTo(values, 0);
        for (var i = 0; i < steps.Length; i++)
        {
            var own = leaves.Length + i;
            values[own] = StaysInPlace(steps[i]) ? values[steps[i].Inputs[0]] : steps[i].Evaluate(Array.ConvertAll(steps[i].Inputs, place => (values[place], extents[place])), extents[own], needed[own], binding);
        }
        return values[^1];

        static void Join(bool[] to, bool[] from)
        {
            for (var e = 0; e < to.Length; e++) to[e] |= from[e];
        }
    }

    /// <summary>All that is computed, value by value.</summary>
    /// <param name="data">The elements of the leaves.</param>
    /// <param name="binding">The values of symbols.</param>
    public DoubleDouble[][] RunAll(DoubleDouble[][] data, Func<string, long> binding)
    {
        var values = Evaluate(data, shape => Extents(shape, binding), binding, Mode.Settled, keeps: true);
        return [.. steps.Select((step, i) => Spread(values[leaves.Length + i], Extents(step.Shape, binding)).Elements)];
    }

    private Numbers Run(DoubleDouble[][] data, Func<Shape, int[]> extentsOf, Func<string, long> binding, Mode mode)
    {
        return Spread(Evaluate(data, extentsOf, binding, mode, keeps: false)[^1], extentsOf(steps[^1].Shape));
    }

    private Numbers[] Evaluate(DoubleDouble[][] data, Func<Shape, int[]> extentsOf, Func<string, long> binding, Mode mode, bool keeps)
    {
        var values = new Numbers[leaves.Length + steps.Length];
        for (var i = 0; i < leaves.Length; i++) values[i] = new Numbers(data[i], null, extentsOf(leaves[i].Shape));
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            var inputs = Array.ConvertAll(step.Inputs, place => values[place]);
            var own = extentsOf(step.Shape);
            values[leaves.Length + i] = StaysInPlace(step) ? inputs[0] : mode == Mode.InFloat64 ? step.EvaluateInFloat64(inputs, own, binding) : step.Evaluate(inputs, own, binding);
            if (mode == Mode.WithRests) values[leaves.Length + i] = values[leaves.Length + i] with { Errors = null };
            foreach (var input in step.Inputs)
            {
                if (!keeps && lastUses[input] == i) values[input] = default;
            }
        }
        return values;
    }

    /// <summary>Whether a step hands on what it reads: what is repeated is read by the index of the one that there is.</summary>
    private bool StaysInPlace(PreciseStep step) => IsPointwise && step.Moves;

    private static Func<Shape, int[]> ExtentsOf(int count) => shape => IsSingle(shape) ? [] : [count];

    private static bool IsSingle(Shape shape) => shape.All(d => d.IsOne);

    /// <summary>An only element wherever there should be more.</summary>
    private static Numbers Spread(Numbers from, int[] to)
    {
        var count = to.AsSpan().Product();
        if (from.Elements.Length == count) return from;
        return new Numbers([.. Enumerable.Repeat(from.Elements[0], count)], from.Errors is { } errors ? [.. Enumerable.Repeat(errors[0], count)] : null, to);
    }

    private static int[] Extents(Shape shape, Func<string, long> binding) => [.. shape.Select(d => (int)d.Evaluate(binding))];

    /// <summary>Whether an op is written for this arithmetic.</summary>
    public static bool Knows(Node node) => node.Outputs.Count == 1 && PreciseStep.Of(node.Output, new Graph()) is not null;
}
