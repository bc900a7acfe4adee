using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Compilation.Passes;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Whether two groups are too much for one kernel is told from their sizes: lowering them together for each pair took longer than all the rest of a compilation.</summary>
public sealed class GroupSizeTests
{
    private readonly Graph graph = new();
    private readonly Dictionary<Value, TensorBuffer> buffers = [];

    [Fact]
    public void Different_functions_are_too_much_together()
    {
        var x = Stored(graph.Placeholder("x", ["n"], DType.Float64));
        var (one, other) = (Group([2, 3], x), Group([6, 7], x));
        Assert.True(SizeOf(one).IsOptimized);
        Assert.True(SizeOf(one).IsTooMuchWith(SizeOf(other)));
        // Which is what lowering them says.
        Assert.False(SizeOf(Both(one, other)).IsOptimized);
    }

    [Fact]
    public void What_is_shared_counts_once()
    {
        var x = Stored(graph.Placeholder("x", ["n"], DType.Float64));
        var (one, other) = (Group([2, 3], x), Group([2, 3], x));
        Assert.False(SizeOf(one).IsTooMuchWith(SizeOf(other)));
        Assert.True(SizeOf(Both(one, other)).IsOptimized);
    }

    /// <summary>It never refuses what lowering allows.</summary>
    [Fact]
    public void Groups_that_fit_are_not_refused()
    {
        var x = Stored(graph.Placeholder("x", ["n"], DType.Float64));
        var refused = 0;
        for (var first = 1; first < 6; first++)
        {
            for (var second = 1; second < 6; second++)
            {
                var (one, other) = (Group([.. Enumerable.Range(2, first)], x), Group([.. Enumerable.Range(5, second)], x));
                if (!SizeOf(one).IsTooMuchWith(SizeOf(other))) continue;
                refused++;
                Assert.False(SizeOf(Both(one, other)).IsOptimized);
            }
        }
        Assert.InRange(refused, 1, 24);
    }

    private static FusionGroup Both(FusionGroup one, FusionGroup other)
    {
        var both = new FusionGroup(one.Extents, one.Reduced);
        both.Roots.AddRange([.. one.Roots, .. other.Roots]);
        return both;
    }

    private FusionGroup Group(int[] factors, Value x)
    {
        var values = factors.Select(factor => Stored(Sin(x * factor))).ToArray();
        var group = Fusion.Alone(values[0]);
        foreach (var value in values.Skip(1)) group.Roots.Add((value, RootKind.Full));
        return group;
    }

    private Value Stored(Value value)
    {
        buffers.Add(value, new TensorBuffer(buffers.Count, value.Type, BufferKind.Arena, -1, value.Name));
        return value;
    }

    private GroupSize SizeOf(FusionGroup group) => GroupLowering.SizeOf(group, buffers.GetValueOrDefault)!;
}
