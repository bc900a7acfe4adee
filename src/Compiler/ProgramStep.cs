using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Slide;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Operations;

namespace GraphGrad.Compilation;

/// <summary>One kernel launch.</summary>
/// <param name="Guards">Bool scalars that must have these values for the step to run: the branches it belongs to.</param>
internal abstract record ProgramStep(StepGuard[] Guards)
{
    /// <summary>Has code emitted, beside what runs, that it can come to need for other extents than it is run for first.</summary>
    /// <param name="invariants">What stays the same from run to run.</param>
    public virtual void Prepare(InvariantSteps invariants)
    {
    }
}

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

    /// <inheritdoc/>
    public override void Prepare(InvariantSteps invariants)
    {
        string[] symbols = [.. Shapes.SelectMany(s => s).SelectMany(d => d.Symbols).Distinct()];
        if (symbols.Length == 0) return;
        CodePreparation.Add((Kernel, Product, Geometry, string.Join('|', Shapes), MayUseWinograd), symbols, binding =>
        {
            if (Shapes.All(s => s.All(d => d.Evaluate(binding) > 0))) Plan(binding);
        });
    }

    /// <summary>How it is computed for given values of the symbols.</summary>
    public SlidePlan Plan(Func<string, long> binding)
    {
        int[] Extents(Shape shape) => [.. shape.Select(d => checked((int)d.Evaluate(binding)))];
        var (first, second, result) = (Extents(Shapes[0]), Extents(Shapes[1]), Extents(Shapes[2]));
        var extents = Product switch
        {
            SlideProduct.Correlate => new CorrelationExtents(Geometry, first, second, result),
            SlideProduct.Input => new CorrelationExtents(Geometry, result, second, first),
            _ => new CorrelationExtents(Geometry, first, result, second),
        };
        return new SlidePlan(Kernel, Product, extents, MayUseWinograd);
    }
}

/// <summary>A loop over a program of its own.</summary>
internal sealed record LoopStep(LoopOp Loop, CompiledProgram Body, TensorBuffer[] Inputs, TensorBuffer[] Outputs, StepGuard[] Guards) : ProgramStep(Guards);

/// <summary>A product; operands are strided views of buffers.</summary>
internal sealed record ContractionStep(string Name, DotKernel Kernel, SymbolicContraction Shape, StepGuard[] Guards) : ProgramStep(Guards)
{
    /// <summary>Whether windows of 3×3 may be computed in fewer products.</summary>
    public bool MayUseWinograd { get; init; }

    /// <inheritdoc/>
    public override void Prepare(InvariantSteps invariants) => Kernel.Prepare(Shape, MayUseWinograd, Keeps(invariants));

    /// <summary>Of which operands what is packed may serve further runs.</summary>
    public KeptOperands Keeps(InvariantSteps invariants) =>
        Guards.Length > 0 ? default : new(invariants.Of(Shape.A) != Invariance.None, invariants.Of(Shape.B) != Invariance.None, invariants.IsLoop);
}
