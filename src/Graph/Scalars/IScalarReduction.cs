using GraphGrad.Operations;

namespace GraphGrad.Scalars;

/// <summary>What <see cref="ScalarOp.Accumulated"/> refers to.</summary>
internal interface IScalarReduction
{
    ReductionKind Kind { get; }

    /// <summary>What is combined, at one point.</summary>
    Scalar Body { get; }
}
