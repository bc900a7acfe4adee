using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Tries whether a chain is numerically unstable: computed in float32 it errs by much more than its leaves' own last places make of the
/// result. Where the function itself is sensitive (x - y near x = y), the last places of the leaves matter as much, and float64 would only
/// compute the digits of noise; where it is not (x - sin(x)), the error is the expression's.
/// </summary>
internal sealed class ChainTrial
{
    // Half a unit in the last place of float32, relative.
    private const double Rounding = 1.0 / (1 << 24);

    // Some ops, each within two units and each magnified as much as the function itself is sensitive, stay well below; 128 * 6e-8 = 8e-6.
    private const double Magnification = 128;

    // Of the points that are tried with several leaves, one in so many must fail.
    private const int LeastShare = 16;

    // Beyond, float32 has no number, or not all of its digits.
    private const double Smallest = 1e-30;
    private const double Largest = 1e37;
    private const double SmallestInside = 1e-36;

    private readonly ElementChain chain;
    private readonly int count;
    private readonly double[][] samples;
    private readonly Graph graph = new();

    private ChainTrial(ElementChain chain)
    {
        this.chain = chain;
        count = SamplePoints.Count(chain.Leaves.Count);
        samples = [.. chain.Leaves.Select((_, i) => SamplePoints.Of(i, chain.Leaves.Count))];
    }

    /// <summary>The point at which the chain fails worst, one number a leaf, and the relative error there; null if it is stable at all points.</summary>
    public static (double[] Point, double Error)? Fails(ElementChain chain) => new ChainTrial(chain).Run();

    /// <summary>The op that computes in float64 what an op of a chain does in float32; null if it only changes between the two.</summary>
    public static Op? Wide(Node node) => node.Op switch
    {
        CastOp { To: DType.Float32 or DType.Float64 } => node.Inputs[0].DType.IsFloat() ? null : new CastOp(DType.Float64),
        var op => op,
    };

    private (double[] Point, double Error)? Run()
    {
        using var origin = graph.WithOrigin(chain.Values[^1].Node.Origin);
        var narrow = Evaluate(Build(wide: false), samples)[^1];
        var program = Build(wide: true);
        var all = Evaluate(program, samples);
        var exact = all[^1];
        var sensitivity = Sensitivity(program, exact);

        var (tried, failed) = (0, 0);
        (double[], double)? worst = null;
        for (var point = 0; point < count; point++)
        {
            var size = Math.Abs(exact[point]);
            if (!(size is > Smallest and < Largest) || !double.IsFinite(sensitivity[point])) continue;
            // What several leaves can be at once is not known (x and its maximum): only one leaf alone may leave the range.
            if (chain.Leaves.Count > 1 && all.Any(v => Math.Abs(v[point]) is (> 0 and < SmallestInside) or > Largest)) continue;
            tried++;
            var error = Math.Abs(narrow[point] - exact[point]);
            if (error <= Magnification * (sensitivity[point] + (Rounding * size))) continue;
            failed++;
            var relative = double.IsNaN(error) ? double.PositiveInfinity : error / size;
            if (worst is null || relative > worst.Value.Item2) worst = ([.. samples.Select(s => s[point])], relative);
        }
        // Several leaves meet by chance in ways that a model never sees (a target of 10^4 beside a probability): a few points are no evidence.
        return chain.Leaves.Count > 1 && failed * LeastShare < tried ? null : worst;
    }

    /// <summary>By how much the result changes when each leaf moves by half its last place, added up.</summary>
    private double[] Sensitivity(List<Value> program, double[] exact)
    {
        var sum = new double[count];
        for (var leaf = 0; leaf < samples.Length; leaf++)
        {
            if (!chain.Leaves[leaf].DType.IsFloat()) continue;
            double[][] moved = [.. samples];
            moved[leaf] = [.. samples[leaf].Select(x => x * (1 + Rounding))];
            var result = Evaluate(program, moved)[^1];
            for (var point = 0; point < count; point++) sum[point] += Math.Abs(result[point] - exact[point]);
        }
        return sum;
    }

    /// <summary>The chain on vectors of points; its leaves come first.</summary>
    private List<Value> Build(bool wide)
    {
        var made = new Dictionary<Value, Value>();
        var program = new List<Value>();
        foreach (var leaf in chain.Leaves) Keep(leaf, graph.Placeholder("leaf", [count], wide && leaf.DType.IsFloat() ? DType.Float64 : leaf.DType));
        foreach (var value in chain.Values)
        {
            if (ElementChain.TryNumber(value, out var number)) Keep(value, graph.Constant(TensorData.Filled(wide ? DType.Float64 : value.DType, number, count)));
            else if (value.Node.Op is BroadcastOp) made.Add(value, made[value.Node.Inputs[0]]);
            else if ((wide ? Wide(value.Node) : value.Node.Op) is { } op) Keep(value, graph.Add(op, [.. value.Node.Inputs.Select(i => made[i])]));
            else made.Add(value, made[value.Node.Inputs[0]]);
        }
        // The result may be a repetition or a conversion of another.
        if (made[chain.Values[^1]] is var last && !ReferenceEquals(program[^1], last)) program.Add(last);
        return program;

        void Keep(Value value, Value copy)
        {
            made.Add(value, copy);
            program.Add(copy);
        }
    }

    /// <summary>The values of a program at all points.</summary>
    private static double[][] Evaluate(List<Value> program, double[][] leaves)
    {
        var data = new Dictionary<Value, TensorData>();
        var results = new double[program.Count][];
        for (var i = 0; i < program.Count; i++)
        {
            var value = program[i];
            if (!data.TryGetValue(value, out var computed))
            {
                computed = value.Node.Op switch
                {
                    PlaceholderOp => Leaf(value.DType, leaves[i]),
                    ConstantOp { Data: var constant } => constant,
                    _ => ConstantEvaluation.Run(value.Node, [.. value.Node.Inputs.Select(input => data[input])]),
                };
                data.Add(value, computed);
            }
            results[i] = [.. Enumerable.Range(0, computed.Count).Select(computed.At)];
        }
        return results;
    }

    private static TensorData Leaf(DType type, double[] samples) => type switch
    {
        DType.Float32 => Array.ConvertAll(samples, x => (float)x),
        DType.Float64 => samples,
        DType.Int32 => Array.ConvertAll(samples, x => (int)x),
        DType.Int64 => Array.ConvertAll(samples, x => (long)x),
        _ => Array.ConvertAll(samples, x => Math.Abs(x) < 1),
    };
}
