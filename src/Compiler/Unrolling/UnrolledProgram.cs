using System.Linq.Expressions;
using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Unrolling;

/// <summary>
/// Runs up to <paramref name="times"/> steps and tells how many were committed. <paramref name="arguments"/> is the address of a
/// table: the addresses of the buffers, then that of the status word.
/// </summary>
internal delegate long UnrolledBody(long arguments, long times, long runIndex);

/// <summary>
/// A program of small tensors as one delegate: every element is a local, and the loop over steps is inside. Variables are
/// loaded before the first step and stored after the last.
/// </summary>
internal sealed class UnrolledProgram
{
    public required UnrolledBody Body { get; init; }

    /// <summary>What the body was compiled from; tests walk it.</summary>
    public required Expression<UnrolledBody> Tree { get; init; }

    public required TensorBuffer[] Buffers { get; init; }

    public required KernelFailure[] Failures { get; init; }
}
