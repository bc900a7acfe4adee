using GraphGrad.Operations;

namespace GraphGrad.Tests.OpTable;

/// <summary>The check that a row's compiled result is what its reference gives.</summary>
internal static class CompiledRow
{
    /// <summary>In kernels of each of the widths, and as one delegate if it is small; elementwise results are the same bits everywhere.</summary>
    public static void Check(OpCase row, params ReadOnlySpan<VectorWidth> widths)
    {
        var built = RowGraph.Of(row);
        TensorData? first = null;
        foreach (var width in widths) Run(new SessionOptions { Width = width, Unroll = false }, $"{row.Name} at {width}");
        Run(new SessionOptions { Unroll = true }, $"{row.Name}, unrolled");

        void Run(SessionOptions options, string what)
        {
            using var session = new Session(built.Graph, options with { Verify = true });
            var result = session.Run(built.Result, built.Feeds);
            ValueTests.AssertReference(built, result, what);
            first ??= result;
            if (built.Node.Op is ElementwiseOp or { IsStateful: true }) Closeness.AssertSame(result, first, $"{what}, compared with the first");
        }
    }
}
