using System.Text;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>Prints a loop nest. What several expressions share, or what would make a line long, gets a name.</summary>
internal sealed class KernelText
{
    private const int LongestExpression = 60;

    private readonly Kernel kernel;
    private readonly StringBuilder text = new();
    private readonly Dictionary<Scalar, int> uses = [];
    private readonly Dictionary<Scalar, string> known = [];
    private int names;

    private KernelText(Kernel kernel) => this.kernel = kernel;

    public static string Of(Kernel kernel)
    {
        var printer = new KernelText(kernel);
        printer.Print();
        return printer.text.ToString();
    }

    private void Print()
    {
        foreach (var scalar in ScalarGraph.Reachable(kernel.Roots))
        {
            foreach (var argument in scalar.Arguments) uses[argument] = uses.GetValueOrDefault(argument) + 1;
        }
        text.AppendLine($"kernel {kernel.Name}");
        var indent = "  ";
        foreach (var axis in kernel.Outer) Loop(axis, ref indent);
        foreach (var pass in kernel.Passes)
        {
            var inner = indent;
            foreach (var axis in kernel.Inner) Loop(axis, ref inner);
            foreach (var reduction in pass.Reductions)
            {
                // First: naming parts of the expression prints lines of their own.
                var body = Expression(reduction.Body, inner);
                text.AppendLine($"{inner}{reduction.Name} = {reduction.Kind}({reduction.Name}, {body})");
            }
            foreach (var store in pass.Stores) Store(store, inner);
            foreach (var column in pass.Columns)
            {
                var (value, offset) = (Expression(column.Value, inner), Expression(column.Offset, inner));
                text.AppendLine($"{inner}{column.Buffer}[{offset}] = {column.Kind}({column.Buffer}[{offset}], {value})");
            }
        }
        if (kernel.Interleaved is { } interleaved) Loop(interleaved, ref indent);
        foreach (var store in kernel.RowStores) Store(store, indent);
    }

    private void Loop(LoopAxis axis, ref string indent)
    {
        var range = axis.Chunks is null ? $"0..{axis.Extent}" : $"chunk {axis.Chunks} of {axis.ChunkLength} from 0..{axis.Extent}";
        text.AppendLine($"{indent}for {axis.Name} in {range}{(axis == kernel.Vector ? " in vectors" : axis == kernel.Interleaved ? " interleaved" : string.Empty)}");
        indent += "  ";
    }

    private void Store(KernelStore store, string indent)
    {
        var (value, offset) = (Expression(store.Value, indent), Expression(store.Offset, indent));
        text.AppendLine($"{indent}{store.Buffer}[{offset}] = {value}");
    }

    private string Expression(Scalar scalar, string indent)
    {
        if (known.TryGetValue(scalar, out var name)) return name;
        if (scalar.Arguments.Length == 0) return scalar.ToString();
        var arguments = Array.ConvertAll(scalar.Arguments, a => Expression(a, indent));
        var expression = scalar.Op is ScalarOp.Load or ScalarOp.Lookup
            ? $"{scalar.Payload}[{string.Join("; ", arguments)}]"
            : Infix(scalar.Op) is { } infix ? $"({arguments[0]} {infix} {arguments[1]})" : $"{scalar.Op}({string.Join(", ", arguments)})";
        if (uses.GetValueOrDefault(scalar) <= 1 && expression.Length <= LongestExpression) return expression;
        if (scalar.Type == DType.Int64 && expression.Length <= LongestExpression) return expression;
        known.Add(scalar, $"t{++names}");
        text.AppendLine($"{indent}t{names} = {expression}");
        return $"t{names}";
    }

    private static string? Infix(ScalarOp op) => op switch
    {
        ScalarOp.Add => "+",
        ScalarOp.Subtract => "-",
        ScalarOp.Multiply => "*",
        ScalarOp.Divide => "/",
        ScalarOp.LessThan => "<",
        ScalarOp.LessOrEqual => "<=",
        ScalarOp.Equal => "==",
        ScalarOp.And => "&",
        ScalarOp.Or => "|",
        _ => null,
    };
}
