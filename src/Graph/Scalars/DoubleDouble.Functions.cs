namespace GraphGrad.Scalars;

internal readonly partial struct DoubleDouble
{
    // Arguments halved so many times have a short Taylor series.
    private const int Halvings = 8;
    private const int ExponentialTerms = 12;
    private const int SineTerms = 15;
    private const int LogarithmTerms = 24;

    // Beyond, reduced arguments have the digits of a double only, and so have sine and cosine.
    private const double LargestAngle = 1e9;

    private static readonly DoubleDouble Log2E = One / new DoubleDouble(0.6931471805599453, 2.3190468138462996e-17);
    private static readonly DoubleDouble Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);
    private static readonly DoubleDouble Log10E = One / new DoubleDouble(2.302585092994046, -2.1707562233822494e-16);
    private static readonly DoubleDouble HalfPi = new(1.5707963267948966, 6.123233995736766e-17);

    // The sum of three doubles is π/2 to 160 bits.
    private const double HalfPiThird = -1.4973849048591698e-33;

    private static readonly DoubleDouble[] InverseOdds = [.. Enumerable.Range(0, LogarithmTerms + 1).Select(k => One / ((2 * k) + 1))];
    private static readonly DoubleDouble[] InverseFactorials = FirstInverseFactorials(2 * SineTerms + 2);

    public static DoubleDouble Exp(DoubleDouble x)
    {
        if (!(Math.Abs(x.High) < 709)) return Math.Exp(x.High);
        var k = Math.Round(x.High * Log2E.High);
        return Scale(One + ReducedExpm1(x - (Ln2 * k)), (int)k);
    }

    public static DoubleDouble Expm1(DoubleDouble x) => Math.Abs(x.High) < 0.35 ? ReducedExpm1(x) : Exp(x) - One;

    public static DoubleDouble Log(DoubleDouble x)
    {
        if (!(x.High > 0) || !x.IsFinite) return Math.Log(x.High);
        var k = Math.ILogB(x.High);
        var m = Scale(x, -k);
        if (m.High > 1.4142135623730951)
        {
            m = Scale(m, -1);
            k++;
        }
        var log = NearLog1p(m - One);
        return k == 0 ? log : log + (Ln2 * k);
    }

    public static DoubleDouble Log1p(DoubleDouble x) => x.High is > -0.29 and < 0.41 ? NearLog1p(x) : Log(One + x);

    public static DoubleDouble Log2(DoubleDouble x) => Log(x) * Log2E;

    public static DoubleDouble Log10(DoubleDouble x) => Log(x) * Log10E;

    public static DoubleDouble Pow(DoubleDouble x, DoubleDouble y)
    {
        if (!x.IsFinite || !y.IsFinite || x.IsZero) return Math.Pow(x.High, y.High);
        if (y.Low == 0 && Math.Abs(y.High) <= 1024 && y.High == Math.Floor(y.High)) return y.High < 0 ? One / Power(x, (int)-y.High) : Power(x, (int)y.High);
        if (x.High > 0) return Exp(y * Log(x));
        return Math.Pow(x.High, y.High) is var sign && double.IsNaN(sign) ? NaN : Exp(y * Log(-x)) * Math.Sign(sign);
    }

    public static DoubleDouble Sinh(DoubleDouble x)
    {
        if (Math.Abs(x.High) < 0.35)
        {
            var e = ReducedExpm1(x);
            return (e + (e / (One + e))) * 0.5;
        }
        return (Exp(x) - Exp(-x)) * 0.5;
    }

    public static DoubleDouble Cosh(DoubleDouble x) => (Exp(x) + Exp(-x)) * 0.5;

    public static DoubleDouble Tanh(DoubleDouble x)
    {
        var e = Expm1(Abs(x) * -2);
        var size = -e / (e + 2.0);
        return double.IsNegative(x.High) ? -size : size;
    }

    public static DoubleDouble Sech(DoubleDouble x)
    {
        var e = Exp(-Abs(x));
        return e * 2 / (One + (e * e));
    }

    public static DoubleDouble Sigmoid(DoubleDouble x)
    {
        var e = Exp(-Abs(x));
        return (x.High < 0 ? e : One) / (One + e);
    }

    public static DoubleDouble Softplus(DoubleDouble x) => (x.High > 0 ? x : Zero) + Log1p(Exp(-Abs(x)));

    public static DoubleDouble Asinh(DoubleDouble x)
    {
        var size = Abs(x);
        var square = size * size;
        var result = size.High > 1e100 ? Log(size) + Ln2 : Log1p(size + (square / (One + Sqrt(square + One))));
        return double.IsNegative(x.High) ? -result : result;
    }

    public static DoubleDouble Acosh(DoubleDouble x)
    {
        var above = x - One;
        return x.High > 1e100 ? Log(x) + Ln2 : Log1p(above + Sqrt(above * (above + 2.0)));
    }

    public static DoubleDouble Atanh(DoubleDouble x) => Log1p(x * 2 / (One - x)) * 0.5;

    public static DoubleDouble Sin(DoubleDouble x) => SinCos(x).Sin;

    public static DoubleDouble Cos(DoubleDouble x) => SinCos(x).Cos;

    public static DoubleDouble Tan(DoubleDouble x)
    {
        var (sin, cos) = SinCos(x);
        return sin / cos;
    }

    public static DoubleDouble Atan(DoubleDouble x)
    {
        if (Math.Abs(x.High) > 1) return double.IsInfinity(x.High) ? HalfPi * Math.Sign(x.High) : (HalfPi * Math.Sign(x.High)) - Atan(One / x);
        // One step of Newton's method: what the tangent of the double lacks is of the order of 1e-17.
        DoubleDouble near = Math.Atan(x.High);
        var (sin, cos) = SinCos(near);
        return near + (((x * cos) - sin) / (cos + (x * sin)));
    }

    public static DoubleDouble Atan2(DoubleDouble y, DoubleDouble x)
    {
        if (x.IsZero || y.IsZero || !x.IsFinite || !y.IsFinite)
        {
            var angle = Math.Atan2(y.High, x.High);
            return Math.Abs(angle) == Pi.High ? Pi * Math.Sign(angle) : Math.Abs(angle) == HalfPi.High ? HalfPi * Math.Sign(angle) : angle;
        }
        var quotient = Atan(y / x);
        return x.High > 0 ? quotient : quotient + (Pi * Math.Sign(y.High));
    }

    public static DoubleDouble Asin(DoubleDouble x) => Atan2(x, Sqrt((One - x) * (One + x)));

    public static DoubleDouble Acos(DoubleDouble x) => Atan2(Sqrt(One - x), Sqrt(One + x)) * 2;

    public static DoubleDouble Hypot(DoubleDouble x, DoubleDouble y)
    {
        var greatest = Math.Max(Math.Abs(x.High), Math.Abs(y.High));
        if (greatest == 0 || !double.IsFinite(greatest)) return double.IsInfinity(x.High) || double.IsInfinity(y.High) ? double.PositiveInfinity : greatest;
        var k = Math.ILogB(greatest);
        return Scale(Sqrt(Square(Scale(x, -k)) + Square(Scale(y, -k))), k);
    }

    /// <summary>e^x - 1 near 0: the Taylor series at x / 2^8, then (e + 1)² - 1 = e·(e + 2) as often.</summary>
    private static DoubleDouble ReducedExpm1(DoubleDouble x)
    {
        var r = Scale(x, -Halvings);
        var sum = InverseFactorials[ExponentialTerms];
        for (var n = ExponentialTerms - 1; n > 0; n--) sum = (sum * r) + InverseFactorials[n];
        var e = sum * r;
        for (var i = 0; i < Halvings; i++) e *= e + 2.0;
        return e;
    }

    /// <summary>log(1 + x) = 2·artanh(s), s = x / (2 + x), by its series, for |s| below 0.18.</summary>
    private static DoubleDouble NearLog1p(DoubleDouble x)
    {
        if (x.IsZero) return x;
        var s = x / (x + 2.0);
        var square = s * s;
        var sum = Zero;
        for (var k = LogarithmTerms; k >= 0; k--) sum = (sum * square) + InverseOdds[k];
        return sum * s * 2;
    }

    private static DoubleDouble Power(DoubleDouble x, int n)
    {
        var result = One;
        for (var bit = 1 << 10; bit > 0; bit >>= 1)
        {
            result *= result;
            if ((n & bit) != 0) result *= x;
        }
        return result;
    }

    private static (DoubleDouble Sin, DoubleDouble Cos) SinCos(DoubleDouble x)
    {
        if (!(Math.Abs(x.High) < LargestAngle))
        {
            // The lower part is an angle of its own: of 1e20 it is thousands.
            var (s, c) = Math.SinCos(x.High);
            var (low, near) = Math.SinCos(x.Low);
            return ((s * near) + (c * low), (c * near) - (s * low));
        }
        var k = Math.Round(x.High / HalfPi.High);
        var r = k == 0 ? x : x - (new DoubleDouble(HalfPi.High) * k) - (new DoubleDouble(HalfPi.Low) * k) - (HalfPiThird * k);
        var square = r * r;
        var (sin, cos) = (Zero, Zero);
        for (var n = SineTerms; n >= 0; n--)
        {
            sin = InverseFactorials[(2 * n) + 1] - (sin * square);
            cos = InverseFactorials[2 * n] - (cos * square);
        }
        sin *= r;
        return ((long)k & 3) switch { 0 => (sin, cos), 1 => (cos, -sin), 2 => (-sin, -cos), _ => (-cos, sin) };
    }

    private static DoubleDouble[] FirstInverseFactorials(int count)
    {
        var result = new DoubleDouble[count];
        result[0] = One;
        for (var n = 1; n < count; n++) result[n] = result[n - 1] / n;
        return result;
    }
}
