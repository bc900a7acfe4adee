namespace GraphGrad.Tests.Scalars;

/// <summary>Remainders of floats are C#'s, bit by bit: next to multiples, of quotients short and long, of subnormal numbers and of what is not finite.</summary>
public sealed class FloatRemainderTests
{
    private const int Count = 40_000;
    private const int Seed = 20261128;

    [Fact]
    public void Float32_is_exact()
    {
        var (x, y) = Operands(BitConverter.Int32BitsToSingle, 23);
        Check(DType.Float32, x, y, (a, b) => a % b, BitConverter.SingleToInt32Bits);
    }

    [Fact]
    public void Float64_is_exact()
    {
        var (x, y) = Operands(bits => BitConverter.Int64BitsToDouble(((long)bits << 32) | (uint)(bits * 0x9E3779B1)), 52);
        Check(DType.Float64, x, y, (a, b) => a % b, BitConverter.DoubleToInt64Bits);
    }

    private static (T[] X, T[] Y) Operands<T>(Func<int, T> ofBits, int mantissaBits)
        where T : struct, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(Seed);
        var (x, y) = (new T[Count], new T[Count]);
        T[] special = [T.Zero, T.NegativeZero, T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.Epsilon, -T.Epsilon, T.One, -T.One, T.BitDecrement(T.PositiveInfinity)];
        for (var i = 0; i < Count; i++)
        {
            var bits = random.Next(int.MinValue, int.MaxValue);
            y[i] = ofBits(bits);
            x[i] = (i % 4) switch
            {
                // Any exponents.
                0 => ofBits(random.Next(int.MinValue, int.MaxValue)),
                // A whole multiple, rounded, and its neighbours.
                1 => y[i] * T.CreateChecked(random.Next(1 << random.Next(1, 31))),
                2 => T.BitDecrement(y[i] * T.CreateChecked(random.Next(1 << random.Next(1, 24)))),
                _ => y[i] * T.CreateChecked(random.NextDouble() * Math.ScaleB(1, random.Next(-4, mantissaBits + 4))),
            };
            if (i % 97 == 0) x[i] = special[random.Next(special.Length)];
            if (i % 89 == 0) y[i] = special[random.Next(special.Length)];
        }
        return (x, y);
    }

    private static void Check<T, TBits>(DType type, T[] x, T[] y, Func<T, T, T> expected, Func<T, TBits> bits)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var graph = new Graph();
        var (a, b) = (graph.Placeholder("x", [Count], type), graph.Placeholder("y", [Count], type));
        using var session = new Session(graph);
        var result = session.Run(a % b, (a, x), (b, y)).AsSpan<T>();
        for (var i = 0; i < Count; i++)
        {
            var right = expected(x[i], y[i]);
            Assert.True(T.IsNaN(right) ? T.IsNaN(result[i]) : Equals(bits(right), bits(result[i])), $"{x[i]:R} % {y[i]:R} is {result[i]:R}, not {right:R} (seed {Seed})");
        }
    }
}
