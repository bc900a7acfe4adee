using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>The constants that rules and users write with the digits of a double, to twice as many.</summary>
internal static class ExactNumbers
{
    // π, log 2, √2, √π, √(2π), log √(2π), log 10.
    private static readonly DoubleDouble[] Constants =
    [
        new(3.141592653589793, 1.2246467991473532e-16), new(0.6931471805599453, 2.3190468138462996e-17), new(1.4142135623730951, -9.667293313452913e-17),
        new(1.772453850905516, -7.666586499825799e-17), new(2.5066282746310007, -1.8328579980459167e-16), new(0.9189385332046728, -3.878294158067242e-17), new(2.302585092994046, -2.1707562233822494e-16),
    ];

    private static readonly DoubleDouble[] All = [.. Constants, .. Constants.Select(c => DoubleDouble.One / c)];

    /// <summary>A constant, or a power of two times it, if a number is the double next to it; else the number itself.</summary>
    public static DoubleDouble Of(double number)
    {
        if (number == 0 || !double.IsFinite(number)) return number;
        var k = Math.ILogB(number);
        var significand = Math.Abs(Math.ScaleB(number, -k));
        foreach (var constant in All)
        {
            var power = Math.ILogB(constant.High);
            if (Math.ScaleB(constant.High, -power) == significand) return DoubleDouble.Scale(constant, k - power) * Math.Sign(number);
        }
        return number;
    }
}
