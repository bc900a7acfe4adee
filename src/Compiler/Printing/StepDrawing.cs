using System.Text;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Compilation.Passes;
using GraphGrad.Printing;

namespace GraphGrad.Compilation.Printing;

/// <summary>A fused program as a picture: a box for each kernel, an arrow for each tensor that goes through memory.</summary>
internal static class StepDrawing
{
    public static string ToMermaid(IReadOnlyList<LoweredStep> steps, Invariance[] repetition)
    {
        var text = new StringBuilder("flowchart TD\n");
        for (var i = 0; i < steps.Count; i++) text.Append($"  k{i}[\"{string.Join("<br>", Label(steps[i], repetition[i]).Select(MermaidText.Escape))}\"]\n");
        foreach (var source in Sources(steps)) text.Append($"  b{source.Id}[/\"{MermaidText.Escape($"{source.Name} {source.Type}")}\"/]\n");
        foreach (var (from, to, buffer) in Edges(steps)) text.Append(from < 0 ? $"  b{buffer.Id} --> k{to}\n" : $"  k{from} -->|\"{MermaidText.Escape(buffer.Type.ToString())}\"| k{to}\n");
        return text.ToString();
    }

    public static string ToDot(IReadOnlyList<LoweredStep> steps, Invariance[] repetition)
    {
        var text = new StringBuilder("digraph {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n");
        for (var i = 0; i < steps.Count; i++) text.Append($"  k{i} [label=\"{string.Join("\\n", Label(steps[i], repetition[i]).Select(DotText.Escape))}\"];\n");
        foreach (var source in Sources(steps)) text.Append($"  b{source.Id} [label=\"{DotText.Escape(source.Name)}\\n{DotText.Escape(source.Type.ToString())}\", shape=invhouse];\n");
        foreach (var (from, to, buffer) in Edges(steps)) text.Append(from < 0 ? $"  b{buffer.Id} -> k{to};\n" : $"  k{from} -> k{to} [label=\"{DotText.Escape(buffer.Type.ToString())}\"];\n");
        return text.Append("}\n").ToString();
    }

    /// <summary>The loop nests one after the other, numbered from 1.</summary>
    public static string ToText(IReadOnlyList<LoweredStep> steps, Invariance[] repetition) =>
        string.Join("\n", steps.Select((s, i) => $"step {i + 1}{(Runs(repetition[i]) is { } runs ? $" ({runs})" : string.Empty)}: {(s is LoweredKernel { Kernel: var kernel } ? kernel.ToString() : $"{string.Join("\n  ", Label(s))}\n")}"));

    private static IEnumerable<string> Label(LoweredStep step, Invariance repetition) => Runs(repetition) is { } runs ? Label(step).Append(runs) : Label(step);

    private static string? Runs(Invariance repetition) => repetition switch
    {
        Invariance.Always => "once",
        Invariance.UntilWritten => "once, until a variable is written",
        _ => null,
    };

    private static IEnumerable<string> Label(LoweredStep step)
    {
        if (step is LoweredRoutine routine)
        {
            yield return $"{routine.Node.OpName} {step.Name}";
            yield return routine.Node.Op.Attributes;
            yield break;
        }
        if (step is LoweredProduct { Product: var product })
        {
            yield return $"product {step.Name}";
            yield return $"batch {Extents(product.Batch)}, rows {Extents(product.Rows)}, columns {Extents(product.Columns)}, inner {Extents(product.Inner)}";
            yield break;
        }
        foreach (var name in step.Name.Split(" + ")) yield return name;
        var kernel = ((LoweredKernel)step).Kernel;
        var loops = kernel.Outer.Concat(kernel.Inner).Select(a => $"{(a.Reduced ? "reduce " : string.Empty)}{a.Extent}");
        yield return $"[{string.Join(", ", loops)}]" + (kernel.Passes.Length > 1 ? $", {kernel.Passes.Length} passes" : string.Empty);

        static string Extents(IEnumerable<Contraction.SymbolicAxis> axes) => new Shape([.. axes.Select(a => a.Extent)]).ElementCount.ToString();
    }

    private static IEnumerable<TensorBuffer> Sources(IReadOnlyList<LoweredStep> steps) =>
        steps.SelectMany(s => s.Reads).Where(b => b.Kind is BufferKind.Feed or BufferKind.Variable or BufferKind.Constant).Distinct();

    private static IEnumerable<(int From, int To, TensorBuffer Buffer)> Edges(IReadOnlyList<LoweredStep> steps)
    {
        var writer = new Dictionary<TensorBuffer, int>();
        for (var to = 0; to < steps.Count; to++)
        {
            foreach (var buffer in steps[to].Reads.Distinct())
            {
                if (buffer.Kind == BufferKind.Scratch) continue;
                // A variable that is updated in place is read as it was before its writer ran.
                if (buffer.Kind is BufferKind.Arena or BufferKind.Fetch && writer.TryGetValue(buffer, out var from)) yield return (from, to, buffer);
                else if (buffer.Kind is BufferKind.Feed or BufferKind.Variable or BufferKind.Constant) yield return (-1, to, buffer);
            }
            foreach (var buffer in steps[to].Writes) writer[buffer] = to;
        }
    }
}
