using GraphGrad.Scalars;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Scalars;

/// <summary>Signs that an expression's form tells, and the exponential that needs no second scaling for them: with the same bits.</summary>
public class ScalarSignTests
{
    private static readonly double[] Special =
        [0, -0.0, double.NegativeInfinity, double.NaN, -1e-300, -1e-40, -1e-8, -0.3465, -0.35, -86.9, -87.5, -100, -103.97, -104.5, -131, -132, -132.4, -133, -708.3, -709, -744, -745.5, -746.5, -1063, -1064, -1064.5, -1e30];

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Exponentials_of_what_is_never_positive_have_the_same_bits(DType type)
    {
        var random = new Random(3);
        double[] numbers = [.. Special, .. Enumerable.Range(0, 1000).Select(_ => -Math.Exp((random.NextDouble() * 20) - 12))];
        var graph = new Graph();
        var x = graph.Placeholder("x", [numbers.Length], type);
        Value[] results = [Exp(x), Exp(-Abs(x)), Exp(Minimum(x, 0)), Exp(Abs(x) * -1)];
        var data = Data(numbers, type);
        foreach (var width in (VectorWidth[])[VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar])
        {
            using var session = new Session(graph, new SessionOptions { Width = width, Unroll = false });
            var expected = Numbers(session.Run(results[0], (x, data)));
            for (var r = 1; r < results.Length; r++)
            {
                var actual = Numbers(session.Run(results[r], (x, data)));
                for (var i = 0; i < numbers.Length; i++) Expect.True(actual[i].Equals(expected[i]), $"form {r} at {width}: exp({numbers[i]:R}) is {actual[i]:R} instead of {expected[i]:R}");
            }
        }
    }

    /// <summary>Below what rounds to the least denormal number results are 0, up to where the power of two itself becomes 0 and beyond.</summary>
    [Theory]
    [InlineData(DType.Float32, -104)]
    [InlineData(DType.Float64, -745.2)]
    public void Exponentials_that_vanish_are_zero(DType type, double first)
    {
        double[] numbers = [.. Enumerable.Range(0, 4000).Select(i => first - (i * 0.1)), -1e9, -1e30, double.NegativeInfinity];
        var graph = new Graph();
        var x = graph.Placeholder("x", [numbers.Length], type);
        Value[] results = [Exp(x), Exp(Minimum(x, 0)), Softplus(x), Softmax(Concat([x, x[..1] * 0])) [..numbers.Length]];
        foreach (var width in (VectorWidth[])[VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar])
        {
            using var session = new Session(graph, new SessionOptions { Width = width, Unroll = false });
            foreach (var result in results)
            {
                var actual = Numbers(session.Run(result, (x, Data(numbers, type))));
                for (var i = 0; i < numbers.Length; i++) Expect.True(actual[i].Equals(0.0), $"{result.Node.Op.Name} at {width}: of {numbers[i]:R} it is {actual[i]:R}, not 0");
            }
        }
    }

    /// <summary>An element less the greatest is never positive, so that only the lower limit of the exponential is minded.</summary>
    [Fact]
    public void A_softmax_scales_its_exponentials_once()
    {
        var graph = new Graph();
        using var session = new Session(graph, new SessionOptions());
        var kernels = session.Explain(Softmax(graph.Placeholder("x", [64, 1000]))).Kernels;
        Assert.Contains("-132.4f", kernels);
        Assert.DoesNotContain("Minimum", kernels);
        Assert.DoesNotContain("Select", kernels);
    }

    [Fact]
    public void Only_what_is_certain_is_a_sign()
    {
        var b = new ScalarBuilder();
        var (x, y) = (b.Parameter(DType.Float32, 0), b.Parameter(DType.Float32, 1));
        Scalar[] never = [b.Float32(-0.0f), b.Negate(b.Absolute(x)), b.Negate(b.Multiply(x, x)), b.Multiply(b.Multiply(x, x), b.Float32(-0.5f)), b.Minimum(x, b.Float32(-1)), b.Negate(b.SquareRoot(x))];
        Scalar[] perhaps = [x, b.Float32(1e-45f), b.Absolute(x), b.Negate(x), b.Multiply(x, y), b.Negate(b.Multiply(x, y)), b.Subtract(x, y), b.Maximum(x, b.Float32(-1)), b.Minimum(x, b.Float32(1)), b.Add(b.Negate(b.Absolute(x)), y)];
        Assert.All(never, s => Assert.True(ScalarSigns.IsNeverPositive(s), s.ToString()));
        Assert.All(perhaps, s => Assert.False(ScalarSigns.IsNeverPositive(s), s.ToString()));
    }

    private static TensorData Data(double[] numbers, DType type) => type == DType.Float32
        ? TensorData.Create(Array.ConvertAll(numbers, n => (float)n), numbers.Length)
        : TensorData.Create(numbers, numbers.Length);

    private static double[] Numbers(TensorData data) =>
        data.DType == DType.Float64 ? data.AsSpan<double>().ToArray() : Array.ConvertAll(data.AsSpan<float>().ToArray(), x => (double)x);
}
