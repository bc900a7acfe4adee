using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Sums of products multiply and add in one instruction where nothing else reads the products.</summary>
public sealed class AddedProductTests
{
    [Theory]
    [InlineData(VectorWidth.Vector512)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector128)]
    public void Products_that_only_a_sum_reads_are_added_in_one_instruction(VectorWidth width)
    {
        Assert.Equal(Fma.IsSupported, IsFused(width, (x, y) => [Sum(x * y, 1)]));
        Assert.Equal(Fma.IsSupported, IsFused(width, (x, y) => [Sum(x * x, 1), Max(y, 1)]));
        Assert.False(IsFused(width, (x, y) => [Sum(x * y, 1), x * y]), "what is stored is there already");
        Assert.False(IsFused(width, (x, y) => [Max(x * y, 1)]), "a maximum");
        Assert.False(IsFused(width, (x, y) => [Sum(Cast(x, DType.Int32) * Cast(y, DType.Int32), 1)]), "whole numbers");
    }

    /// <summary>The rest of a row that fills no vector adds nothing, whatever lies behind it; infinity and NaN are what they are in two instructions.</summary>
    [Theory]
    [InlineData(VectorWidth.Vector512)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Scalar)]
    public void Odd_rows_and_what_is_not_finite(VectorWidth width)
    {
        foreach (var columns in new[] { 1, 7, 33, 131 })
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", [5, columns]), graph.Placeholder("y", [5, columns]));
            var (a, b) = (new float[5, columns], new float[5, columns]);
            for (var i = 0; i < 5 * columns; i++) (a[i / columns, i % columns], b[i / columns, i % columns]) = ((i % 13) - 6, (i % 7) - 3);
            (a[1, 0], b[1, 0]) = (float.PositiveInfinity, 1);
            (a[2, 0], b[2, 0]) = (float.NegativeInfinity, 0);
            (a[3, columns - 1], b[3, columns - 1]) = (float.NaN, 0);
            (a[4, 0], b[4, 0]) = (float.MaxValue, 2);
            using var session = new Session(graph, new SessionOptions { Width = width, Threads = 2 });

            var found = session.Run(Sum(x * y, 1), (x, a), (y, b)).AsSpan<float>();

            Assert.Equal(Enumerable.Range(0, columns).Sum(k => a[0, k] * b[0, k]), found[0]);
            Assert.Equal([float.PositiveInfinity, float.NaN, float.NaN, float.PositiveInfinity], found[1..].ToArray());
        }
    }

    private static bool IsFused(VectorWidth width, Func<Value, Value, Value[]> results)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [64, 1000]), graph.Placeholder("y", [64, 1000]));
        var fetches = results(x, y);
        var program = Pipeline.Compile(new ProgramSource(GraphSlice.Of([.. fetches.Select(f => f.Node)]), [x, y], fetches, [], []), new CompilerOptions { Width = width, Verify = true });
        var finder = new FusedFinder();
        foreach (var step in program.Steps.OfType<KernelStep>()) finder.Visit(step.Kernel.Tree);
        return finder.Found;
    }

    private sealed class FusedFinder : ExpressionVisitor
    {
        public bool Found { get; private set; }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            Found |= node.Method.Name == "FusedMultiplyAdd";
            return base.VisitMethodCall(node);
        }
    }
}
