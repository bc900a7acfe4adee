using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Finds where a kernel may write a result over one of its inputs: an element of the input is read only at the point that writes the
/// element of the result, and in no later pass over the row. All values of a point are computed before the first is stored.
/// </summary>
internal static class InPlace
{
    /// <summary>Pairs of a buffer that a step writes and one, of the same size, whose place it could take if nobody reads that later.</summary>
    public static List<(TensorBuffer Output, TensorBuffer Input)> Candidates(LoweredStep step)
    {
        var pairs = new List<(TensorBuffer Output, TensorBuffer Input)>();
        if (step is not LoweredKernel { Kernel: var kernel }) return pairs;
        var loads = new Dictionary<TensorBuffer, (Scalar Offset, int LastPass, bool IsOne)>();
        for (var pass = 0; pass <= kernel.Passes.Length; pass++)
        {
            foreach (var scalar in ScalarGraph.Reachable(RootsOf(kernel, pass)))
            {
                if (scalar is not { Op: ScalarOp.Load, Payload: TensorBuffer { Kind: BufferKind.Arena } buffer }) continue;
                var offset = scalar.Arguments[0];
                loads[buffer] = loads.TryGetValue(buffer, out var seen)
                    ? (seen.Offset, pass, seen.IsOne && ReferenceEquals(seen.Offset, offset))
                    : (offset, pass, true);
            }
        }
        var written = step.Writes.ToHashSet();
        for (var pass = 0; pass <= kernel.Passes.Length; pass++)
        {
            foreach (var store in StoresOf(kernel, pass))
            {
                if (store.Buffer.Kind != BufferKind.Arena) continue;
                foreach (var (input, load) in loads)
                {
                    if (load.IsOne && ReferenceEquals(load.Offset, store.Offset) && load.LastPass <= pass && !written.Contains(input)
                        && input.Type.DType.Size() == store.Buffer.Type.DType.Size() && input.ByteSize.Equals(store.Buffer.ByteSize))
                        pairs.Add((store.Buffer, input));
                }
            }
        }
        return pairs;
    }

    private static KernelStore[] StoresOf(Kernel kernel, int pass) => pass < kernel.Passes.Length ? kernel.Passes[pass].Stores : kernel.RowStores;

    private static IEnumerable<Scalar> RootsOf(Kernel kernel, int pass)
    {
        var stores = pass < kernel.Passes.Length ? kernel.Passes[pass].Stores.Concat(kernel.Passes[pass].Columns) : kernel.RowStores;
        var scalars = stores.SelectMany(s => new[] { s.Offset, s.Value });
        return pass < kernel.Passes.Length ? scalars.Concat(kernel.Passes[pass].Reductions.Select(r => r.Body)) : scalars;
    }
}
