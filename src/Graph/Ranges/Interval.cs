namespace GraphGrad.Ranges;

/// <summary>
/// Where numbers lie that are known to be finite: from Low to High, both included; -∞ or +∞ where no bound is known. Arithmetic is that of real
/// numbers: what overflows has left the range of its element type, but not the interval.
/// </summary>
internal readonly record struct Interval(double Low, double High)
{
    public static readonly Interval All = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Whether both bounds are known.</summary>
    public bool IsBounded => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>The largest absolute value.</summary>
    public double Magnitude => Math.Max(Math.Abs(Low), Math.Abs(High));

    public static Interval Of(double number) => double.IsNaN(number) ? All : new Interval(number, number);

    /// <summary>Where the elements of data lie.</summary>
    public static Interval Of(TensorData data)
    {
        if (data.Count == 0) return All;
        var range = Of(data.At(0));
        for (var i = 1; i < data.Count; i++) range = range.Union(Of(data.At(i)));
        return range;
    }

    /// <summary>The interval between two numbers; where one is not a number, no bound is known.</summary>
    public static Interval Between(double low, double high) =>
        new(double.IsNaN(low) ? double.NegativeInfinity : low, double.IsNaN(high) ? double.PositiveInfinity : high);

    /// <summary>
    /// Whether a number is among those that the interval tells of. An interval without any bound tells of nothing: then a function is taken to be
    /// called where it is defined.
    /// </summary>
    public bool Holds(double number) => Low <= number && number <= High && (double.IsFinite(Low) || double.IsFinite(High));

    /// <summary>Whether numbers below a limit are known to belong to it.</summary>
    public bool GoesBelow(double limit) => double.IsFinite(Low) && Low < limit;

    /// <summary>Whether numbers above a limit are known to belong to it.</summary>
    public bool GoesAbove(double limit) => double.IsFinite(High) && High > limit;

    public Interval Union(Interval other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>The part within other bounds; these, if there is none.</summary>
    public Interval Within(double low, double high) =>
        High < low || Low > high ? new Interval(low, high) : new Interval(Math.Max(Low, low), Math.Min(High, high));

    /// <summary>The images under a function that rises.</summary>
    public Interval Rising(Func<double, double> function) => Between(function(Low), function(High));

    /// <summary>The images under a function that falls.</summary>
    public Interval Falling(Func<double, double> function) => Between(function(High), function(Low));

    public Interval Absolute() =>
        Low >= 0 ? this : High <= 0 ? -this : new Interval(0, Magnitude);

    /// <summary>Sums of so many numbers, or of any number of them, but at least one, if the count is not known.</summary>
    public Interval Times(Dim count)
    {
        if (count.IsConstant) return new Interval(Product(Low, count.Value), Product(High, count.Value));
        // However many there are, a sum of bounded numbers is bounded; without a bound nothing would be known of it where its terms have both signs.
        return new Interval(Low >= 0 ? Low : Product(Low, long.MaxValue), High <= 0 ? High : Product(High, long.MaxValue));
    }

    public static Interval operator -(Interval x) => new(-x.High, -x.Low);

    public static Interval operator +(Interval x, Interval y) => Between(x.Low + y.Low, x.High + y.High);

    public static Interval operator -(Interval x, Interval y) => x + -y;

    public static Interval operator *(Interval x, Interval y)
    {
        var (a, b, c, d) = (Product(x.Low, y.Low), Product(x.Low, y.High), Product(x.High, y.Low), Product(x.High, y.High));
        return Between(Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)));
    }

    public static Interval operator /(Interval x, Interval y)
    {
        if (y.Low > 0 || y.High < 0) return x * new Interval(1 / y.High, 1 / y.Low);
        if (y is { Low: 0, High: > 0 }) return x * new Interval(1 / y.High, double.PositiveInfinity);
        if (y is { High: 0, Low: < 0 }) return x * new Interval(double.NegativeInfinity, 1 / y.Low);
        return All;
    }

    public override string ToString() => FormattableString.Invariant($"[{Low:G6}, {High:G6}]");

    // A missing bound stands for a finite number, so nothing times it is nothing.
    private static double Product(double a, double b) => a == 0 || b == 0 ? 0 : a * b;
}
