using GraphGrad.Operations;

namespace GraphGrad.Tests.Scalars;

/// <summary>A function of one number and the worst error allowed to its scalar body, in units of the last place.</summary>
/// <param name="Name">The op.</param>
/// <param name="Float32">For float32.</param>
/// <param name="Float64">For float64.</param>
/// <param name="Low">Where to look closer, from here</param>
/// <param name="High">to here.</param>
internal sealed record FunctionAccuracy(string Name, double Float32, double Float64, double Low, double High)
{
    // In float64 the double precision that is compared with is itself off by 1, that of erfc by 4, of the Bessel functions by 12.
    public static IReadOnlyList<FunctionAccuracy> Table { get; } =
    [
        new("exp", 1, 2, -100, 100),
        new("expm1", 1.5, 4, -3, 3),
        new("sigmoid", 2, 3, -20, 20),
        new("softplus", 2, 4, -20, 20),
        new("log", 1, 2, 0, 3),
        new("log1p", 1.5, 4, -1, 3),
        new("sin", 1, 3, -1000, 1000),
        new("cos", 1, 3, -1000, 1000),
        new("tan", 2, 4, -1000, 1000),
        new("asin", 2, 3, -1, 1),
        new("acos", 2, 3, -1, 1),
        new("atan", 2, 3, -5, 5),
        new("sinh", 2, 4, -5, 5),
        new("cosh", 1.5, 3, -5, 5),
        new("tanh", 2, 4, -5, 5),
        new("asinh", 2, 3, -5, 5),
        new("acosh", 2, 3, 1, 5),
        new("atanh", 2, 4, -1, 1),
        new("erf", 1.5, 3, -5, 5),
        new("erfc", 2, 7, -3, 12),
        new("gelu", 2, 8, -12, 3),
        new("gelu_slope", 2.5, 8, -12, 3) { Magnitude = x => x is > -1.5 and < 0 ? 0.25 : 0 },
        new("rsqrt", 1.5, 2, 0, 3),
        new("log2", 1.5, 2, 0, 3),
        new("log10", 1, 2, 0, 3),
        new("lgamma", 1, 8, 0, 12) { Magnitude = x => x < 0 ? 1 + Math.Abs(x * Math.Log(1 - x)) : 0 },
        new("digamma", 1, 16, 0, 12) { Magnitude = x => Math.Max(1, x < 0 ? Math.PI / Math.Abs(Math.Tan(Math.PI * x)) : 0) },
        new("erfinv", 1, 6, -1, 1),
        new("ndtri", 1, 8, 0, 1) { Magnitude = p => p > 0.25 ? Math.Abs((2 * p) - 1) + 0.1 : 0 },
        new("erfcx", 1, 6, -3, 30),
        new("i0", 1, 16, -20, 20),
        new("i1", 1, 16, -20, 20),
        new("i0e", 1, 16, -20, 20),
        new("i1e", 1, 16, -20, 20),
        new("j0", 1, 8, -30, 30) { Magnitude = x => Math.Abs(x) > 6 ? 1 / Math.Sqrt(Math.Abs(x)) : 0 },
        new("j1", 1, 12, -30, 30) { Magnitude = x => Math.Abs(x) > 6 ? 1 / Math.Sqrt(Math.Abs(x)) : 0 },
        new("y0", 1, 12, 0, 30) { Magnitude = x => x > 0.1 ? 1 / Math.Sqrt(x) : 0 },
        new("y1", 1, 12, 0, 30) { Magnitude = x => x > 0.1 ? 1 / Math.Sqrt(x) : 0 },
        new("k0", 1, 16, 0, 20),
        new("k1", 1, 16, 0, 20),
        new("k0e", 1, 16, 0, 20),
        new("k1e", 1, 16, 0, 20),
        new("k_difference_scaled", 1, 64, 0, 20),
        new("airy_ai", 1, 12, -15, 15) { Magnitude = x => x < -1e6 ? double.PositiveInfinity : x < 0 ? Math.Pow(1 - x, -0.25) : 0 },
        new("airy_ai_slope", 1, 12, -15, 15) { Magnitude = x => x < -1e6 ? double.PositiveInfinity : x < 0 ? Math.Pow(1 - x, 0.25) : 0 },
    ];

    /// <summary>Where a function vanishes, the number of whose last place the units are, if it is larger than the result.</summary>
    public Func<double, double> Magnitude { get; init; } = _ => 0;

    public UnaryOp Op() => typeof(ExpOp).Assembly.GetTypes()
        .Where(t => t.IsAssignableTo(typeof(FloatUnaryOp)) && t.GetConstructor(Type.EmptyTypes) is not null && !t.IsAbstract)
        .Select(t => (UnaryOp)Activator.CreateInstance(t)!)
        .Single(op => op.Name == Name);

    /// <summary>By how many units in the last place of the right result, rounded, another one is off; infinite where one is no number or the signs of zero differ. Of a larger magnitude, if one is given.</summary>
    public static double Ulps(DType type, double actual, double expected, double magnitude = 0)
    {
        var rounded = type == DType.Float32 ? (float)expected : expected;
        if (double.IsNaN(rounded)) return double.IsNaN(actual) ? 0 : double.PositiveInfinity;
        if (rounded == 0 && actual == 0) return double.IsNegative(rounded) == double.IsNegative(actual) ? 0 : double.PositiveInfinity;
        if (!double.IsFinite(rounded)) return actual == rounded ? 0 : double.PositiveInfinity;
        // The exponent of a denormal number counts as the least one.
        var (bits, least) = type == DType.Float32 ? (23, -126) : (52, -1022);
        return Math.Abs(actual - expected) / Math.ScaleB(1, Math.Max(Math.ILogB(Math.Max(Math.Abs(rounded), magnitude)), least) - bits);
    }
}
