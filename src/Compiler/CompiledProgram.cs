using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;

namespace GraphGrad.Compilation;

/// <summary>
/// A program ready to run: immutable, free of any thread or session. A frame gives it memory.
/// </summary>
internal sealed class CompiledProgram
{
    /// <summary>In the order in which they run.</summary>
    public required ProgramStep[] Steps { get; init; }

    /// <summary>Steps from this one on overwrite variables in place; they run only when no failure was noted.</summary>
    public required int FirstInPlaceStep { get; init; }

    /// <summary>Everything that lives in the arena, with the steps between which it lives.</summary>
    public required BufferLifetime[] Arena { get; init; }

    /// <summary>The data of constant buffers.</summary>
    public required TensorData[] Constants { get; init; }

    /// <summary>Whole-tensor copies into fetched memory when a step ends.</summary>
    public required BufferCopy[] FetchCopies { get; init; }

    /// <summary>Whole-tensor copies into variables when a step ends, after the fetches.</summary>
    public required BufferCopy[] Commits { get; init; }
}

/// <summary>A copy of a whole dense tensor.</summary>
internal sealed record BufferCopy(TensorBuffer From, TensorBuffer To);
