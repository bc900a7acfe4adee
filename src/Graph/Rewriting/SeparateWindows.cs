using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards sums, maxima and minima of windows over several axes are taken axis by axis where that combines fewer elements: of 5×5 windows side by side 5 and 5 instead of 25. Maxima
/// and minima are the same, NaN and the signs of zeros included; sums round differently. Windows that something else reads, as gradients of maxima do, stay.
/// </summary>
internal static class SeparateWindows
{
    // What is between the axes is written and read, which a sum's one instruction an element feels sooner than the several of a maximum. Measured: maxima of 3×3 gain, sums do not.
    private const double LeastGain = 1.5, LeastGainOfSums = 2;

    public static GraphProgram Apply(GraphProgram program)
    {
        var readers = new Dictionary<Value, int>();
        foreach (var read in program.Graph.Nodes.SelectMany(n => n.Inputs).Concat(program.Fetches)) readers[read] = readers.GetValueOrDefault(read) + 1;
        return ProgramRebuild.Run(program, _ => [], (node, rebuild) => Order(node, readers) is { } order ? [Separate(node, rebuild, order)] : null);
    }

    /// <summary>In which order the axes of a reduction's windows are taken; null to leave it.</summary>
    private static int[]? Order(Node node, Dictionary<Value, int> readers)
    {
        if (node.Op is not ReduceOp { Kind: ReductionKind.Sum or ReductionKind.Maximum or ReductionKind.Minimum, Kind: var kind, Axes: var reduced }) return null;
        if (node.Inputs[0].Node is not { Op: WindowOp { Geometry: var geometry } } windows || readers[windows.Output] > 1) return null;
        var rank = windows.Inputs[0].Rank;
        if (reduced.Count != geometry.Axes.Count || reduced.Any(axis => axis < rank)) return null;
        // The axes whose windows are farthest apart first: they leave least to the others.
        int[] order = [.. Enumerable.Range(0, geometry.Axes.Count).OrderByDescending(k => geometry.Strides[k])];
        var (together, apart, left) = (1.0, 0.0, 1.0);
        foreach (var k in order.Reverse())
        {
            together *= geometry.Sizes[k];
            apart += geometry.Sizes[k] * left;
            left *= geometry.Strides[k];
        }
        return apart * (kind == ReductionKind.Sum ? LeastGainOfSums : LeastGain) <= together ? order : null;
    }

    private static Value Separate(Node node, ProgramRebuild rebuild, int[] order)
    {
        var (windows, kind) = (node.Inputs[0].Node, ((ReduceOp)node.Op).Kind);
        var geometry = ((WindowOp)windows.Op).Geometry;
        var result = rebuild[windows.Inputs[0]];
        foreach (var k in order)
        {
            var along = Ops.Windows(result, [geometry.Axes[k]], [geometry.Sizes[k]], [geometry.Strides[k]], [geometry.Dilations[k]]);
            result = Reductions.Apply(along, new ReduceOp(kind, [along.Rank - 1]));
        }
        return result;
    }
}
