using System.Collections.Concurrent;

namespace GraphGrad.Parity.Live;

/// <summary>libtorch's functions that TorchSharp has no method for, through TorchScript.</summary>
internal static class Script
{
    private static readonly ConcurrentDictionary<string, jit.CompilationUnit> Units = [];

    /// <summary>The value of an expression, such as <c>torch.put(x, i, y)</c>.</summary>
    /// <param name="expression">In TorchScript.</param>
    /// <param name="arguments">The tensors by the names that the expression uses.</param>
    public static Tensor Run(string expression, params (string Name, Tensor Tensor)[] arguments)
    {
        var text = $"def run({string.Join(", ", arguments.Select(a => a.Name))}):\n  return {expression}\n";
        var unit = Units.GetOrAdd(text, jit.compile);
        return (Tensor)unit.invoke("run", [.. arguments.Select(a => (object)a.Tensor)]);
    }
}
