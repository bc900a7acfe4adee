using System.Linq.Expressions;
using GraphGrad.Compilation.Emission;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>The number of a lane is read from memory: of constants the just-in-time compiler takes those that begin with 0 for zero in some sums of differences.</summary>
public sealed unsafe class LaneNumbersTests
{
    [Fact]
    public void Every_lane_has_its_number()
    {
        for (var i = 0; i < 64; i++) Assert.Equal(i, ((long*)LaneNumbers.Address)[i]);
    }

    [Theory]
    [InlineData(VectorWidth.Vector128, 4)]
    [InlineData(VectorWidth.Vector256, 8)]
    [InlineData(VectorWidth.Vector512, 8)]
    [InlineData(VectorWidth.Vector512, 64)]
    public void Numbers_are_loads_of_what_is_next_to_each_other(VectorWidth width, int lanes)
    {
        var registers = LaneEmitter.Create(width, lanes, _ => throw new InvalidOperationException()).LaneIndices();
        Assert.Equal(8 * lanes / width.Bytes(), registers.Length);
        Assert.All(registers, r => Assert.StartsWith("Load", Assert.IsType<MethodCallExpression>(r, exactMatch: false).Method.Name, StringComparison.Ordinal));
    }

    /// <summary>With <c>DOTNET_TieredPGO=0</c> all lanes had read the first one's element while their numbers were constants.</summary>
    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Windows_that_are_added_up_read_their_own_elements(VectorWidth width)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [1, 3, 2], DType.Float64);
        var gradient = Gradient(Sum(Sin(Windows(x, [1], [2]))) + Sum(Sin(x)) + Sum(Sin(Exp(x))), x);
        var feed = TensorData.Create([0.1, -0.7, 0.4, 0.9, -0.2, 0.6], [1, 3, 2]);
        using var compiled = new Session(graph, new SessionOptions { Width = width, Unroll = false });
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        var (found, expected) = (compiled.Run(gradient, (x, feed)).AsSpan<double>().ToArray(), written.Run(gradient, (x, feed)).AsSpan<double>().ToArray());
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-14);
    }
}
