namespace GraphGrad.Scalars;

/// <summary>
/// A number as the unevaluated sum of two doubles, the second at most half a unit in the last place of the first: some 32 digits in the range of
/// double. Sums and products are error-free transformations (Dekker 1971, Knuth); each operation errs by a few units of 2^-104, relative. Where the first part is
/// infinite or NaN, the second is zero.
/// </summary>
internal readonly partial struct DoubleDouble(double high, double low = 0) : IPrecise<DoubleDouble>
{
    public static readonly DoubleDouble NaN = new(double.NaN);

    public static DoubleDouble Zero => new(0);

    public static DoubleDouble One => new(1);

    public static DoubleDouble Pi => new(3.141592653589793, 1.2246467991473532e-16);

    /// <summary>The nearest double.</summary>
    public double High { get; } = high;

    /// <summary>What it lacks to the number.</summary>
    public double Low { get; } = low;

    public bool IsFinite => double.IsFinite(High);

    public bool IsZero => High == 0;

    public bool IsNaN => double.IsNaN(High);

    public DoubleDouble Sign => double.IsNaN(High) ? 0 : Math.Sign(High);

    public static implicit operator DoubleDouble(double x) => new(x);

    public static DoubleDouble operator -(DoubleDouble x) => new(-x.High, -x.Low);

    public static DoubleDouble operator +(DoubleDouble x, DoubleDouble y)
    {
        var (high, low) = ExactSum(x.High, y.High);
        if (!double.IsFinite(high)) return high;
        var (second, rest) = ExactSum(x.Low, y.Low);
        (high, low) = QuickSum(high, low + second);
        return Of(high, low + rest);
    }

    public static DoubleDouble operator -(DoubleDouble x, DoubleDouble y) => x + (-y);

    public static DoubleDouble operator *(DoubleDouble x, DoubleDouble y)
    {
        var high = x.High * y.High;
        if (!double.IsFinite(high) || high == 0) return high;
        return Of(high, Math.FusedMultiplyAdd(x.High, y.High, -high) + ((x.High * y.Low) + (x.Low * y.High)));
    }

    public static DoubleDouble operator /(DoubleDouble x, DoubleDouble y)
    {
        var first = x.High / y.High;
        if (!double.IsFinite(first) || !y.IsFinite || first == 0) return first;
        var rest = x - (y * first);
        var second = rest.High / y.High;
        rest -= y * second;
        return Of(first, second) + (rest.High / y.High);
    }

    public static bool operator <(DoubleDouble x, DoubleDouble y) => x.High < y.High || (x.High == y.High && x.Low < y.Low);

    public static bool operator >(DoubleDouble x, DoubleDouble y) => y < x;

    /// <summary>Whether two numbers are equal; NaN equals nothing.</summary>
    public static bool Same(DoubleDouble x, DoubleDouble y) => x.High == y.High && x.Low == y.Low;

    public static DoubleDouble Abs(DoubleDouble x) => double.IsNegative(x.High) ? -x : x;

    public static DoubleDouble Sqrt(DoubleDouble x)
    {
        var root = Math.Sqrt(x.High);
        if (!(root > 0) || !double.IsFinite(root)) return root;
        // One step of Newton's method.
        return new DoubleDouble(root) + ((x - (new DoubleDouble(root) * root)).High / (2 * root));
    }

    /// <summary>x · 2^n.</summary>
    public static DoubleDouble Scale(DoubleDouble x, int n) => Of(Math.ScaleB(x.High, n), Math.ScaleB(x.Low, n));

    public static DoubleDouble Square(DoubleDouble x) => x * x;

    /// <summary>The sum of two parts, the first of which is not the smaller one.</summary>
    private static DoubleDouble Of(double high, double low)
    {
        if (!double.IsFinite(high)) return high;
        (high, low) = QuickSum(high, low);
        return double.IsFinite(high) ? new(high, double.IsFinite(low) ? low : 0) : new(high);
    }

    private static (double High, double Low) ExactSum(double x, double y)
    {
        var sum = x + y;
        var part = sum - x;
        return (sum, (x - (sum - part)) + (y - part));
    }

    private static (double High, double Low) QuickSum(double x, double y)
    {
        var sum = x + y;
        return (sum, y - (sum - x));
    }
}
