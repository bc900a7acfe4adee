using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Slide;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;

namespace GraphGrad.Compilation;

/// <summary>One kernel launch.</summary>
/// <param name="Guards">Bool scalars that must have these values for the step to run: the branches it belongs to.</param>
internal abstract record ProgramStep(StepGuard[] Guards);

internal sealed record StepGuard(TensorBuffer Predicate, bool Value);

/// <summary>A loop nest.</summary>
internal sealed record KernelStep(CompiledKernel Kernel, StepGuard[] Guards) : ProgramStep(Guards);

/// <summary>An op that works on whole tensors; the node stands in a graph of its own, with placeholders as inputs.</summary>
internal sealed record RoutineStep(Node Node, TensorBuffer[] Inputs, TensorBuffer[] Outputs, StepGuard[] Guards) : ProgramStep(Guards);

/// <summary>A product of a correlation; operands are dense, images or results first. A buffer may have another shape than the operand that is read from it; the result's is the last of the shapes.</summary>
internal sealed record CorrelationStep(SlideProduct Product, CorrelationGeometry Geometry, SlideKernel Kernel, TensorBuffer[] Inputs, TensorBuffer Output, Shape[] Shapes, StepGuard[] Guards) : ProgramStep(Guards)
{
    /// <summary>Whether windows of 3×3 may be computed in fewer products.</summary>
    public bool MayUseWinograd { get; init; }
}

/// <summary>A loop over a program of its own.</summary>
internal sealed record LoopStep(LoopOp Loop, CompiledProgram Body, TensorBuffer[] Inputs, TensorBuffer[] Outputs, StepGuard[] Guards) : ProgramStep(Guards);

/// <summary>A product; operands are strided views of buffers.</summary>
internal sealed record ContractionStep(string Name, DotKernel Kernel, SymbolicContraction Shape, StepGuard[] Guards) : ProgramStep(Guards)
{
    /// <summary>Whether windows of 3×3 may be computed in fewer products.</summary>
    public bool MayUseWinograd { get; init; }
}
