using System.Text;
using GraphGrad.Operations;

namespace GraphGrad.Printing;

/// <summary>Values as people write them: <c>1 / exp(x)</c>. Below a depth, values stand by their names.</summary>
internal static class ExpressionText
{
    private const int OperandDepth = 1;

    /// <summary>What a line of a report holds beside its other columns.</summary>
    public const int Longest = 90;

    /// <summary>Stands for what a line of a report has no room for.</summary>
    public const string Omitted = "…";

    // How many ops deep a report shows an expression, and the operands of a rule in it: as deep as the line allows.
    private static readonly (int Depth, int OperandDepth)[] Depths = [(9, 6), (8, 4), (7, 3), (6, 2), (6, 1), (5, 1), (4, 1), (3, 1), (2, 1)];

    // Symbol and precedence by op name; what is not here is written as a call.
    private static readonly Dictionary<string, (string Symbol, int Precedence)> Infix = new()
    {
        ["or"] = ("|", 1),
        ["xor"] = ("^", 2),
        ["and"] = ("&", 3),
        ["less"] = ("<", 4),
        ["less_or_equal"] = ("<=", 4),
        ["greater"] = (">", 4),
        ["greater_or_equal"] = (">=", 4),
        ["equal"] = ("==", 4),
        ["not_equal"] = ("!=", 4),
        ["add"] = ("+", 5),
        ["subtract"] = ("-", 5),
        ["multiply"] = ("*", 6),
        ["divide"] = ("/", 6),
        ["remainder"] = ("%", 6),
    };

    private static readonly Dictionary<string, string> Prefix = new() { ["negate"] = "-", ["not"] = "!" };

    private const int PrefixPrecedence = 7;

    /// <summary>The expression of a value, at most <paramref name="depth"/> ops deep.</summary>
    public static string Of(Value value, int depth = 5) => Of(value, [], depth);

    /// <summary>The expression of a value in terms of operands, of which at most the last op is shown.</summary>
    public static string Of(Value value, Value[] operands, int depth = 6)
    {
        var text = new StringBuilder();
        Write(value, new Terms(operands, AreWritten: false), depth, precedence: 0, text);
        return text.ToString();
    }

    /// <summary>
    /// The expression of a value as the user wrote it, in terms of operands, and of what those were written as: as deep as fits a line of a report, with means and the like by
    /// their names.
    /// </summary>
    public static string AsWritten(Value value, Value[] operands, int longest = Longest)
    {
        var written = value.AsWritten;
        return Fitting(written, new Terms([.. operands.Select(o => o.AsWritten).Where(o => o != written)], AreWritten: true) { NamesIdioms = true }, longest);
    }

    /// <summary>The expression that took another's place, in terms of operands as the user wrote those.</summary>
    public static string AfterRewrite(Value value, Value[] operands) =>
        Fitting(value, new Terms([.. operands.Where(o => o != value)], AreWritten: false) { NamesIdioms = true, OperandsAreWritten = true }, Longest);

    private static string Fitting(Value value, Terms terms, int longest)
    {
        var text = new StringBuilder();
        foreach (var (depth, operandDepth) in Depths)
        {
            text.Clear();
            Write(value, terms with { OperandDepth = operandDepth, Longest = longest }, depth, precedence: 0, text);
            if (text.Length <= longest) break;
        }
        return text.ToString();
    }

    /// <summary>An op applied to operands that are text already, for example <c>1 / 0</c> or <c>log(0)</c>.</summary>
    public static string Applied(Op op, string[] operands) =>
        operands.Length == 2 && Infix.TryGetValue(op.Name, out var infix) ? $"{operands[0]} {infix.Symbol} {operands[1]}"
        : operands.Length == 1 && Prefix.TryGetValue(op.Name, out var symbol) ? symbol + operands[0]
        : $"{op.Name}({string.Join(", ", operands)})";

