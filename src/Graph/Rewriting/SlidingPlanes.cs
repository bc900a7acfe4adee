using System.Runtime.Intrinsics;
using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards kernels of one element slide over images of few channels: products of so few terms take as long to begin and to end as to sum. Only where they are multiplied by images as
/// these lie already, so that nothing is turned for it.
/// </summary>
internal static class SlidingPlanes
{
    // Measured. Of one channel, of more, of smaller images, or to few outputs, products are as fast.
    private const int MostChannels = 16, FewOutputs = 8, MostOutputs = 64, ManyPixels = 2048;

    public static GraphProgram Apply(GraphProgram program)
    {
        if (!Vector512.IsHardwareAccelerated || !program.Graph.Nodes.Any(n => Find(n) is not null)) return program;
        return ProgramRebuild.Run(program, _ => [], (node, rebuild) =>
        {
            if (Find(node) is not var (images, matrix)) return null;
            var kernels = Ops.Reshape(rebuild[matrix], matrix.Shape[0], matrix.Shape[1], 1, 1);
            return [rebuild.Target.Add(new CorrelateOp(new CorrelationGeometry([1, 1], [1, 1], [0, 0], [0, 0])), [rebuild[images], kernels])];
        });
    }

    /// <summary>Images [N, C, H, W] and the matrix [O, C] by which each of them is multiplied, if so they are and it pays.</summary>
    private static (Value Images, Value Matrix)? Find(Node node)
    {
        if (node.Op is not ReshapeOp || node.Output.Rank != 4 || node.Output.DType != DType.Float32 || node.Inputs[0].Node is not { Op: DotOp dot } product) return null;
        var (matrix, planes) = (product.Inputs[0], product.Inputs[1]);
        if (dot.LeftBatch.Count > 0)
        {
            if (matrix.Node is not { Op: BroadcastOp } repeated || matrix.Rank != 3 || !dot.LeftBatch.SequenceEqual([0]) || !dot.RightBatch.SequenceEqual([0])) return null;
            matrix = repeated.Inputs[0];
        }
        var batches = dot.LeftBatch.Count;
        if (matrix.Rank != 2 || planes.Rank != batches + 2 || !dot.LeftContract.SequenceEqual([batches + 1]) || !dot.RightContract.SequenceEqual([batches])) return null;
        if (planes.Node.Op is not ReshapeOp || planes.Node.Inputs[0] is not { Rank: 4 } images || !images.Shape.Skip(1).All(n => n.IsConstant) || !matrix.Shape.IsStatic) return null;
        var (shape, channels, outputs) = (images.Shape, matrix.Shape[1].Value, matrix.Shape[0].Value);
        if (!node.Output.Shape.Equals(new Shape([shape[0], outputs, shape[2], shape[3]])) || (batches == 0 ? !shape[0].IsOne : shape[0] != planes.Shape[0]) || shape[1].Value != channels) return null;
        return outputs is > FewOutputs and <= MostOutputs && channels is > 1 and <= MostChannels && shape[2].Value * shape[3].Value >= ManyPixels ? (images, matrix) : null;
    }
}
