using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Reductions of functions of two repeated operands: copied in the order in which they are read, some rows of results at a time.</summary>
public sealed class RowTileTests
{
    private const int Columns = 41;
    private static readonly int[] Features = [2, 16, 35, 100];

    [Theory]
    [MemberData(nameof(KernelCases.Floats), MemberType = typeof(KernelCases))]
    public void Each_row_is_as_exact_as_alone_and_the_same_wherever_it_stands(VectorWidth width, DType type)
    {
        foreach (var features in Features)
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", ["n", features], type), graph.Placeholder("y", [Columns, features], type));
            var difference = ExpandDims(x, 1) - y;
            Value[] results = [Sqrt(Sum(Square(difference), 2)), Sum(Abs(difference), 2), Max(Abs(difference), 2), Sum(Tanh(difference), 2)];
            var b = Numbers(2, type, Columns, features);
            using var session = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
            // Each in a plan of its own: reductions that share a kernel are not tiled.
            TensorData[] Run(int rows) => Array.ConvertAll(results, r => session.Run(r, (x, Numbers(1, type, rows, features)), (y, b)));
            var whole = Run(70);
            foreach (var rows in new[] { 1, 3, 6 })
            {
                var a = Numbers(1, type, rows, features);
                var part = Run(rows);
                for (var i = 0; i < results.Length; i++)
                {
                    for (var e = 0; e < rows * Columns; e++)
                    {
                        var terms = Enumerable.Range(0, features).Select(k => a.At(((e / Columns) * features) + k) - b.At(((e % Columns) * features) + k)).ToArray();
                        var expected = i switch { 0 => Math.Sqrt(terms.Sum(t => t * t)), 1 => terms.Sum(Math.Abs), 2 => terms.Max(Math.Abs), _ => terms.Sum(Math.Tanh) };
                        var bound = (type == DType.Float32 ? 1e-6 : 4e-15) * (i == 3 ? features : expected);
                        Expect.True(Math.Abs(part[i].At(e) - expected) <= bound, $"result {i} of {features}, element {e}: {part[i].At(e)}, not {expected}");
                        Assert.Equal(whole[i].At(e), part[i].At(e));
                    }
                }
            }
        }
    }

    [Fact]
    public void Operands_are_copied_and_widened_once()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [100, 16]), graph.Placeholder("y", [64, 16]));
        using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector512 });
        var kernels = session.Explain(PairwiseDistances(x, y)).Kernels;
        Assert.Equal(2, kernels.Split('\n').Count(line => line.Contains("copy[") && line.Contains("] = Convert(")));
        Assert.DoesNotContain("Convert(copy", kernels);
    }

    /// <summary>What rows share is loaded once for four of them, where a body is so short that loads count and registers last.</summary>
    [Fact]
    public void Four_rows_are_reduced_together_where_they_share_vectors()
    {
        Assert.Equal([4, 4, 1, 1], Array.ConvertAll(new[] { VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar }, width => Rows(width, (x, y) => PairwiseDistances(x, y))));
        Assert.Equal(4, Rows(VectorWidth.Vector512, (x, y) => Sum(Square(Square(ExpandDims(x, 1) - y) + 1), 2)));
        Assert.Equal(1, Rows(VectorWidth.Vector256, (x, y) => Sum(Square(Square(Square(ExpandDims(x, 1) - y) + 1) + 1), 2)));

        static int Rows(VectorWidth width, Func<Value, Value, Value> function)
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", [100, 16]), graph.Placeholder("y", [64, 16]));
            var result = function(x, y);
            var program = Pipeline.Compile(new ProgramSource(GraphSlice.Of([result.Node]), [x, y], [result], [], []), new CompilerOptions { Width = width, Verify = true });
            return program.Steps.OfType<KernelStep>().Last().Kernel.Grain;
        }
    }

    private static TensorData Numbers(int seed, DType type, int rows, int columns)
    {
        var random = new Random(seed);
        return Data.Generate(type, [rows, columns], _ => (random.NextDouble() * 4) - 2);
    }
}
