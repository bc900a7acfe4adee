namespace GraphGrad.Scalars;

/// <summary>Functions of series, by the recurrences that their differential equations give.</summary>
internal sealed partial class Series
{
    /// <summary>e^x. At a pole it vanishes beyond all powers, or grows beyond them: null.</summary>
    public static Series? Exp(Series? x)
    {
        if (x is null) return null;
        // e^(n·log t + s) = t^n·e^s.
        if (x.HasLogarithm) return x.Logarithm == Math.Floor(x.Logarithm) && !x.HasPole && Exp(x.WithLogarithm(0)) is { } rest ? new((int)x.Logarithm + rest.Order, rest.values, rest.errors) : null;
        if (x.HasPole) return x.Sign < 0 ? Zero : null;
        var count = x.Known;
        var (values, errors) = (new double[count], new double[count]);
        Set(values, errors, 0, Math.Exp(x.Limit), x.IsZero || x.Order > 0);
        // w' = x'·w.
        for (var n = 1; n < count; n++)
        {
            for (var i = 1; i <= n; i++) Accumulate(values, errors, n, x.At(i), (values[n - i], errors[n - i]), (double)i / n);
        }
        return new(0, values, errors);
    }

    /// <summary>e^x - 1.</summary>
    public static Series? Expm1(Series? x)
    {
        if (x is null || x.HasLogarithm) return null;
        if (x.HasPole) return x.Sign < 0 ? Number(-1) : null;
        if (Exp(x) is not { } exp) return null;
        // Of -800 the exponential is 0 in float64.
        if (exp.IsZero) return Number(-1).Inexact();
        var (values, errors) = ((double[])exp.values.Clone(), (double[])exp.errors.Clone());
        Set(values, errors, 0, Math.Exp(x.Limit) - 1, false);
        if (x.Limit != 0 && Math.Abs(x.Limit) < 0.5) values[0] = Math.Exp(x.Limit / 2) * 2 * Math.Sinh(x.Limit / 2);
        if (x.Limit == 0) (values[0], errors[0]) = (0, 0);
        return new(0, values, errors);
    }

    /// <summary>log x: where x has a zero or a pole it has a logarithm of t.</summary>
    public static Series? Log(Series? x)
    {
        if (x is null || x.HasLogarithm || x.Sign <= 0) return null;
        if (x.Order != 0) return Log(new Series(0, x.values, x.errors))?.WithLogarithm(x.Order);
        return Integral(Quotient(x.Derivative(), x), Math.Log(x.Limit), x.Limit == 1 && x.errors[0] == 0);
    }

    public static Series? Log1p(Series? x)
    {
        if (x is null || x.HasLogarithm || x.HasPole || x.Limit <= -1) return null;
        return Integral(Quotient(x.Derivative(), Number(1) + x), double.LogP1(x.Limit), x.Limit == 0);
    }

    /// <summary>x^p = c^p·t^(n·p)·(1 + u)^p; null where n·p is no whole number, or c negative and p none.</summary>
    public static Series? Pow(Series? x, double power)
    {
        if (x is null || x.HasLogarithm) return null;
        if (power == 0) return Number(1);
        if (x.IsZero) return power > 0 ? Zero : null;
        var order = x.Order * power;
        if (order != Math.Floor(order) || Math.Abs(order) > 1000 || (x.Sign < 0 && power != Math.Floor(power))) return null;
        var count = x.values.Length;
        var (values, errors) = (new double[count], new double[count]);
        Set(values, errors, 0, Math.Pow(x.values[0], power), x.values[0] == 1 && x.errors[0] == 0);
        errors[0] += Math.Abs(power) * x.errors[0] / Math.Abs(x.values[0]) * Math.Abs(values[0]);
        // w'·x = p·x'·w.
        for (var n = 1; n < count; n++)
        {
            for (var i = 1; i <= n; i++)
            {
                Accumulate(values, errors, n, (x.values[i], x.errors[i]), (values[n - i], errors[n - i]), ((power * i) - (n - i)) / n / x.values[0]);
            }
        }
        return new((int)order, values, errors);
    }

    /// <summary>x^y = e^(y·log x).</summary>
    public static Series? Pow(Series? x, Series? y)
    {
        if (x is null || y is null) return null;
        if (y.IsZero) return Number(1);
        return y.IsNumber ? Pow(x, y.Limit) : Product(y, Log(x)) is { } exponent ? Exp(exponent) : null;
    }

    public static Series? Sqrt(Series? x) => Pow(x, 0.5);

    public static Series? Abs(Series? x) => x is null ? null : x.Sign < 0 ? -x : x;

