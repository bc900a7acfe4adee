using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Lowering;

/// <summary>One step before emission: a loop nest or a product.</summary>
internal sealed record LoweredStep(Kernel? Kernel, SymbolicContraction? Product, StepGuard[] Guards)
{
    public string Name { get; init; } = Kernel?.Name ?? string.Empty;

    public IEnumerable<TensorBuffer> Reads =>
        Kernel is not null
            ? ScalarGraph.Reachable(Kernel.Roots).Where(s => s.Op == Scalars.ScalarOp.Load).Select(s => (TensorBuffer)s.Payload!).Concat(Guards.Select(g => g.Predicate))
            : Guards.Select(g => g.Predicate).Append(Product!.A).Append(Product.B);

    public IEnumerable<TensorBuffer> Writes => Kernel is not null ? Kernel.Stores.Select(s => s.Buffer) : [Product!.C];
}

/// <summary>Steps and buffers of a program; where results go is not yet decided.</summary>
internal sealed record LoweredProgram(
    List<LoweredStep> Steps, List<TensorData> Constants, Dictionary<Value, TensorBuffer> Buffers, Func<Value, TensorBuffer?> StorageOf);
