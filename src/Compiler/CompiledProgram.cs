using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Compilation.Passes.Memory;
using GraphGrad.Compilation.Unrolling;

namespace GraphGrad.Compilation;

/// <summary>
/// A program ready to run: immutable, free of any thread or session. A frame gives it memory.
/// </summary>
internal sealed class CompiledProgram
{
    /// <summary>The whole program as one delegate, if it is small; then there is nothing else.</summary>
    public UnrolledProgram? Unrolled { get; init; }

    /// <summary>In the order in which they run.</summary>
    public ProgramStep[] Steps { get; init; } = [];

    /// <summary>Steps from this one on overwrite variables in place; they run only when no failure was noted.</summary>
    public int FirstInPlaceStep { get; init; }

    /// <summary>Everything that lives in the arena, with the steps between which it lives.</summary>
    public BufferLifetime[] Arena { get; init; } = [];

    /// <summary>The steps that are done slice by slice.</summary>
    public IReadOnlyList<SliceGroup> Slices { get; init; } = [];

    /// <summary>Of a loop's body whose rows stay apart from iteration to iteration: how each step is cut into them; else null.</summary>
    public SliceGroup? IndependentRows { get; init; }

    /// <summary>The steps that need not run again; null where there are none to run.</summary>
    public InvariantSteps? Invariants { get; init; }

    /// <summary>The data of constant buffers.</summary>
    public TensorData[] Constants { get; init; } = [];

    /// <summary>Whole-tensor copies into fetched memory when a step ends.</summary>
    public BufferCopy[] FetchCopies { get; init; } = [];

    /// <summary>Whole-tensor copies into variables when a step ends, after the fetches.</summary>
    public BufferCopy[] Commits { get; init; } = [];
}

/// <summary>A copy of a whole dense tensor.</summary>
internal sealed record BufferCopy(TensorBuffer From, TensorBuffer To);
