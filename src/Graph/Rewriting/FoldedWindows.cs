using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards gradients of images by kernels of more than three places that move by one place are products of windows, too: of the padded gradient, with the kernels turned round. Such
/// windows are computed in fewer products, where sums that overlap take each term by itself.
/// </summary>
internal static class FoldedWindows
{
    // Three places take as few products where they are added up, and few columns as many in either form. Measured.
    private const int MostSizes = 3, FewestOutputs = 16, FewestChannels = 32;

    // What the windows of a border cost that is wider than the image's own.
    private const double MostWaste = 1.1;

    public static GraphProgram Apply(GraphProgram program)
    {
        var readers = new Dictionary<Value, int>();
        foreach (var read in program.Graph.Nodes.SelectMany(n => n.Inputs).Concat(program.Fetches)) readers[read] = readers.GetValueOrDefault(read) + 1;
        return ProgramRebuild.Run(program, _ => [], (node, rebuild) => Turned(node, rebuild, readers) is { } turned ? [turned] : null);
    }

    private static Value? Turned(Node node, ProgramRebuild rebuild, Dictionary<Value, int> readers)
    {
        // What is cut off of a sum is never computed.
        var cut = node.Op as SliceOp;
        var sum = cut is not null ? node.Inputs[0].Node : node;
        if (sum.Op is not FoldOp { Geometry: var geometry } || sum.Output.DType != DType.Float32 || (cut is not null && (readers[sum.Output] > 1 || cut.Steps.Any(step => step != 1)))) return null;
        if (geometry.Strides.Any(s => s != 1) || geometry.Dilations.Any(d => d != 1) || geometry.Sizes.All(s => s <= MostSizes)) return null;
        if (sum.Inputs[0].Node is not { Op: DotOp { LeftBatch.Count: 0, LeftContract: [var inner], RightContract: [0] } } product || readers[product.Output] > 1) return null;
        // [N, places …, O] against [O, C, sizes …].
        var (gradient, kernels, axes) = (product.Inputs[0], product.Inputs[1], geometry.Axes.Count);
        if (gradient.Rank != axes + 2 || inner != axes + 1 || kernels.Rank != axes + 2 || !geometry.Axes.SequenceEqual(Enumerable.Range(1, axes))) return null;
        if (!kernels.Shape.IsStatic || kernels.Shape[0].Value < FewestOutputs || kernels.Shape[1].Value < FewestChannels) return null;
        if (node.Output.Shape[0] != gradient.Shape[0] || node.Output.Shape[^1] != kernels.Shape[1]) return null;

        var (low, high, waste) = (new Dim[axes + 2], new Dim[axes + 2], 1.0);
        for (var axis = 1; axis <= axes; axis++)
        {
            var start = cut?.Starts[axis] ?? 0;
            if (gradient.Shape[axis] is not { IsConstant: true } places || node.Output.Shape[axis] is not { IsConstant: true } length || !start.IsConstant) return null;
            (low[axis], high[axis]) = (geometry.Sizes[axis - 1] - 1 - start, length - places + start);
            if (low[axis].Value < 0 || high[axis].Value < 0) return null;
            waste *= (double)length.Value / places.Value;
        }
        if (waste > MostWaste) return null;
        int[] spatial = [.. Enumerable.Range(1, axes)], within = [.. Enumerable.Range(2, axes)];
        var windows = Ops.Windows(Ops.Pad(rebuild[gradient], low, high), spatial, [.. geometry.Sizes]);
        return Ops.Dot(windows, Ops.Reverse(rebuild[kernels], within), [.. Enumerable.Range(axes + 1, axes + 1)], [0, .. within]);
    }
}