    private static void Write(Value value, Terms terms, int depth, int precedence, StringBuilder text)
    {
        // What is too long is thrown away, and shown less deep.
        if (text.Length > terms.Longest && depth > 2) return;
        if (terms.OperandsAreWritten && terms.Operands.Contains(value))
        {
            value = value.AsWritten;
            terms = terms with { Operands = [value], AreWritten = true, OperandsAreWritten = false };
        }
        else if (terms.AreWritten)
        {
            value = value.AsWritten;
        }
        if (terms.NamesIdioms && depth > 0 && Idiom.Find(value) is { } idiom)
        {
            if (idiom.Name.Length > 0) text.Append(idiom.Name).Append('(');
            Write(idiom.Operand, terms, idiom.Name.Length > 0 ? depth - 1 : depth, idiom.Name.Length > 0 ? 0 : precedence, text);
            if (idiom.Name.Length > 0) text.Append(idiom.Attributes).Append(')');
            return;
        }
        var node = value.Node;
        if (terms.Operands.Contains(value)) depth = Math.Min(depth, terms.OperandDepth);
        if (node.Op is ConstantOp { Data.Count: <= 8 } constant)
        {
            var number = constant.Data.ToString();
            text.Append(precedence > 0 && number.StartsWith('-') ? $"({number})" : number);
        }
        else if (node.Op is SourceOp || node.Inputs.Count == 0 || depth == 0)
        {
            text.Append(terms.NamesIdioms && node.Op is not SourceOp ? Omitted : value.Name);
        }
        else if (node.Op is CustomGradientOp { Rule.IsSelfContained: true })
        {
            // Steps that led to it are not what it is.
            text.Append(node.Name[(node.Name.LastIndexOf('/') + 1)..]);
        }
        else if (node.Op is BroadcastOp or CustomGradientOp { Rule.IsKnown: true } || IsAxisOfOne(node))
        {
            // Repeating is what operators do by themselves, and axes of extent 1 are there for it.
            Write(node.Inputs[0], terms, depth, precedence, text);
        }
        else if (Infix.TryGetValue(node.OpName, out var infix))
        {
            var enclose = infix.Precedence < precedence;
            if (enclose) text.Append('(');
            Write(node.Inputs[0], terms, depth - 1, infix.Precedence, text);
            text.Append(' ').Append(infix.Symbol).Append(' ');
            Write(node.Inputs[1], terms, depth - 1, infix.Precedence + 1, text);
            if (enclose) text.Append(')');
        }
        else if (Prefix.TryGetValue(node.OpName, out var symbol))
        {
            var enclose = PrefixPrecedence < precedence;
            if (enclose) text.Append('(');
            text.Append(symbol);
            Write(node.Inputs[0], terms, depth - 1, PrefixPrecedence + 1, text);
            if (enclose) text.Append(')');
        }
        else
        {
            WriteCall(value, terms, depth, text);
        }
    }

    private static bool IsAxisOfOne(Node node) =>
        node.Op is ReshapeOp && node.Inputs[0].Shape.Where(d => !d.IsOne).SequenceEqual(node.Output.Shape.Where(d => !d.IsOne));

    private static void WriteCall(Value value, Terms terms, int depth, StringBuilder text)
    {
        var node = value.Node;
        if (node.Op is LoopOp loop)
        {
            WriteLoop(value, loop, terms, depth, text);
            return;
        }
        var isProduct = terms.NamesIdioms && node.Op is DotOp { LeftBatch.Count: 0, LeftContract: [var left], RightContract: [0] } && left == node.Inputs[0].Rank - 1;
        text.Append(isProduct ? "matmul" : terms.NamesIdioms && node.Op is SelectOp ? "where" : node.OpName).Append('(');
        for (var i = 0; i < node.Inputs.Count; i++)
        {
            if (i > 0) text.Append(", ");
            Write(node.Inputs[i], terms, depth - 1, 0, text);
        }
        if (!isProduct && node.Op.Attributes is { Length: > 0 } attributes) text.Append("; ").Append(attributes);
        text.Append(')');
        if (value.Index > 0) text.Append(':').Append(value.Index);
    }

    /// <summary>For example <c>scan(h0, xs).outputs</c>: what the loop was called with, not what its function reads besides.</summary>
    private static void WriteLoop(Value value, LoopOp loop, Terms terms, int depth, StringBuilder text)
    {
        text.Append(loop.Tells ? "while(" : "scan(");
        for (var i = 0; i < loop.Carries + loop.Steps; i++)
        {
            if (i > 0) text.Append(", ");
            Write(value.Node.Inputs[i], terms, depth - 1, 0, text);
        }
        var outputs = loop.Body.Results.Outputs.Length;
        text.Append(value.Index < loop.Carries ? Part(").carry", value.Index, loop.Carries)
            : value.Index < loop.CountOutput ? Part(").outputs", value.Index - loop.Carries, outputs) : ").iterations");

        static string Part(string name, int index, int count) => count == 1 ? name : $"{name}{index + 1}";
    }

    /// <summary>What values are written in terms of, and whether rewritten ones are shown as they were written.</summary>
    private sealed record Terms(Value[] Operands, bool AreWritten)
    {
        /// <summary>How many ops of an operand are shown.</summary>
        public int OperandDepth { get; init; } = ExpressionText.OperandDepth;

        /// <summary>Whether operands, but not what is made of them, are shown as the user wrote them.</summary>
        public bool OperandsAreWritten { get; init; }

        /// <summary>Whether functions composed of several ops stand by their names.</summary>
        public bool NamesIdioms { get; init; }

        /// <summary>From which length on a text is of no use.</summary>
        public int Longest { get; init; } = int.MaxValue;
    }
}
