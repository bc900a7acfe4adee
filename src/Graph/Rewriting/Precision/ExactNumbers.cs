using System.Globalization;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>Numbers that rules and users write with the digits of a double, to twice as many.</summary>
internal static class ExactNumbers
{
    private const int LargestArgument = 100;

    // π, √π, √(2π), log √(2π); logarithms and roots of whole numbers.
    private static readonly DoubleDouble[] Constants =
    [
        new(3.141592653589793, 1.2246467991473532e-16), new(1.772453850905516, -7.666586499825799e-17), new(2.5066282746310007, -1.8328579980459167e-16), new(0.9189385332046728, -3.878294158067242e-17),
        .. Enumerable.Range(2, LargestArgument - 1).SelectMany(n => new[] { DoubleDouble.Log(n), DoubleDouble.Sqrt(n) }),
    ];

    private static readonly Dictionary<double, DoubleDouble> All = Constants.Concat(Constants.Select(c => DoubleDouble.One / c))
        .Select(c => DoubleDouble.Scale(c, -Math.ILogB(c.High))).DistinctBy(c => c.High).ToDictionary(c => c.High);

    private const int MostDigits = 15;
    private const int LargestDivisor = 64;

    /// <summary>
    /// The number that a double stands for: a constant or a power of two times it, a decimal of at most 15 digits, or a fraction with a small divisor, if it is the double next to that; else itself.
    /// </summary>
    public static DoubleDouble Of(double number)
    {
        if (!double.IsFinite(number) || (Math.Abs(number) < 1e15 && number == Math.Round(number))) return number;
        return Constant(number) ?? Decimal(number) ?? Fraction(number) ?? number;
    }

    private static DoubleDouble? Constant(double number)
    {
        var k = Math.ILogB(number);
        var significand = Math.Abs(Math.ScaleB(number, -k));
        return All.TryGetValue(significand, out var constant) ? DoubleDouble.Scale(constant, k) * Math.Sign(number) : null;
    }

    private static DoubleDouble? Decimal(double number)
    {
        var text = number.ToString($"E{MostDigits - 1}", CultureInfo.InvariantCulture);
        if (double.Parse(text, CultureInfo.InvariantCulture) != number) return null;
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var digits = double.Parse(text[..mark].Replace(".", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var power = int.Parse(text[(mark + 1)..], CultureInfo.InvariantCulture) - (MostDigits - 1);
        return power >= 0 ? digits * DoubleDouble.Pow(10, power) : digits / DoubleDouble.Pow(10, -power);
    }

    private static DoubleDouble? Fraction(double number)
    {
        // As the coefficients of series are.
        var inverse = Math.Round(1 / number);
        if (Math.Abs(inverse) < 1e15 && 1 / inverse == number) return DoubleDouble.One / inverse;
        for (var divisor = 3; divisor <= LargestDivisor; divisor++)
        {
            var dividend = Math.Round(number * divisor);
            if (dividend != 0 && dividend / divisor == number) return (DoubleDouble)dividend / divisor;
        }
        return null;
    }
}
