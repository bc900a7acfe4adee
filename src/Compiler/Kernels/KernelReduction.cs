using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>A value combined over all reduced axes of a kernel; <see cref="ScalarOp.Accumulated"/> refers to it.</summary>
internal sealed class KernelReduction(ReductionKind kind, DType type, Scalar body, string name) : IScalarReduction
{
    public ReductionKind Kind { get; } = kind;

    public DType Type { get; } = type;

    /// <summary>What is combined, at one point of the iteration space.</summary>
    public Scalar Body { get; set; } = body;

    public string Name { get; } = name;

    public override string ToString() => Name;
}
