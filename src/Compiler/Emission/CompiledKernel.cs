using System.Linq.Expressions;
using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Runs rows <paramref name="begin"/> to <paramref name="end"/> of the loop that threads share (<see cref="Kernel.Shared"/>). <paramref name="arguments"/> is
/// the address of its table (see <see cref="CompiledKernel"/>), <paramref name="scratch"/> of memory private to the caller.
/// </summary>
internal delegate void KernelBody(long arguments, long scratch, long begin, long end);

/// <summary>
/// A kernel as machine code, and what its argument table holds, 8 bytes a slot: the addresses of <see cref="Buffers"/>, the
/// values of <see cref="Dims"/>, the run index, and the address of the status word.
/// </summary>
internal sealed class CompiledKernel
{
    public required Kernel Source { get; init; }

    public required KernelBody Body { get; init; }

    /// <summary>What the body was compiled from; tests walk it.</summary>
    public required Expression<KernelBody> Tree { get; init; }

    public required TensorBuffer[] Buffers { get; init; }

    public required Dim[] Dims { get; init; }

    /// <summary>What a nonzero status word means: failure number − 1.</summary>
    public required KernelFailure[] Failures { get; init; }

    /// <summary>The extent of the loop that threads share; 1 if there is none.</summary>
    public required Dim Rows { get; init; }

    /// <summary>Chunks of rows begin at multiples of this, so that vectors fall on the same elements however rows are split.</summary>
    public required int Grain { get; init; }

    /// <summary>False where all must run in order on one thread.</summary>
    public required bool IsParallel { get; init; }

    /// <summary>Whether the code reads the run index from the table.</summary>
    public required bool ReadsRunIndex { get; init; }

    /// <summary>About how many cycles a point of the loops takes where its data is near.</summary>
    public required double PointCycles { get; init; }

    /// <summary>Bytes of scratch a worker needs.</summary>
    public required Dim ScratchBytes { get; init; }

    public int DimSlot => Buffers.Length;

    public int RunIndexSlot => Buffers.Length + Dims.Length;

    public int StatusSlot => RunIndexSlot + 1;

    public int Slots => RunIndexSlot + 2;

    /// <summary>The same code for the same loops over other buffers, with other failures.</summary>
    public CompiledKernel On(Kernel source, Func<TensorBuffer, TensorBuffer> to, Func<KernelFailure, KernelFailure> failure) => new()
    {
        Source = source,
        Body = Body,
        Tree = Tree,
        Buffers = Array.ConvertAll(Buffers, b => to(b)),
        Dims = Dims,
        Failures = Array.ConvertAll(Failures, f => failure(f)),
        Rows = Rows,
        Grain = Grain,
        IsParallel = IsParallel,
        ReadsRunIndex = ReadsRunIndex,
        PointCycles = PointCycles,
        ScratchBytes = ScratchBytes,
    };
}