    public static Series? Sin(Series? x) => SinCos(x)?.Sin;

    public static Series? Cos(Series? x) => SinCos(x)?.Cos;

    public static Series? Tan(Series? x) => SinCos(x) is var (sin, cos) ? Quotient(sin, cos) : null;

    public static Series? Sinh(Series? x)
    {
        if (x is null || x.HasLogarithm || x.HasPole) return null;
        var (exp, inverse) = (Exp(x)!, Exp(-x)!);
        return (exp - inverse) * Number(0.5);
    }

    public static Series? Cosh(Series? x) => x is null || x.HasLogarithm || x.HasPole ? null : (Exp(x)! + Exp(-x)!) * Number(0.5);

    public static Series? Sech(Series? x) => x is null || x.HasLogarithm ? null : x.HasPole ? Zero : Quotient(Number(1), Cosh(x));

    /// <summary>tanh x = (e^2x - 1) / (e^2x + 1).</summary>
    public static Series? Tanh(Series? x)
    {
        if (x is null || x.HasLogarithm) return null;
        if (x.HasPole || Math.Abs(x.Limit) > 20) return Number(x.Sign);
        var exp = Expm1(x * Number(2))!;
        return Quotient(exp, exp + Number(2));
    }

    public static Series? Sigmoid(Series? x)
    {
        if (x is null || x.HasLogarithm) return null;
        if (x.HasPole) return x.Sign > 0 ? Number(1) : Zero;
        return x.Limit > 0 ? Quotient(Number(1), Exp(-x)! + Number(1)) : Exp(x) is { } exp ? Quotient(exp, exp + Number(1)) : null;
    }

    public static Series? Softplus(Series? x)
    {
        if (x is null || x.HasLogarithm) return null;
        if (x.HasPole) return x.Sign > 0 ? x : Zero;
        return x.Limit > 0 ? x + Log1p(Exp(-x))! : Log1p(Exp(x));
    }

    /// <summary>atan x, and at a pole ±π/2 - atan(1/x).</summary>
    public static Series? Atan(Series? x)
    {
        if (x is null || x.HasLogarithm) return null;
        if (x.HasPole) return Number(x.Sign * Math.PI / 2).Inexact() - Atan(Quotient(Number(1), x))!;
        return Integral(Quotient(x.Derivative(), Number(1) + (x * x)), Math.Atan(x.Limit), x.Limit == 0);
    }

    public static Series? Asin(Series? x)
    {
        if (x is null || x.HasLogarithm || x.HasPole || Math.Abs(x.Limit) > 1) return null;
        // At ±1 the derivative has a pole: asin x = π/2 - 2·asin(√((1 - x)/2)).
        if (x.Limit == 1) return Acos(x) is { } acos ? Number(Math.PI / 2).Inexact() - acos : null;
        if (x.Limit == -1) return Asin(-x) is { } mirrored ? -mirrored : null;
        return Integral(Quotient(x.Derivative(), Sqrt(Number(1) - (x * x))), Math.Asin(x.Limit), x.Limit == 0);
    }

    public static Series? Acos(Series? x) => x is { Limit: 1 } ? Asin(Sqrt((Number(1) - x) * Number(0.5))) is { } half ? half * Number(2) : null : Asin(x) is { } asin ? Number(Math.PI / 2).Inexact() - asin : null;

    public static Series? Asinh(Series? x) =>
        x is null || x.HasLogarithm || x.HasPole ? null : Integral(Quotient(x.Derivative(), Sqrt(Number(1) + (x * x))), Math.Asinh(x.Limit), x.Limit == 0);

    public static Series? Acosh(Series? x) => x is { Limit: 1 } ? Asinh(Sqrt((x - Number(1)) * Number(0.5))) is { } half ? half * Number(2) : null :
        x is null || x.HasLogarithm || x.HasPole || x.Limit <= 1 ? null : Integral(Quotient(x.Derivative(), Sqrt((x * x) - Number(1))), Math.Acosh(x.Limit), false);

    public static Series? Atanh(Series? x) =>
        x is null || x.HasLogarithm || x.HasPole || Math.Abs(x.Limit) >= 1 ? null : Integral(Quotient(x.Derivative(), Number(1) - (x * x)), Math.Atanh(x.Limit), x.Limit == 0);

    /// <summary>erf x, whose derivative is 2/√π·exp(-x²).</summary>
    public static Series? Erf(Series? x)
    {
        if (x is null || x.HasLogarithm) return null;
        if (x.HasPole) return Number(x.Sign);
        // Where the constant is not 0 its own error function is not at hand to all digits.
        if (x.Limit != 0) return null;
        return Integral(x.Derivative() * Exp(-(x * x))! * Number(2 / Math.Sqrt(Math.PI)).Inexact(), 0, true);
    }

