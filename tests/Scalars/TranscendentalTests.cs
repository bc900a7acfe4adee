using GraphGrad.Operations;
using GraphGrad.Scalars;
using Xunit.Abstractions;

namespace GraphGrad.Tests.Scalars;

/// <summary>The scalar bodies of functions against double precision: over all float32 by a stride, and special values.</summary>
public sealed class TranscendentalTests(ITestOutputHelper output)
{
    // Coprime to 2^32, so that every exponent meets every kind of significand.
    private const long Stride = 50_021;

    private static readonly double[] Special =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 2, -2, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1e-20, -1e-20, 1e20, -1e20,
        1e-40, -1e-40, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, double.Epsilon, -double.Epsilon,
        double.MaxValue, double.MinValue, 1e-310, -1e-310, 88.722, 88.73, -103.97, -104, 709.78, 709.79, -745.1, -745.2,
    ];

    public static TheoryData<string> Names => [.. FunctionAccuracy.Table.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Float32_is_within_units_of_the_last_place(string name)
    {
        var function = FunctionAccuracy.Table.Single(f => f.Name == name);
        var inputs = new List<float>(Array.ConvertAll(Special, x => (float)x));
        for (var bits = 0L; bits < 1L << 32; bits += Stride) inputs.Add(BitConverter.Int32BitsToSingle(unchecked((int)bits)));
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++) inputs.Add((float)(function.Low + ((function.High - function.Low) * random.NextDouble())));
        float[] x = [.. inputs];

        var (op, b) = (function.Op(), new ScalarBuilder());
        var y = ScalarEvaluator.Evaluate(op.Lower(b, b.Parameter(DType.Float32, 0)), x);
        AssertWorst(name, DType.Float32, function.Float32, x.Length, i => x[i], i => y[i], i => op.Reference(x[i]), i => function.Magnitude(x[i]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Float64_is_within_units_of_the_last_place(string name)
    {
        var function = FunctionAccuracy.Table.Single(f => f.Name == name);
        var inputs = new List<double>(Special);
        var random = new Random(1);
        for (var i = 0; i < 15_000; i++)
        {
            inputs.Add(function.Low + ((function.High - function.Low) * random.NextDouble()));
            inputs.Add(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)));
        }
        double[] x = [.. inputs];

        var (op, b) = (function.Op(), new ScalarBuilder());
        var y = ScalarEvaluator.Evaluate(op.Lower(b, b.Parameter(DType.Float64, 0)), x);
        AssertWorst(name, DType.Float64, function.Float64, x.Length, i => x[i], i => y[i], i => op.Reference(x[i]), i => function.Magnitude(x[i]));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(-0.5)]
    public void Powers_that_are_roots_are_within_a_unit_of_the_last_place(double power)
    {
        var op = new PowOp();
        var random = new Random(1);
        double[] x = [.. Special, .. Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))];
        var b = new ScalarBuilder();
        var wide = ScalarEvaluator.Evaluate(op.Lower(b, b.Parameter(DType.Float64, 0), b.Float64(power)), x);
        AssertWorst($"x ^ {power}", DType.Float64, 1, x.Length, i => x[i], i => wide[i], i => Math.Pow(x[i], power));
        float[] u = [.. Special.Select(n => (float)n), .. Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))];
        var narrow = ScalarEvaluator.Evaluate(op.Lower(b, b.Parameter(DType.Float32, 0), b.Float32((float)power)), u);
        AssertWorst($"x ^ {power}", DType.Float32, 1, u.Length, i => u[i], i => narrow[i], i => Math.Pow(u[i], power));
    }

    [Fact]
    public void Logarithms_of_powers_of_their_bases_are_whole()
    {
        var b = new ScalarBuilder();
        var x = b.Parameter(DType.Float32, 0);
        float[] twos = [.. Enumerable.Range(-149, 277).Select(n => MathF.ScaleB(1, n))], tens = [.. Enumerable.Range(0, 11).Select(n => (float)Math.Pow(10, n))];
        Assert.Equal([.. Enumerable.Range(-149, 277).Select(n => (float)n)], ScalarEvaluator.Evaluate(new Log2Op().Lower(b, x), twos));
        Assert.Equal([.. Enumerable.Range(0, 11).Select(n => (float)n)], ScalarEvaluator.Evaluate(new Log10Op().Lower(b, x), tens));
    }

    [Fact]
    public void Float64_cosine_is_right_at_the_angle_nearest_to_a_multiple_of_a_right_angle()
    {
        // No other float64 is nearer to an odd multiple of π/2 than 6381956970095103·2^797 (Kahan); the error is absolute.
        double[] x = [Math.ScaleB(6381956970095103, 797), Math.ScaleB(-6381956970095103, 797)];
        var b = new ScalarBuilder();
        var cos = ScalarEvaluator.Evaluate(new CosOp().Lower(b, b.Parameter(DType.Float64, 0)), x);
        Assert.All(cos, c => Assert.Equal(-4.687165924254624e-19, c, 1e-24));
    }

    [Fact]
    public void Powers_are_within_units_of_the_last_place()
    {
        var random = new Random(1);
        var (x, y) = Pairs(Special, 20_000, () =>
        {
            var number = random.Next(4) switch
            {
                0 => Math.ScaleB(random.NextDouble(), random.Next(-1080, 1020)),
                1 => 1 + ((random.NextDouble() - 0.5) * Math.ScaleB(1, -random.Next(1, 30))),
                _ => Math.Exp((random.NextDouble() * 40) - 20),
            };
            var exponent = ((random.NextDouble() * 2) - 1) * (random.Next(2) == 0 ? 90 : 745) / Math.Log(number);
            return (random.Next(4) == 0 ? -number : number, random.Next(3) == 0 ? random.Next(-20, 20) * 0.5 : exponent);
        });
        Check(new PowOp(), x, y, 1, 2);
    }

    [Fact]
    public void Angles_of_points_are_within_units_of_the_last_place()
    {
        var random = new Random(1);
        var (y, x) = Pairs(Special, 20_000, () => (Number(), Number()));
        Check(new Atan2Op(), y, x, 2, 3);

        double Number() => random.Next(3) switch
        {
            0 => Math.ScaleB((random.NextDouble() * 2) - 1, random.Next(-1074, 1024)),
            1 => Math.ScaleB((random.NextDouble() * 2) - 1, random.Next(-149, 127)),
            _ => (random.NextDouble() * 2) - 1,
        };
    }

    private static (double[] X, double[] Y) Pairs(double[] special, int count, Func<(double X, double Y)> next)
    {
        var pairs = special.SelectMany(x => special.Select(y => (X: x, Y: y))).Concat(Enumerable.Range(0, count).Select(_ => next())).ToArray();
        return (Array.ConvertAll(pairs, p => p.X), Array.ConvertAll(pairs, p => p.Y));
    }

    private void Check(BinaryOp op, double[] x, double[] y, double allowed, double allowedInDouble)
    {
        var b = new ScalarBuilder();
        var wide = ScalarEvaluator.Evaluate(op.Lower(b, b.Parameter(DType.Float64, 0), b.Parameter(DType.Float64, 1)), x, y);
        AssertWorst(op.Name, DType.Float64, allowedInDouble, x.Length, i => (x[i], y[i]), i => wide[i], i => op.Reference(x[i], y[i]));
        var (u, v) = (Array.ConvertAll(x, n => (float)n), Array.ConvertAll(y, n => (float)n));
        var narrow = ScalarEvaluator.Evaluate(op.Lower(b, b.Parameter(DType.Float32, 0), b.Parameter(DType.Float32, 1)), u, v);
        AssertWorst(op.Name, DType.Float32, allowed, x.Length, i => (u[i], v[i]), i => narrow[i], i => op.Reference(u[i], v[i]));
    }

    private void AssertWorst<T>(string name, DType type, double allowed, int count, Func<int, T> input, Func<int, double> actual, Func<int, double> expected, Func<int, double>? magnitude = null)
    {
        var (worst, at) = (-1.0, 0);
        for (var i = 0; i < count; i++)
        {
            var ulps = FunctionAccuracy.Ulps(type, actual(i), expected(i), magnitude?.Invoke(i) ?? 0);
            if (!(ulps <= worst)) (worst, at) = (double.IsNaN(ulps) ? double.PositiveInfinity : ulps, i);
        }
        var text = $"{name} {type.Text()}: {worst:F3} units in the last place at {input(at)}: {actual(at):R} instead of {expected(at):R}";
        output.WriteLine(text);
        Expect.True(worst <= allowed, $"{text}; {allowed} are allowed");
    }
}
