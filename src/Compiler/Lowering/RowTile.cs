using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Neighbouring rows that are reduced together because they read the same vectors, as the distances of several points from the same others do. As in a product of
/// matrices what is loaded and converted for one row serves all of them. Each row is combined in the order in which it is alone.
/// </summary>
internal static class RowTile
{
    /// <summary>Sums in float64 of up to so many terms are exact enough in one piece, and gain by tiles; those in float32 are better taken in pieces sooner.</summary>
    public const long LongestWideRow = 1024;

    private const int Rows = 4;

    // A dearer term hides its loads by itself, and four of them would need more registers than there are.
    private const int MostInstructions = 8;

    // Half of the registers hold sums. There are 32 of 512 bits, of others as a rule 16.
    private static int Registers(int lanes) => lanes < 16 ? 16 : 32;

    /// <summary>How many rows, neighbours along the last axis but one of the outer axes; 1 where they share nothing.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="lanes">The number of lanes that a register of the target holds of a four-byte type.</param>
    public static int RowsOf(Kernel kernel, int lanes)
    {
        if (lanes < 8 || !kernel.VectorIsOuter || !kernel.IsParallel || kernel.Interleaved is not null || kernel.Outer is not [.., { Chunks: null } axis, _]) return 1;
        // What a chunk walks changes with its number, though no offset tells.
        if (Array.Exists(kernel.Inner, a => a.Chunks is not null)) return 1;
        if (axis.Extent is { IsConstant: true, Value: < Rows } || kernel.Passes is not [{ Reductions: [{ Body: var body }], Stores: [], Columns: [] }]) return 1;
        var scalars = ScalarGraph.Reachable(kernel.Roots);
        if (scalars.Any(s => s is { Op: ScalarOp.Guard or ScalarOp.SelectRare } or { Op: ScalarOp.Load, Arguments.Length: > 1 })) return 1;
        var terms = ScalarGraph.Reachable([body]);
        if (terms.Count(s => s.Type.IsFloat() && !s.IsConstant && s.Op != ScalarOp.Load) > MostInstructions * Registers(lanes) / 32) return 1;
        return terms.Exists(s => s.Op == ScalarOp.Load && ScalarGraph.DependsOn(s, kernel.Vector!) && !ScalarGraph.DependsOn(s, axis)) ? Rows : 1;
    }

    /// <summary>How many sums there are of a row, each of every so many terms.</summary>
    /// <param name="lanes">The number of lanes that a register of the target holds of a four-byte type.</param>
    /// <param name="registers">How many registers hold one sum.</param>
    public static int Accumulators(int lanes, int registers) => Math.Max(1, Registers(lanes) / 2 / Rows / registers);

    /// <summary>The reductions and stores of a row and those after it.</summary>
    public static (KernelPass Pass, KernelStore[] Stores) Repeat(Kernel kernel, int rows)
    {
        var (b, axis) = (kernel.Builder, kernel.Outer[^2]);
        var reductions = new List<KernelReduction>();
        var stores = new List<KernelStore>();
        for (var row = 0L; row < rows; row++)
        {
            var (place, finished) = (b.Add(b.LoopIndex(axis), b.Int64(row)), new Dictionary<object, Scalar>());
            var done = new Dictionary<Scalar, Scalar>();
            Scalar Shifted(Scalar scalar) => ScalarGraph.Substitute(b, scalar, s => s.Op == ScalarOp.LoopIndex && s.Payload == axis ? place : s.Op == ScalarOp.Accumulated ? finished[s.Payload!] : null, done);
            foreach (var reduction in kernel.Passes[0].Reductions)
            {
                var own = new KernelReduction(reduction.Kind, reduction.Type, Shifted(reduction.Body), reduction.Name);
                reductions.Add(own);
                finished.Add(reduction, b.Accumulated(own.Type, own));
            }
            stores.AddRange(kernel.RowStores.Select(s => new KernelStore(s.Buffer, Shifted(s.Offset), Shifted(s.Value))));
        }
        return (new KernelPass([.. reductions], []), [.. stores]);
    }
}
