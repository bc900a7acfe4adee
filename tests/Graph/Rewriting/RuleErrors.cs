using GraphGrad.Operations;

namespace GraphGrad.Tests.Rewriting;

/// <summary>How far a sampled expression and its derivatives are from the truth, as some session computes them.</summary>
internal sealed class RuleErrors
{
    // An error is an error if it exceeds 1e-5 in float32 and 3e-14 in float64, and what moving every input by 8 units of its last place makes.
    private const double AllowedInFloat32 = 168;
    private const double AllowedInFloat64 = 256;
    private const double AllowedOfInputs = 16;

    // Where a result is as near to the end of the range as that, a step on the way to it may overflow.
    private const double Margin = 1024;

    private readonly double unit;
    private readonly double least;
    private readonly double most;
    private readonly double allowed;
    private readonly bool isExact;

    private RuleErrors(RuleSample sample, bool isExact)
    {
        this.isExact = isExact;
        (unit, least, most, allowed) = sample.Type == DType.Float32
            ? (5.9604645e-8, 1.1754944e-38, float.MaxValue, AllowedInFloat32)
            : (1.1102230246251565e-16, 2.2250738585072014e-308, double.MaxValue, AllowedInFloat64);
    }

    /// <summary>The worst error of the value, in halves of its last place.</summary>
    public double Value { get; private set; }

    /// <summary>The worst error of a derivative.</summary>
    public double Slope { get; private set; }

    /// <summary>The points at which an error exceeds what is allowed, with what is wrong there.</summary>
    public Dictionary<RuleSample.Truth, string> Faults { get; } = [];

    /// <summary>What a session makes of a sample; as written if it does not rewrite.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="options">The session's options.</param>
    /// <param name="isExact">Whether the inputs are taken for exact: then no error is theirs.</param>
    /// <param name="within">Whether the expression is part of a larger program: its derivatives are multiplied by what comes from there.</param>
    public static RuleErrors Of(RuleSample sample, SessionOptions options, bool within, bool isExact)
    {
        var y = sample.Build();
        var graph = y.Graph;
        Value[] inputs = [.. GraphSlice.Of([y.Node]).Where(n => n.Op is PlaceholderOp).Select(n => n.Output)];
        Value[] floats = [.. inputs.Where(i => i.DType.IsFloat())];
        if (!sample.IsElementwise) y = First(y);
        var weight = graph.Placeholder("weight", y.Shape, y.DType);
        var slopes = Ops.Gradients(Ops.Sum(within ? y * weight : y), new GradientOptions { Stabilize = options.Rewrite, Disconnected = Disconnected.Zeros }, floats);
        using var session = new Session(graph, options);
        var errors = new RuleErrors(sample, isExact);
        (Value, TensorData)[] one = within ? [(weight, TensorData.Filled(y.DType, 1, [.. y.Shape.Select(d => (int)d.Value)]))] : [];
        if (sample.IsElementwise)
        {
            var results = session.Run([y, .. slopes], [.. one, .. inputs.Select((x, i) => (x, Data(x, [.. sample.Truths.Select(t => t.Point[i][0])])))]);
            for (var p = 0; p < sample.Truths.Count; p++) errors.Compare(sample.Truths[p], results[0].At(p), (input, _) => results[1 + Array.IndexOf(floats, inputs[input])].At(p));
            return errors;
        }
        foreach (var truth in sample.Truths)
        {
            var results = session.Run([y, .. slopes], [.. one, .. inputs.Select((x, i) => (x, Data(x, truth.Point[i])))]);
            errors.Compare(truth, results[0].At(0), (input, place) => results[1 + Array.IndexOf(floats, inputs[input])].At(place));
        }
        return errors;
    }

    private static Value First(Value y)
    {
        while (y.Rank > 0) y = y[0];
        return y;
    }

    private static TensorData Data(Value like, double[] numbers)
    {
        Array elements = like.DType switch
        {
            DType.Float32 => numbers.Select(n => (float)n).ToArray(),
            DType.Float64 => numbers,
            _ => numbers.Select(n => n != 0).ToArray(),
        };
        return new TensorData(elements, [.. like.Shape.Select(d => (int)d.Value)]);
    }

    private void Compare(RuleSample.Truth truth, double value, Func<int, int, double> slope)
    {
        if (Math.Abs(truth.Value) >= most / Margin) return;
        var text = string.Empty;
        var error = Error(truth, value, truth.Value, 0);
        Value = Math.Max(Value, error);
        if (error > allowed) text = $" {value:R} for {truth.Value:R}";
        for (var s = 0; s < truth.Slopes.Length; s++)
        {
            var (input, place, expected) = truth.Slopes[s];
            error = Error(truth, slope(input, place), expected, 1 + s);
            Slope = Math.Max(Slope, error);
            if (error > allowed) text += $" d/d{input}[{place}] {slope(input, place):R} for {expected:R}";
        }
        if (text.Length > 0) Faults.Add(truth, $"({truth}){text}");
    }

    private double Error(RuleSample.Truth truth, double actual, double expected, int which)
    {
        if (Math.Abs(expected) >= most / Margin) return 0;
        if (!double.IsFinite(actual)) return double.PositiveInfinity;
        var difference = Math.Max(0, Math.Abs(actual - expected) - least);
        if (isExact || difference <= allowed * unit * Math.Abs(expected)) return difference == 0 ? 0 : difference / (unit * Math.Abs(expected));
        return difference / (unit * (Math.Abs(expected) + (truth.Conditions[which] * AllowedOfInputs / allowed)));
    }
}
