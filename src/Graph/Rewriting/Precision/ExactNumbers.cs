using System.Globalization;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>Numbers that rules and users write with the digits of a double, to as many as there are.</summary>
internal static class ExactNumbers
{
    private const int LargestArgument = 100;
    private const int MostDigits = 15;
    private const int LargestDivisor = 64;

    private static readonly Dictionary<double, Known> All = new[] { new Known(Kind.Pi), new Known(Kind.RootOfPi), new Known(Kind.RootOfTwoPi), new Known(Kind.LogRootOfTwoPi) }
        .Concat(Enumerable.Range(2, LargestArgument - 1).SelectMany(n => new[] { new Known(Kind.Log, n), new Known(Kind.Root, n) }))
        .SelectMany(c => new[] { c, c with { IsInverse = true } })
        .DistinctBy(c => Significand(Value<DoubleDouble>(c).High)).ToDictionary(c => Significand(Value<DoubleDouble>(c).High));

    private enum Kind
    {
        Pi,
        RootOfPi,
        RootOfTwoPi,
        LogRootOfTwoPi,
        Log,
        Root,
    }

    /// <summary>
    /// The number that a double stands for: a constant or a power of two times it, a decimal of at most 15 digits, or a fraction with a small divisor, if it is the double next to that; else itself.
    /// </summary>
    public static T Of<T>(double number)
        where T : struct, IPrecise<T>
    {
        if (!double.IsFinite(number) || (Math.Abs(number) < 1e15 && number == Math.Round(number))) return number;
        return Constant<T>(number) ?? Decimal<T>(number) ?? Fraction<T>(number) ?? number;
    }

    private static double Significand(double number) => Math.Abs(Math.ScaleB(number, -Math.ILogB(number)));

    private static T Value<T>(Known known)
        where T : struct, IPrecise<T>
    {
        var value = known.Kind switch
        {
            Kind.Pi => T.Pi,
            Kind.RootOfPi => T.Sqrt(T.Pi),
            Kind.RootOfTwoPi => T.Sqrt(T.Pi + T.Pi),
            Kind.LogRootOfTwoPi => T.Log(T.Pi + T.Pi) / 2,
            Kind.Log => T.Log(known.Argument),
            _ => T.Sqrt(known.Argument),
        };
        return known.IsInverse ? T.One / value : value;
    }

    private static T? Constant<T>(double number)
        where T : struct, IPrecise<T>
    {
        if (!All.TryGetValue(Significand(number), out var known)) return null;
        var value = Value<T>(known);
        // Both are powers of two times the same number.
        return value * (number / value.High);
    }

    private static T? Decimal<T>(double number)
        where T : struct, IPrecise<T>
    {
        var text = number.ToString($"E{MostDigits - 1}", CultureInfo.InvariantCulture);
        if (double.Parse(text, CultureInfo.InvariantCulture) != number) return null;
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        T digits = double.Parse(text[..mark].Replace(".", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var power = int.Parse(text[(mark + 1)..], CultureInfo.InvariantCulture) - (MostDigits - 1);
        return power >= 0 ? digits * T.Pow(10, power) : digits / T.Pow(10, -power);
    }

    private static T? Fraction<T>(double number)
        where T : struct, IPrecise<T>
    {
        // As the coefficients of series are.
        var inverse = Math.Round(1 / number);
        if (Math.Abs(inverse) < 1e15 && 1 / inverse == number) return T.One / inverse;
        for (var divisor = 3; divisor <= LargestDivisor; divisor++)
        {
            var dividend = Math.Round(number * divisor);
            if (dividend != 0 && dividend / divisor == number) return (T)dividend / divisor;
        }
        return null;
    }

    /// <param name="Kind">The function.</param>
    /// <param name="Argument">Of what.</param>
    /// <param name="IsInverse">Whether it is 1 by that.</param>
    private sealed record Known(Kind Kind, int Argument = 0, bool IsInverse = false);
}
