using System.Text.RegularExpressions;

namespace GraphGrad.Rewriting;

/// <summary>Where expressions go wrong, as reports say it.</summary>
internal static partial class FailureText
{
    /// <summary>From which relative error on no digit of a number is right.</summary>
    public const double NoDigit = 0.5;

    // Where float32 ends or saturates, and where float64 does; what follows the type tells erfc, which vanishes, from tanh, which is 1 to all digits.
    private static readonly (string Narrow, string Wide)[] Bounds =
    [
        ("> 9 (float32): 0 / 0", "> 26 (float64): 0 / 0"), ("> 9 (float32): inf * 0", "> 26 (float64): inf * 0"), ("(float32)", "(float64)"),
        // The arguments at which exp and cosh overflow, exp is 0, and the square of exp overflows.
        ("88", "709"), ("89", "710"), ("104", "745"), ("44", "354"),
        // At which erf, tanh and sigmoid are 1 to all digits, and erfc is 0.
        ("4", "6"), ("9", "19"), ("16", "36"), ("17", "37"), ("10", "27"),
        // Largest and least number, their halves, reciprocals, square and cube roots.
        ("3.4e38", "1.8e308"), ("1e-38", "2e-308"), ("1e-45", "5e-324"), ("1.7e38", "9e307"), ("3e-39", "6e-309"), ("1.8e19", "1.3e154"), ("1e-23", "1e-162"),
        ("7e12", "5e102"), ("1e-13", "1e-103"),
    ];

    private static readonly Dictionary<string, string> Wide = Bounds.ToDictionary(b => b.Narrow, b => b.Wide);

    /// <summary>What a rule says of float32, said of an element type.</summary>
    public static string In(DType type, string fails) => type == DType.Float64 ? Bound().Replace(fails, m => Wide.GetValueOrDefault(m.Value, m.Value)) : fails;

    /// <summary>How much of a number is lost, for example <c>it is off by 3e-2 of its value</c>.</summary>
    /// <param name="error">The relative error.</param>
    public static string Digits(double error) => error >= NoDigit ? "no digit of it is left" : FormattableString.Invariant($"it is off by {error:0.#e0} of its value");

    [GeneratedRegex(@"> 9 \(float32\): (?:0 / 0|inf \* 0)|\(float32\)|(?<=[<>] -?)[0-9.]+(?:e-?[0-9]+)?")]
    private static partial Regex Bound();
}
