using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>One step before emission.</summary>
/// <param name="Name">What messages and drawings call it.</param>
/// <param name="Guards">The branches that it belongs to.</param>
internal abstract record LoweredStep(string Name, StepGuard[] Guards)
{
    public IEnumerable<TensorBuffer> Reads => Operands.Concat(Guards.Select(g => g.Predicate));

    public abstract IEnumerable<TensorBuffer> Writes { get; }

    /// <summary>What it keeps in memory for itself.</summary>
    public virtual IEnumerable<TensorBuffer> Scratch => [];

    protected abstract IEnumerable<TensorBuffer> Operands { get; }

    /// <summary>The same step on other buffers.</summary>
    public LoweredStep WithBuffers(Func<TensorBuffer, TensorBuffer> map) =>
        WithOperands(map) with { Guards = Array.ConvertAll(Guards, g => g with { Predicate = map(g.Predicate) }) };

    protected abstract LoweredStep WithOperands(Func<TensorBuffer, TensorBuffer> map);
}

/// <summary>A loop nest.</summary>
internal sealed record LoweredKernel(Kernel Kernel, StepGuard[] Guards) : LoweredStep(Kernel.Name, Guards)
{
    /// <summary>The same loops that run before, writing to other buffers, and which buffer is in the place of which; null if there are none.</summary>
    public (LoweredKernel Original, IReadOnlyDictionary<TensorBuffer, TensorBuffer> Renamed)? Repeats { get; init; }

    public override IEnumerable<TensorBuffer> Writes => Kernel.Stores.Select(s => s.Buffer);

    public override IEnumerable<TensorBuffer> Scratch => Kernel.Scratch;

    protected override IEnumerable<TensorBuffer> Operands =>
        ScalarGraph.Reachable(Kernel.Roots).Where(s => s.Op == ScalarOp.Load).Select(s => (TensorBuffer)s.Payload!);

    protected override LoweredStep WithOperands(Func<TensorBuffer, TensorBuffer> map) => this with { Kernel = Kernel.WithBuffers(map) };
}

/// <summary>A product of two strided views.</summary>
internal sealed record LoweredProduct(string Name, SymbolicContraction Product, StepGuard[] Guards) : LoweredStep(Name, Guards)
{
    public override IEnumerable<TensorBuffer> Writes => [Product.C];

    protected override IEnumerable<TensorBuffer> Operands => [Product.A, Product.B];

    protected override LoweredStep WithOperands(Func<TensorBuffer, TensorBuffer> map) =>
        this with { Product = Product with { A = map(Product.A), B = map(Product.B), C = map(Product.C) } };
}

/// <summary>An op that reads and writes whole tensors in memory.</summary>
internal sealed record LoweredRoutine(Node Node, TensorBuffer[] Inputs, TensorBuffer[] Outputs, StepGuard[] Guards) : LoweredStep(Node.Name, Guards)
{
    public override IEnumerable<TensorBuffer> Writes => Outputs;

    protected override IEnumerable<TensorBuffer> Operands => Inputs;

    protected override LoweredStep WithOperands(Func<TensorBuffer, TensorBuffer> map) =>
        this with { Inputs = Array.ConvertAll(Inputs, b => map(b)), Outputs = Array.ConvertAll(Outputs, b => map(b)) };
}
