using System.Globalization;
using System.Text.RegularExpressions;
using GraphGrad.Printing;

namespace GraphGrad.Rewriting;

/// <summary>Where expressions go wrong, as reports say it.</summary>
internal static partial class FailureText
{
    private const string Operators = "+-*/^";

    private static readonly string[] Sums = [" + ", " - "];

    // Longer ones stand behind what is said of them.
    private const int LongestOperand = 36;

    /// <summary>From which relative error on no digit of a number is right.</summary>
    public const double NoDigit = 0.5;

    // Where float32 ends or saturates, and where float64 does; what follows the type tells erfc, which vanishes, from tanh, which is 1 to all digits.
    private static readonly (string Narrow, string Wide)[] Bounds =
    [
        ("> 9 (float32): 0 / 0", "> 26 (float64): 0 / 0"), ("> 9 (float32): inf * 0", "> 26 (float64): inf * 0"), ("(float32)", "(float64)"),
        // The arguments at which exp and cosh overflow, exp is 0, and the square of exp overflows.
        ("88", "709"), ("89", "710"), ("104", "745"), ("44", "354"),
        // At which erf, tanh and sigmoid are 1 to all digits, and erfc and gelu are 0.
        ("4", "6"), ("13", "38"), ("9", "19"), ("16", "36"), ("17", "37"), ("10", "27"),
        // Largest and least number, their halves, reciprocals, square and cube roots.
        ("3.4e38", "1.8e308"), ("1e-38", "2e-308"), ("1e-45", "5e-324"), ("1.7e38", "9e307"), ("3e-39", "6e-309"), ("1.8e19", "1.3e154"), ("1e-23", "1e-162"),
        ("7e12", "5e102"), ("1e-13", "1e-103"),
    ];

    private static readonly Dictionary<string, string> Wide = Bounds.ToDictionary(b => b.Narrow, b => b.Wide);

    /// <summary>What a rule says of float32, said of an element type.</summary>
    public static string In(DType type, string fails) => type == DType.Float64 ? Bound().Replace(fails, m => Wide.GetValueOrDefault(m.Value, m.Value)) : fails;

    /// <summary>What a rule says of its wildcards, said of what they stand for: of <c>x > 88 (float32): exp overflows</c>, with the user's expression for x.</summary>
    public static string Of(string fails, BoundWildcard[] operands)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in operands)
        {
            if (name.Length == 1) texts.TryAdd(name, ExpressionText.AsWritten(value, [], LongestOperand));
        }
        var apart = new SortedSet<string>(StringComparer.Ordinal);
        var text = Letter().Replace(fails, letter =>
        {
            if (!texts.TryGetValue(letter.Value, out var operand) || operand == letter.Value) return letter.Value;
            if (operand.Length <= LongestOperand) return InPlace(fails, letter.Index, operand);
            apart.Add(letter.Value);
            return letter.Value;
        });
        text = Square().Replace(text, m => FormattableString.Invariant($"{double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) * double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture):G6}"));
        text = Same().Replace(Size().Replace(text.Replace("--", string.Empty, StringComparison.Ordinal), m => m.Groups[1].Value), string.Empty);
        return apart.Count == 0 ? text : $"{text}, where {string.Join(", ", apart.Select(name => $"{name} = {texts[name]}"))}";
    }

    /// <summary>How much of a number is lost, for example <c>it is off by 3e-2 of its value</c>.</summary>
    /// <param name="error">The relative error.</param>
    public static string Digits(double error) => error >= NoDigit ? "no digit of it is left" : FormattableString.Invariant($"it is off by {error:0.#e0} of its value");

    /// <summary>An operand in place of its letter, in parentheses beside an operator that would take it apart.</summary>
    private static string InPlace(string fails, int index, string operand)
    {
        var before = fails[..index].TrimEnd() is [.., var left] ? left : ' ';
        var after = fails[(index + 1)..].TrimStart() is [var right, ..] ? right : ' ';
        // The sign of a product says nothing of its size.
        if (before == '|' && after == '|' && operand.StartsWith('-') && !Sums.Any(s => operand.Contains(s, StringComparison.Ordinal))) operand = operand[1..] is ['(', .. var inner, ')'] && !inner.Contains('(', StringComparison.Ordinal) ? inner : operand[1..];
        var isWhole = !(operand.Contains(' ') || operand.StartsWith('-')) || double.TryParse(operand, CultureInfo.InvariantCulture, out _);
        return isWhole || !(Operators.Contains(before) || Operators.Contains(after)) ? operand : $"({operand})";
    }

    [GeneratedRegex(@"\b[a-z]\b")]
    private static partial Regex Letter();

    [GeneratedRegex(@"(?<![\w.)])-?([0-9.]+)\^2(?![\w.])")]
    private static partial Regex Square();

    // A positive number is its own size.
    [GeneratedRegex(@"\|([0-9.]+)\|")]
    private static partial Regex Size();

    [GeneratedRegex(@", (-?[0-9.]+) near \1(?=:)")]
    private static partial Regex Same();

    [GeneratedRegex(@"> 9 \(float32\): (?:0 / 0|inf \* 0)|\(float32\)|(?<=[<>] -?)[0-9.]+(?:e-?[0-9]+)?")]
    private static partial Regex Bound();
}
