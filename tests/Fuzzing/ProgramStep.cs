using System.Globalization;
using System.Text.RegularExpressions;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>
/// One value of a random program: an input with its data, or a call. <see cref="Text"/> is C# with <c>{0}</c>, <c>{1}</c>, …
/// for the operands, so that a failing program can be pasted into a test.
/// </summary>
internal sealed record ProgramStep(string Text, int[] Operands, Func<Value[], DType, Value> Build)
{
    /// <summary>What an input is fed with; floats are kept as float64 and fed in the program's float type.</summary>
    public TensorData? Data { get; private init; }

    /// <summary>A float of the operands that must stay away from zero: what makes the result jump there, or bends its gradient.</summary>
    public Func<Value[], Value>? Margin { get; init; }

    public bool IsInput => Data is not null;

    public static ProgramStep Input(TensorData data)
    {
        var isFloat = data.DType.IsFloat();
        var type = isFloat ? "type" : $"DType.{data.DType}";
        return new ProgramStep(
            $"graph.Placeholder(\"{{name}}\", [{string.Join(", ", data.Extents.ToArray())}], {type})",
            [],
            (_, floats) => throw new InvalidOperationException($"an input of {floats} is fed, not built"))
        { Data = data };
    }

    public static ProgramStep Call(string text, Func<Value[], Value> build, params int[] operands) =>
        new(text, operands, (values, _) => build(values));

    /// <summary>A call written as a lambda: <c>x => Tanh(x)</c> of v3 reads <c>Tanh(v3)</c>.</summary>
    public static ProgramStep Lambda(string source, Func<Value[], Value> build, params int[] operands)
    {
        var arrow = source.IndexOf("=>", StringComparison.Ordinal);
        var names = source[..arrow].Trim(' ', '(', ')').Split(',', StringSplitOptions.TrimEntries);
        var body = source[(arrow + 2)..].Trim();
        for (var i = 0; i < names.Length; i++) body = Regex.Replace(body, $@"\b{names[i]}\b", $"{{{i}}}");
        return Call(body, build, operands);
    }

    public override string ToString() => Text;

    /// <summary>The statement that declares the value.</summary>
    public string Statement(int number)
    {
        var text = Text.Replace("{name}", $"v{number}", StringComparison.Ordinal);
        for (var i = 0; i < Operands.Length; i++) text = text.Replace($"{{{i}}}", $"v{Operands[i]}", StringComparison.Ordinal);
        return $"var v{number} = {text};{Shown()}";
    }

    private string Shown()
    {
        if (Data is null) return string.Empty;
        var elements = Enumerable.Range(0, Math.Min(Data.Count, 64)).Select(i => Data.At(i).ToString("R", CultureInfo.InvariantCulture));
        return $" // {string.Join(", ", elements)}{(Data.Count > 64 ? ", …" : string.Empty)}";
    }
}
