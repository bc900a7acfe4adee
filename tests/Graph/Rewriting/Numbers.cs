namespace GraphGrad.Tests.Rewriting;

/// <summary>
/// Numbers of float32 or float64 over the whole range of the type: the ends, subnormal numbers, powers of ten, neighbours of 0, ±1 and the squares
/// and roots of small numbers, thresholds at which functions overflow or rules change their form; and tuples of them, near each other, far apart, inverse.
/// </summary>
internal sealed class Numbers(DType type, Random random)
{
    private static readonly double[] Common =
    [
        1e-30, 1e-20, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.25, 0.25000003, 0.49, 0.5, 0.51, 0.69, 0.7, 0.70710677, 0.785398, 0.9, 0.999, 1, 1.001, 1.1,
        1.4142135, 1.5, 1.5707964, 1.7320508, 2, 2.7, 3, 3.1415927, 4, 4.000001, 5, 7, 9.000001, 9.5, 10.5, 15, 17, 20, 30, 44, 45, 87, 88, 89, 91, 103, 105, 300, 1e3, 1e4, 1e5, 1e8, 1e15, 1e25,
    ];

    private readonly double[] grid = type == DType.Float32
        ? [0, float.Epsilon, 1e-40, 1.1754944e-38, 1e-36, 1e-23, .. Common, 1 - 5.9604645e-8, 1 + 1.1920929e-7, 1.8e19, 1.9e19, 1e30, 1.7e38]
        : [0, double.Epsilon, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-154, 1e-60, 1e-16, .. Common, 1 - 1.1102230246251565e-16, 1 + 2.220446049250313e-16, 36, 38, 354, 356, 709, 710, 713, 745, 746, 1e60, 1e154, 1e300, 8.9e307];

    /// <summary>Numbers of both signs, at most as many as asked for; which of them is chance if there are more.</summary>
    public IEnumerable<double> All(int count)
    {
        double[] all = [.. grid.Select(Round), .. grid.Select(x => Round(-x))];
        random.Shuffle(all);
        return all.Take(count);
    }

    /// <summary>Several numbers, of which each may have to do with the first.</summary>
    public double[] Tuple(int count)
    {
        var x = new double[count];
        var first = Any();
        var kind = random.Next(9);
        for (var i = 0; i < count; i++)
        {
            x[i] = Round(kind switch
            {
                0 => Any(),
                1 => first * (1 + (random.Next(-4, 5) * (type == DType.Float32 ? 1.1920929e-7 : 2.220446049250313e-16))),
                2 => first * (1 + (Normal() * 1e-3)),
                3 => i % 2 == 0 ? first : 1 / first,
                4 => first * Normal(),
                5 => Normal() * Math.Pow(10, random.Next(-3, 3)),
                6 => i == 0 ? first : Normal(),
                7 => (first * Sign()) + Normal(),
                _ => i % 2 == 0 ? first : (first * first * Sign()) + Normal(),
            });
        }
        return x;
    }

    // Products and quotients of several numbers leave the range by themselves: those next to its ends are left to expressions of one.
    private double Any() => Sign() * random.Next(4) switch
    {
        0 => random.NextDouble() * (type == DType.Float32 ? 110 : 760),
        1 => Math.Pow(10, (random.NextDouble() - 0.5) * (type == DType.Float32 ? 72 : 600)),
        _ when random.Next(6) == 0 => 1 + (random.Next(-2, 3) * (type == DType.Float32 ? 1.1920929e-7 : 2.220446049250313e-16)),
        _ => Common[random.Next(Common.Length)],
    };

    private double Sign() => random.Next(2) == 0 ? 1 : -1;

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private double Round(double x) => type == DType.Float32
        ? (float)Math.Clamp(x, -1.7e38, 1.7e38)
        : Math.Clamp(x, -8.9e307, 8.9e307);
}
