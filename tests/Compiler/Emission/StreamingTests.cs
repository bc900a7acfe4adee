using System.Linq.Expressions;
using System.Runtime.InteropServices;
using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Kernels over more memory than caches hold store past them and fetch rows ahead: with the same bits as over few rows.</summary>
public sealed class StreamingTests
{
    // So many that the program is rewritten in the same way.
    private const int FewRows = 70;

    [Theory]
    [InlineData(1651, 1001, 0)]
    [InlineData(1651, 1001, 1)]
    [InlineData(1700, 1024, 3)]
    [InlineData(450, 4097, 1)]
    public void Rows_have_the_same_bits_among_many_and_few(int rows, int columns, int misplaced)
    {
        var random = new Random(rows);
        var (x, g) = (Numbers(rows * columns, random), Numbers(rows * columns, random));
        foreach (var width in (VectorWidth[])[VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar])
        {
            var many = Run(width, threads: 2, x, g, rows, columns, misplaced);
            foreach (var first in new[] { 0, rows - FewRows })
            {
                var part = (first * columns)..((first + FewRows) * columns);
                var few = Run(width, threads: 1, x[part], g[part], FewRows, columns, misplaced: 0);
                for (var i = 0; i < few.Length; i++) Expect.True(MemoryMarshal.AsBytes<float>(few[i]).SequenceEqual(MemoryMarshal.AsBytes<float>(many[i].AsSpan(part))), $"result {i} at {width}, rows from {first}");
            }
        }
    }

    /// <summary>Parts of a line of several results do not meet while other programs use the core.</summary>
    [Fact]
    public void Several_results_are_stored_past_the_caches_in_whole_lines_only()
    {
        Assert.True(StoresPast(VectorWidth.Vector512, isSeveral: true));
        Assert.False(StoresPast(VectorWidth.Vector256, isSeveral: true));
        Assert.False(StoresPast(VectorWidth.Vector128, isSeveral: true));
        foreach (var width in (VectorWidth[])[VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128]) Assert.True(StoresPast(width, isSeveral: false), $"{width}");
    }

    /// <summary>Rows that begin within a register share lines, of which only some would be stored past the caches.</summary>
    [Fact]
    public void Rows_are_stored_past_the_caches_where_all_of_them_begin_with_a_register()
    {
        foreach (var width in (VectorWidth[])[VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128])
        {
            Assert.True(StoresPast(width, (x, row) => [x + row], 4096, 1024), $"{width}");
            Assert.False(StoresPast(width, (x, row) => [x + row], 4096, 1023), $"{width}");
            Assert.False(StoresPast(width, (x, _) => [Pad(x, [0, 1, 1], [0, 1, 1])], 64, 254, 255), $"{width}");
            Assert.True(StoresPast(width, (x, _) => [x + 1], 4096, 1023), $"one long row at {width}");
            Assert.True(StoresPast(width, (x, _) => [Stack([x, x + 1], 1)], 4096 * 1024), $"pairs at {width}");
        }
    }

    private static bool StoresPast(VectorWidth width, bool isSeveral) => StoresPast(width, (x, _) => isSeveral ? [x + 1, x * 3] : [x + 1], 4096, 1024);

    private static bool StoresPast(VectorWidth width, Func<Value, Value, Value[]> results, params Dim[] shape)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [.. shape]);
        var row = graph.Placeholder("row", [shape[^1]]);
        var fetches = results(x, row);
        var program = Pipeline.Compile(new ProgramSource(GraphSlice.Of([.. fetches.Select(f => f.Node)]), [x, row], fetches, [], []), new CompilerOptions { Width = width, Verify = true });
        var kernel = Assert.IsType<KernelStep>(Assert.Single(program.Steps)).Kernel;
        var finder = new StreamFinder();
        finder.Visit(kernel.Tree);
        return finder.Found;
    }

    private sealed class StreamFinder : ExpressionVisitor
    {
        public bool Found { get; private set; }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            Found |= node.Method.Name.StartsWith("Stream", StringComparison.Ordinal);
            return base.VisitMethodCall(node);
        }
    }

    /// <summary>Results of three kernels: rows that are walked several times, with their gradient, and a single walk.</summary>
    private static float[][] Run(VectorWidth width, int threads, float[] x, float[] g, int rows, int columns, int misplaced)
    {
        var graph = new Graph();
        var (left, right) = (graph.Placeholder("x", [rows, columns]), graph.Placeholder("g", [rows, columns]));
        var y = Softmax(left);
        Value[] fetches = [y, Gradient(Sum(y * right), left), LayerNorm(right), (left * 2) + right];
        using var session = new Session(graph, new SessionOptions { Width = width, Threads = threads });
        var results = fetches.Select(_ => new float[x.Length + misplaced]).ToArray();
        var call = session.Compile([left, right], fetches, []).Call().Feed<float>(x).Feed<float>(g);
        foreach (var result in results) call = call.Fetch(result.AsSpan(misplaced));
        call.Run();
        return [.. results.Select(r => r[misplaced..])];
    }

    private static float[] Numbers(int count, Random random)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++) numbers[i] = (random.NextSingle() * 8) - 4;
        return numbers;
    }
}
