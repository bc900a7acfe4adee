using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Values that read their predecessor at several places each.</summary>
public sealed class StencilTests
{
    /// <summary>One kernel of all steps would compute each step anew for every neighbour that reads it: five times as much with each, and code that no machine compiles.</summary>
    [Fact]
    public void Steps_over_neighbours_are_kernels_of_their_own()
    {
        const int rows = 12, columns = 19, steps = 8;
        var graph = new Graph();
        var start = graph.Placeholder("u", [rows, columns], DType.Float64);
        var u = start;
        for (var step = 0; step < steps; step++)
        {
            var p = Pad(u, [1, 1], [1, 1]);
            u = u + (0.2 * (p[..^2, 1..^1] + p[2.., 1..^1] + p[1..^1, ..^2] + p[1..^1, 2..] - (4 * u)));
        }
        var data = new double[rows, columns];
        for (var i = 0; i < data.Length; i++) data[i / columns, i % columns] = i * 7 % 11;

        using var session = new Session(graph);
        var found = session.Run(u, (start, data)).AsSpan<double>();

        var expected = data;
        for (var step = 0; step < steps; step++)
        {
            var next = new double[rows, columns];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++) next[i, j] = expected[i, j] + (0.2 * (At(i - 1, j) + At(i + 1, j) + At(i, j - 1) + At(i, j + 1) - (4 * expected[i, j])));
            }
            expected = next;

            double At(int i, int j) => i < 0 || j < 0 || i >= rows || j >= columns ? 0 : expected[i, j];
        }
        for (var i = 0; i < found.Length; i++) Assert.Equal(expected[i / columns, i % columns], found[i], 1e-12);
        Assert.Equal(steps, session.Explain(u).Kernels.Split('\n').Count(line => line.Contains("kernel ", StringComparison.Ordinal)));
    }
}
