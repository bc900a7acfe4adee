using GraphGrad.Operations;

namespace GraphGrad.Ranges;

/// <summary>
/// Where the elements of each value lie, from the declared ranges of placeholders, constants, and functions of known range; and so which nodes may
/// go wrong. It tells what is possible as far as intervals show; whether it happens, an evaluation has to show.
/// </summary>
internal sealed class RangeAnalysis
{
    private readonly Dictionary<Value, Interval> ranges = [];
    private readonly Dictionary<Node, RangeAnalysis> bodies = [];
    private readonly RangeAnalysis? earlier;

    /// <param name="nodes">A slice, inputs before users.</param>
    /// <param name="known">Where some sources lie, as variables that hold numbers.</param>
    /// <param name="depth">In how many loops the nodes are.</param>
    /// <param name="earlier">Of a loop's body, the same for fewer iterations.</param>
    public RangeAnalysis(IEnumerable<Node> nodes, IReadOnlyDictionary<Value, Interval>? known = null, int depth = 0, RangeAnalysis? earlier = null)
    {
        this.earlier = earlier;
        foreach (var node in nodes)
        {
            if (node.Op is LoopOp loop) AddLoop(node, loop, depth);
            else if (node.Outputs.Count == 1) ranges.Add(node.Output, known is not null && known.TryGetValue(node.Output, out var range) ? range : Find(node));
        }
    }

    public Interval this[Value value] => ranges.GetValueOrDefault(value, Interval.All);

    /// <summary>Where the values of a loop's body lie, in any iteration.</summary>
    public RangeAnalysis Body(Node loop) => bodies[loop];

    /// <summary>
    /// Whether a node may be undefined, overflow or lose digits by cancellation where its inputs do not. A node of whose inputs nothing is known is
    /// taken to be used where it is right.
    /// </summary>
    public bool MayFail(Node node)
    {
        if (node.Outputs.Count != 1 || node.Op is LoopOp || !node.Output.DType.IsFloat() || node.Inputs.Count == 0) return false;
        // What an iteration has taken out of the range lies anywhere in the next.
        if (earlier is not null && earlier.MayFail(node)) return true;
        if (node.Op.MayFail(new RangeContext(node, x => this[x]))) return true;
        if (!node.Inputs.All(i => this[i].IsBounded)) return false;
        var result = node.Op.Range(new RangeContext(node, x => this[x]));
        if (result.Magnitude > Largest(node.Output.DType)) return true;
        return node.Op.MayCancel && result.Holds(0) && result.Magnitude > 0;
    }

    private void AddLoop(Node node, LoopOp loop, int depth)
    {
        var body = LoopRanges.Of(loop, [.. node.Inputs.Select(i => this[i])], depth, earlier?.Body(node));
        bodies.Add(node, body);
        for (var i = 0; i < loop.Carries; i++) ranges.Add(node.Outputs[i], this[node.Inputs[i]].Union(body[loop.Body.Results.Carries[i]]));
        for (var j = 0; j < loop.Body.Results.Outputs.Length; j++)
        {
            var range = body[loop.Body.Results.Outputs[j]];
            ranges.Add(node.Outputs[loop.Carries + j], loop.MayEndEarly ? range.Union(Interval.Of(0)) : range);
        }
    }

    private Interval Find(Node node)
    {
        if (node.Output.DType == DType.Bool) return new Interval(0, 1);
        var range = node.Op.Range(new RangeContext(node, x => this[x]));
        var largest = Largest(node.Output.DType);
        // Integers wrap around.
        if (node.Output.DType.IsInteger()) return range.Low <= -largest || range.High >= largest ? Interval.All : range;
        // Beyond, the element type has no numbers: what is computed from the result lies anywhere.
        var (low, high) = (range.Low < -largest ? double.NegativeInfinity : range.Low, range.High > largest ? double.PositiveInfinity : range.High);
        // Outwards to numbers of the element type: what is positive may have become 0.
        return node.Output.DType == DType.Float32 ? new Interval(Below((float)low, low), -Below((float)-high, -high)) : new Interval(low, high);

        static double Below(float rounded, double bound) => rounded > bound ? MathF.BitDecrement(rounded) : rounded;
    }

    /// <summary>The largest number of an element type.</summary>
    public static double Largest(DType type) => type switch
    {
        DType.Float32 => float.MaxValue,
        DType.Float64 => double.MaxValue,
        DType.Int32 => int.MaxValue,
        DType.Int64 => long.MaxValue,
        _ => 1,
    };
}
