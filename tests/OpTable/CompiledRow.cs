using GraphGrad.Operations;

namespace GraphGrad.Tests.OpTable;

/// <summary>The check that a row's compiled result is what its reference gives.</summary>
internal static class CompiledRow
{
    /// <summary>At each of the widths; elementwise results are the same bits at all of them.</summary>
    public static void Check(OpCase row, params ReadOnlySpan<VectorWidth> widths)
    {
        var built = RowGraph.Of(row);
        TensorData? first = null;
        foreach (var width in widths)
        {
            using var session = new Session(built.Graph, new SessionOptions { Backend = Backend.Compiled, Width = width });
            var result = session.Run(built.Result, built.Feeds);
            ValueTests.AssertReference(built, result, $"{row.Name} at {width}");
            first ??= result;
            if (built.Node.Op is ElementwiseOp or { IsStateful: true }) Closeness.AssertSame(result, first, $"{row.Name} at {width}, compared with {widths[0]}");
        }
    }
}
