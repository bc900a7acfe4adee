using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Which results of a kernel are stored past the caches. Where a kernel walks more memory than caches hold, nobody finds its results
/// there afterwards, and a store into a cache first reads the line that it overwrites. Layer norm with its gradient over 64 MB
/// takes half the time; at 32 MB a softmax takes 3 % less and cross-entropy with its gradient 18 %, but a product that reads what was stored so
/// finds it farther away and takes 15 % more. So what the program itself reads again streams only where it is too large for any cache.
/// </summary>
internal sealed class StreamingStores
{
    private const long LargestCached = 48L << 20;
    private const long LargestWithResults = 24L << 20;
    private const long SmallestStream = 1L << 20;

    private readonly HashSet<TensorBuffer> streams = [];
    private readonly HashSet<TensorBuffer> inParts = [];
    private readonly bool areParts;

    /// <param name="kernel">What is stored.</param>
    /// <param name="width">Of the registers that are stored.</param>
    public StreamingStores(Kernel kernel, VectorWidth width)
    {
        var loaded = ScalarGraph.Reachable(kernel.Roots).Where(s => s.Op == ScalarOp.Load).Select(s => (TensorBuffer)s.Payload!).ToHashSet();
        var stored = kernel.Stores.Where(s => s is not KernelColumn).Select(s => s.Buffer).ToHashSet();
        var walked = loaded.Union(stored).Sum(Bytes);
        areParts = width < VectorWidth.Vector512;
        if (walked <= LargestWithResults) return;
        // A line that was loaded is in the cache already.
        streams.UnionWith(stored.Where(b => !loaded.Contains(b) && Bytes(b) >= SmallestStream && (b.Kind == BufferKind.Fetch || walked > LargestCached)));
        inParts.UnionWith(kernel.Stores.Where(s => kernel.Outer.Concat(kernel.Inner).Any(axis => axis != kernel.Vector && axis != kernel.Interleaved && IsWithinRegister(s, axis))).Select(s => s.Buffer));

        bool IsWithinRegister(KernelStore store, LoopAxis axis) =>
            ScalarGraph.TryCoefficient(kernel.Builder, store.Offset, axis, out var step) && step.IsConstant && step.Bits * store.Buffer.Type.DType.Size() % Math.Max(1, width.Bytes()) != 0;
    }

    /// <summary>Whether results are so large that nobody finds them in a cache.</summary>
    public bool Any => streams.Count > 0;

    /// <summary>
    /// Whether a result is stored past the caches. Registers that are parts of a line must meet in a buffer of the core, which several results at a time seem not to do while another program on the core uses these
    /// buffers, too: layer norm with its gradient of 64 MB at 256 bits took 3.5 ms in some processes and 13 to 30 in others, and through the caches 5.6 beside the latter. Rows that do not all begin
    /// where a register may be stored past the caches would go there now and then, and share lines with those that do not: 200,000 rows of 36 took 21 ms instead of 2.7, of 1,999 as long either way.
    /// </summary>
    public bool Holds(TensorBuffer buffer) => streams.Contains(buffer) && !inParts.Contains(buffer) && !(areParts && streams.Count > 1);

    // An unknown extent counts as a usual batch.
    private static long Bytes(TensorBuffer buffer) => buffer.Kind == BufferKind.Scratch ? 0 : buffer.ByteSize.Evaluate(_ => 64);
}