    public static Series? Erfc(Series? x) => x is { HasPole: true, Sign: > 0 } ? Zero : Erf(x) is { } erf ? Number(1) - erf : null;

    public static Series? Gelu(Series? x) => Product(x, NormalCdf(x));

    public static Series? GeluSlope(Series? x) =>
        x is not null && NormalCdf(x) is { } cdf && Exp(x * x * Number(-0.5)) is { } exp ? cdf + (x * exp * Number(1 / Math.Sqrt(2 * Math.PI)).Inexact()) : null;

    private static Series? NormalCdf(Series? x) => x is not null && Erfc(x * Number(-Math.Sqrt(0.5)).Inexact()) is { } erfc ? erfc * Number(0.5) : null;

    public static Series? Hypot(Series? x, Series? y) => x is null || y is null || x.HasLogarithm || y.HasLogarithm ? null : Sqrt((x * x) + (y * y));

    /// <summary>-1, 0 or 1: how two functions compare for all small t.</summary>
    public static int Compare(Series x, Series y) => (x - y).Sign;

    private bool IsNumber => IsZero || (!HasLogarithm && Order == 0 && values.Length == 0) || (!HasLogarithm && Order == 0 && values.Skip(1).All(c => c == 0));

    private int Known => values.Length == 0 ? Terms : Math.Min(Terms, Order + values.Length);

    private static (Series Sin, Series Cos)? SinCos(Series? x)
    {
        if (x is null || x.HasLogarithm || x.HasPole) return null;
        var count = x.Known;
        var (sin, sinErrors, cos, cosErrors) = (new double[count], new double[count], new double[count], new double[count]);
        Set(sin, sinErrors, 0, Math.Sin(x.Limit), x.Limit == 0);
        Set(cos, cosErrors, 0, Math.Cos(x.Limit), x.Limit == 0);
        // At π, of which a double lacks 1e-16, the sine is zero.
        sinErrors[0] += Math.Abs(cos[0]) * x.At(0).Error;
        cosErrors[0] += Math.Abs(sin[0]) * x.At(0).Error;
        for (var n = 1; n < count; n++)
        {
            for (var i = 1; i <= n; i++)
            {
                Accumulate(sin, sinErrors, n, x.At(i), (cos[n - i], cosErrors[n - i]), (double)i / n);
                Accumulate(cos, cosErrors, n, x.At(i), (sin[n - i], sinErrors[n - i]), -(double)i / n);
            }
        }
        return (new(0, sin, sinErrors), new(0, cos, cosErrors));
    }

    private Series Derivative()
    {
        if (values.Length == 0) return Zero;
        return new(Order - 1, [.. values.Select((c, i) => c * (Order + i))], [.. errors.Select((e, i) => e * Math.Abs(Order + i) + Rounding * Math.Abs(values[i] * (Order + i)))]);
    }

    private static Series? Integral(Series? x, double constant, bool isExact)
    {
        if (x is null) return null;
        // A term 1/t integrates to a logarithm.
        if (x.At(-1).Value != 0) return null;
        var start = Number(constant);
        if (!isExact) start = start.Inexact();
        if (x.IsZero) return start;
        var series = new Series(
            x.Order + 1,
            [.. x.values.Select((c, i) => x.Order + i == -1 ? 0 : c / (x.Order + i + 1))],
            [.. x.errors.Select((e, i) => x.Order + i == -1 ? 0 : (e + (Rounding * Math.Abs(x.values[i]))) / Math.Abs(x.Order + i + 1))]);
        return constant == 0 ? series : start + series;
    }

    private Series Inexact() => new(Order, values, [.. errors.Select((e, i) => e + (4 * Rounding * Math.Abs(values[i])))]);

    private static void Set(double[] values, double[] errors, int index, double value, bool isExact)
    {
        values[index] = value;
        errors[index] = isExact ? 0 : 4 * Rounding * Math.Abs(value);
    }

    private static void Accumulate(double[] values, double[] errors, int index, (double Value, double Error) x, (double Value, double Error) y, double factor)
    {
        if ((x.Value == 0 && x.Error == 0) || (y.Value == 0 && y.Error == 0)) return;
        var term = factor * x.Value * y.Value;
        values[index] += term;
        errors[index] += Math.Abs(factor) * ((Math.Abs(x.Value) * y.Error) + (x.Error * (Math.Abs(y.Value) + y.Error))) + (3 * Rounding * Math.Abs(term));
    }
}
