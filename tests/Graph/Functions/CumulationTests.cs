using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class CumulationTests
{
    private static readonly TensorData Numbers = FunctionCheck.Numbers(3, 4);

    private readonly Graph graph = new();

    [Fact]
    public void Running_extrema_give_their_gradient_to_the_last_of_equals()
    {
        FunctionCheck.All(v => CumMax(v[0], 1).Values, x => [.. x[0].Chunk(4).SelectMany(l => l.Select((_, i) => l[..(i + 1)].Max()))], Numbers);
        FunctionCheck.All(v => CumMin(v[0], 1).Values, x => [.. x[0].Chunk(4).SelectMany(l => l.Select((_, i) => l[..(i + 1)].Min()))], Numbers);
        Assert.Equal([1, 2, 0], FunctionCheck.Gradient(v => CumMax(v[0], 0).Values, [new double[] { 2, 2, 1 }]).AsSpan<double>());
    }

    /// <summary>Short lines go one after the other, longer ones in vectors or four at a time.</summary>
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    public void Lines_of_any_length_in_both_directions(DType type)
    {
        foreach (var length in (int[])[1, 2, 3, 4, 5, 8, 15, 16, 17, 18])
        {
            foreach (var reverse in (bool[])[false, true])
            {
                var own = new Graph();
                var x = own.Placeholder("x", [9, length], type);
                var data = Data.Generate(type, [9, length], e => ((e * 37) % 11) - 5);
                using var session = new Session(own);
                var found = session.Run([CumSum(x, 1, reverse), CumMax(reverse ? Reverse(x, 1) : x, 1).Values, CumProd(Sign(x), 1, reverse)], (x, data));
                for (var line = 0; line < 9; line++)
                {
                    var (sum, product, most) = (0.0, 1.0, double.NegativeInfinity);
                    for (var i = 0; i < length; i++)
                    {
                        var at = (line * length) + (reverse ? length - 1 - i : i);
                        (sum, product, most) = (sum + data.At(at), product * Math.Sign(data.At(at)), Math.Max(most, data.At(at)));
                        Assert.Equal(sum, found[0].At(at));
                        Assert.Equal(most, found[1].At((line * length) + i));
                        Assert.Equal(product, found[2].At(at));
                    }
                }
            }
        }
    }

    /// <summary>Lines are walked otherwise than columns, and long ones otherwise than short ones.</summary>
    [Fact]
    public void Running_extrema_have_the_same_bits_on_lines_as_on_columns()
    {
        var (random, special) = (new Random(5), new[] { 0f, -0f, 0f, -0f, 1f, -1f, float.NaN });
        foreach (var length in new[] { 3, 15, 16, 17, 67 })
        {
            var data = TensorData.Create<float>([.. Enumerable.Range(0, 6 * length).Select(i => special[random.Next(i % length > 2 * length / 3 ? 7 : 4)])], [6, length]);
            var graph = new Graph();
            var x = graph.Placeholder("x", [6, length]);
            var turned = Transpose(x, [1, 0]);
            using var session = new Session(graph);
            var found = session.Run([CumMax(x, 1).Values, Transpose(CumMax(turned, 0).Values, [1, 0]), CumMin(x, 1).Values, Transpose(CumMin(turned, 0).Values, [1, 0])], (x, data));
            Assert.Equal(Bits(found[1]), Bits(found[0]));
            Assert.Equal(Bits(found[3]), Bits(found[2]));
        }

        static int[] Bits(TensorData data) => [.. data.AsSpan<float>().ToArray().Select(v => float.IsNaN(v) ? int.MaxValue : BitConverter.SingleToInt32Bits(v))];
    }

    /// <summary>Where no element of a vector takes the place of the extremum before it, all of them get it at once.</summary>
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    public void Extrema_and_their_places_on_lines_of_few_records(DType type)
    {
        const int Lines = 4, Length = 67;
        // Few records; equal ones far apart; a record at each element; and numbers that are not any, with records behind them.
        Func<int, double>[] lines = [i => (i * 37 % 11) - (i / 8), i => i is 20 or 50 ? 9 : i % 5, i => i, i => type.IsFloat() && i is 30 or 44 ? double.NaN : i % 40];
        var own = new Graph();
        var x = own.Placeholder("x", [Lines, Length], type);
        var data = Data.Generate(type, [Lines, Length], e => lines[e / Length](e % Length));
        using var session = new Session(own);
        var (most, least) = (CumMax(x, 1), CumMin(-x, 1));
        var found = session.Run([most.Values, most.Indices, least.Values, least.Indices], (x, data));
        for (var line = 0; line < Lines; line++)
        {
            var best = 0;
            for (var i = 0; i < Length; i++)
            {
                var (now, old) = (lines[line](i), lines[line](best));
                if (double.IsNaN(now) || now >= old) best = i;
                var at = (line * Length) + i;
                Assert.Equal(lines[line](best), found[0].At(at));
                Assert.Equal(best, found[1].At(at));
                Assert.Equal(-lines[line](best), found[2].At(at));
                Assert.Equal(best, found[3].At(at));
            }
        }
    }

    [Fact]
    public void A_long_sum_in_float32_is_exact_to_its_last_rounding()
    {
        const int Count = 100_000;
        var data = Data.Generate(DType.Float32, [Count], i => 1 + (i % 3));
        var sums = FunctionCheck.Run(v => CumSum(v[0] / 3, 0), [data], Backend.Compiled);
        var exact = 0.0;
        for (var i = 0; i < Count; i++)
        {
            exact += (float)data.At(i) / 3;
            Assert.Equal((float)exact, sums.AsSpan<float>()[i]);
        }
    }

    [Fact]
    public void The_gradient_of_a_logarithm_of_sums_neither_overflows_nor_vanishes()
    {
        var x = graph.Placeholder("x", [4]);
        var y = LogCumSumExp(x, 0);
        using var session = new Session(graph);
        var results = session.Run([y, Gradient(Sum(y), x)], (x, new float[] { -500, 300, float.NegativeInfinity, 301 }));
        var share = 1 / (1 + Math.Exp(-1));
        Assert.Equal([-500f, 300f, 300f, (float)(301 + Math.Log(1 + Math.Exp(-1)))], results[0].AsSpan<float>());
        Closeness.AssertClose(results[1], i => new[] { 1, 3 - share, 0, share }[i], ulps: 4, 1e-6, signOfZero: false, "gradient");
    }

    /// <summary>A constant in the place of a share that rounds to 1 would be right in the gradient, and wrong in the second derivative.</summary>
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void A_share_that_rounds_to_1_falls_as_the_others_grow(DType type)
    {
        var x = graph.Placeholder("x", [2], type);
        var second = Gradient(Gradient(LogCumSumExp(x, 0)[1], x)[0], x)[1];
        using var session = new Session(graph);
        Assert.Equal(-Math.Exp(-50), session.Run(second, (x, Data.Generate(type, [2], i => i == 0 ? 100 : 50))).At(0), 1e-6 * Math.Exp(-50));
    }

    [Fact]
    public void Differences_areas_and_moments()
    {
        FunctionCheck.All(v => Diff(v[0], order: 2), x => [.. x[0].Chunk(4).SelectMany(l => new[] { l[2] - (2 * l[1]) + l[0], l[3] - (2 * l[2]) + l[1] })], Numbers);
        FunctionCheck.All(v => Trapezoid(v[0], distance: 0.5), x => [.. x[0].Chunk(4).Select(l => ((l[0] + l[3]) / 4) + ((l[1] + l[2]) / 2))], Numbers);
        FunctionCheck.All(v => Trapezoid(v[0], v[1]), x => [.. x[0].Chunk(4).Select(l => Areas(l, x[1]).Sum())], Numbers, FunctionCheck.Numbers(4));
        FunctionCheck.All(
            v => CumulativeTrapezoid(v[0], v[1], 1), x => [.. x[0].Chunk(4).SelectMany(l => Areas(l, x[1]).Select((_, i) => Areas(l, x[1]).Take(i + 1).Sum()))], Numbers, FunctionCheck.Numbers(4));
        FunctionCheck.All(v => Covariance(v[0]), x => [.. from a in x[0].Chunk(4) from b in x[0].Chunk(4) select Shared(a, b) / 3], Numbers);
        FunctionCheck.All(v => Correlation(v[0]), x => [.. from a in x[0].Chunk(4) from b in x[0].Chunk(4) select Shared(a, b) / Math.Sqrt(Shared(a, a) * Shared(b, b))], Numbers);
        FunctionCheck.All(v => LinearRecurrence(v[0][..1], v[0], -1), x => [.. x[0].Chunk(4).SelectMany(l => Filtered(x[0], l))], Numbers);

        static double[] Areas(double[] y, double[] x) => [.. Enumerable.Range(1, 3).Select(i => (y[i] + y[i - 1]) / 2 * (x[i] - x[i - 1]))];

        static double Shared(double[] a, double[] b) => a.Zip(b, (p, q) => (p - a.Average()) * (q - b.Average())).Sum();

        static double[] Filtered(double[] factors, double[] terms)
        {
            var h = (double[])terms.Clone();
            for (var i = 1; i < h.Length; i++) h[i] += factors[i] * h[i - 1];
            return h;
        }
    }

    [Fact]
    public void What_is_NaN_is_left_out()
    {
        TensorData data = new double[,] { { 1, double.NaN, 3 }, { double.NaN, double.NaN, double.NaN }, { 0, 2, -2 } };
        FunctionCheck.Values(v => NanSum(v[0], 1), _ => [4, 0, 0], data);
        FunctionCheck.Values(v => NanMean(v[0], 1), _ => [2, double.NaN, 0], data);
        FunctionCheck.Values(v => NanMean(v[0]), _ => [4.0 / 5], data);
        FunctionCheck.Values(v => Cast(CountNonzero(v[0], [0], keepDims: true), v[0].DType), _ => [2, 3, 3], data);
        Assert.Equal([1, 0, 1, 0, 0, 0, 1, 1, 1], FunctionCheck.Gradient(v => NanSum(v[0], 1), [data]).AsSpan<double>());
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Gradients_of_products_whose_parts_are_beyond_float32(Backend backend)
    {
        // By the third factor: 1e-20 · 1e-24, times 1 + 1e25 · 1e21 · …; the first is denormal, the second infinite in float32.
        float[] factors = [1e-20f, 1e-24f, 1e15f, 1e25f, 1e21f];
        var x = graph.Placeholder("x", [5]);
        var gradient = Gradient(CumProd(x, 0)[4], x);
        var forward = Jvp(CumProd(x, 0), x, graph.Constant([0f, 0f, 1f, 0f, 0f]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run([gradient, forward], (x, factors));
        var product = factors.Aggregate(1.0, (p, f) => p * f);
        Closeness.AssertClose(results[0], i => product / factors[i], ulps: 1, 0, signOfZero: false, "reverse");
        Assert.Equal((float)(product / factors[2]), results[1].At(4), 1e-3);
    }

    [Fact]
    public void What_stands_alone_in_a_running_log_sum_keeps_its_gradient_however_large()
    {
        var x = graph.Placeholder("x", [2]);
        var gradient = Gradient(Sum(LogCumSumExp(x, 0)), x);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            Assert.Equal([1f, 1f], session.Run(gradient, (x, new[] { -3e20f, -0.5f })).AsSpan<float>());
        }
    }

    [Fact]
    public void Second_derivatives()
    {
        var x = graph.Placeholder("x", [2, 5], DType.Float64);
        var zeros = new double[,] { { 0.3, 0, 2, 0, 0.1 }, { 0.3, -1, 2, 0.9, 0 } };
        foreach (var value in new[] { Sum(Square(CumProd(x, 1))), Sum(Square(CumSum(x, 0, reverse: true))), Sum(Square(LogCumSumExp(x, 1))), Sum(Square(LinearRecurrence(x, x * 2, 1))) })
        {
            Assert.InRange(GradientCheck.Verify(value, [x], (x, zeros)), 0, 1e-6);
            Assert.InRange(GradientCheck.Verify(Gradient(value, x), [x], (x, zeros)), 0, 1e-6);
        }
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var flag = graph.Placeholder("flag", [2], DType.Bool);
        Errors.Throws("cumsum: 'x' float32[2, 3] has no axis 2; axes are 0 … 1, or -2 … -1 counted from the end. Built at {here}.", () => CumSum(x, 2));
        Errors.Throws("logcumsumexp: 'flag' bool[2] is not float32 or float64; cast it with Cast. Built at {here}.", () => LogCumSumExp(flag, 0));
        Errors.Throws("diff: the order -1 for 'x' is negative; sum with CumSum instead. Built at {here}.", () => Diff(x, order: -1));
        Errors.Throws("trapezoid: the places 'places' float32[4] do not fit axis 1 of 'x' float32[2, 3]; give one for each element. Built at {here}.", () => Trapezoid(x, graph.Placeholder("places", [4])));
        Errors.Throws(
            "linear_recurrence: the factors 'x' float32[2, 3] and the terms 'terms' float32[4] do not broadcast: axis -1 has extent 3 on one side and 4 on the other; extents must be equal or 1. Reshape, slice or transpose one of them. Built at {here}.",
            () => LinearRecurrence(x, graph.Placeholder("terms", [4]), 0));
    }
}
