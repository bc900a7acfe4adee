using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GraphGrad.Tests;

/// <summary>Asserts whose messages are written only where they fail: most are about one element of many.</summary>
internal static class Expect
{
    /// <summary>As <see cref="Assert.True(bool, string)"/>.</summary>
    public static void True([DoesNotReturnIf(false)] bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref ExpectText message)
    {
        if (!condition) Assert.Fail(message.ToStringAndClear());
    }
}

/// <summary>A message that is written if a condition does not hold.</summary>
[InterpolatedStringHandler]
internal ref struct ExpectText
{
    private DefaultInterpolatedStringHandler text;

    public ExpectText(int literalLength, int formattedCount, bool condition, out bool isNeeded)
    {
        isNeeded = !condition;
        if (isNeeded) text = new(literalLength, formattedCount);
    }

    public void AppendLiteral(string literal) => text.AppendLiteral(literal);

    public void AppendFormatted<T>(T value, string? format = null) => text.AppendFormatted(value, format);

    public void AppendFormatted(object? value, string? format = null) => text.AppendFormatted(value, format: format);

    public string ToStringAndClear() => text.ToStringAndClear();
}
