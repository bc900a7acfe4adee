using GraphGrad.Operations;

namespace GraphGrad.Tests.OpTable;

/// <summary>
/// Compares gradients with central differences. A difference counts only if it agrees with the one of half the step: at a
/// kink, a pole or the end of a domain it does not, and says nothing.
/// </summary>
internal sealed class Differences : IDisposable
{
    private const int Coordinates = 24;
    private const int CoordinatesOfLargeInputs = 6;
    private const int LargeInput = 500;

    private readonly Value[] outputs;
    private readonly (Value Input, TensorData Data)[] feeds;
    private readonly AsWritten run;
    private readonly double[][] upstream;
    private readonly Accuracy accuracy;

    /// <param name="outputs">The function's results; those that are not floats are left out.</param>
    /// <param name="upstream">What each result's change is weighed with.</param>
    /// <param name="feeds">All inputs and the point at which to differentiate.</param>
    public Differences(Value[] outputs, TensorData[] upstream, (Value Input, TensorData Data)[] feeds)
    {
        this.outputs = outputs;
        this.feeds = feeds;
        this.upstream = [.. upstream.Select(u => Enumerable.Range(0, u.Count).Select(u.At).ToArray())];
        run = new AsWritten(outputs);
        foreach (var (input, data) in feeds) run.Feed(input, data);
        run.Run();
        var isDouble = GraphSlice.Of(outputs.Select(o => o.Node)).All(n => n.Outputs.All(o => o.DType != DType.Float32));
        accuracy = isDouble ? Accuracy.Float64 : Accuracy.Float32;
    }

    /// <summary>How large a step is, and how well two differences, and a difference and a gradient, must agree.</summary>
    private sealed record Accuracy(double Step, double Consistency, double Tolerance)
    {
        public static readonly Accuracy Float64 = new(1.0 / 1024, 1e-6, 1e-5);
        public static readonly Accuracy Float32 = new(1.0 / 16, 2e-3, 1e-2);
    }

    /// <summary>The gradient by one input, element by element: the first elements, the last one and random ones between.</summary>
    /// <returns>How many elements could be compared.</returns>
    public int Check(Value input, TensorData gradient, Random random, string what)
    {
        var data = feeds.First(f => f.Input == input).Data;
        Assert.Equal(data.Type, gradient.Type);
        var coordinates = data.Count > LargeInput ? CoordinatesOfLargeInputs : Coordinates;
        var elements = data.Count <= coordinates
            ? Enumerable.Range(0, data.Count)
            : Enumerable.Range(0, coordinates - 2).Select(_ => random.Next(data.Count)).Concat([0, data.Count - 1]).Distinct();
        var compared = 0;
        foreach (var element in elements)
        {
            var at = data.At(element);
            if (!double.IsFinite(at)) continue;
            if (!TrySlope(input, data, element, accuracy.Step * Math.Max(1, Math.Abs(at)), out var slope)
                && !TrySlope(input, data, element, accuracy.Step * Math.Abs(at), out slope)) continue;
            compared++;
            var found = gradient.At(element);
            // False for NaN too.
            if (!(Math.Abs(found - slope.Value) <= accuracy.Tolerance * Math.Max(slope.Scale, Math.Abs(slope.Value))))
                Assert.Fail($"{what}: the gradient by element {element} of '{input.Name}' (which is {at:R}) is {found:R}, central differences give {slope.Value:R}");
        }
        return compared;
    }

    public void Dispose() => run.Dispose();

    // Scale is how large the contributions are that add up, and may cancel, to the value.
    private bool TrySlope(Value input, TensorData data, int element, double step, out (double Value, double Scale) slope)
    {
        slope = default;
        if (step < double.Epsilon * 1024) return false;
        var coarse = Slope(input, data, element, step);
        slope = Slope(input, data, element, step / 2);
        return Math.Abs(coarse.Value - slope.Value) <= accuracy.Consistency * Math.Max(1, Math.Max(slope.Scale, Math.Abs(slope.Value)));
    }

    // (8·(f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h, off by h⁴·f⁽⁵⁾/30.
    private (double Value, double Scale) Slope(Value input, TensorData data, int element, double step)
    {
        var (far, below, above, further) = (At(-2), At(-1), At(1), At(2));
        var (sum, scale) = (0.0, 0.0);
        for (var output = 0; output < outputs.Length; output++)
        {
            for (var i = 0; i < upstream[output].Length; i++)
            {
                var (a, b, c, d) = (far[output][i], below[output][i], above[output][i], further[output][i]);
                // What the element does not touch stays as it is, even where it is infinite.
                if (a.Equals(b) && b.Equals(c) && c.Equals(d)) continue;
                var term = upstream[output][i] * ((8 * (c - b)) - (d - a)) / (12 * step);
                sum += term;
                scale += Math.Abs(term);
            }
        }
        return (sum, scale);

        double[][] At(int steps)
        {
            run.Feed(input, Data.Generate(data.DType, data.Extents.ToArray(), i => data.At(i) + (i == element ? steps * step : 0)));
            run.Run();
            var results = outputs.Select(o => Numbers(run.Operand(o))).ToArray();
            run.Feed(input, data);
            return results;
        }
    }

    private static double[] Numbers(Operand operand) => operand.DType == DType.Float32
        ? [.. operand.Span<float>().ToArray().Select(n => (double)n)]
        : operand.Span<double>().ToArray();
}
