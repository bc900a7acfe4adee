using GraphGrad.Memory;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

public class KeptBuffersTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void What_is_given_back_serves_the_next_of_its_size()
    {
        var kept = new KeptBuffers(capacity: 8 * Megabyte);
        var first = kept.Rent(Megabyte);
        kept.Return(first);
        using var other = kept.Rent(2 * Megabyte);
        Assert.NotSame(first, other);
        using var again = kept.Rent(Megabyte);
        Assert.Same(first, again);
        Assert.Equal(0, kept.Bytes);
    }

    [Fact]
    public void The_shortest_that_is_long_enough_serves_and_none_that_is_more_than_twice_as_long()
    {
        var kept = new KeptBuffers(capacity: 16 * Megabyte);
        var buffers = new[] { 7, 3, 4 }.Select(size => kept.Rent(size * Megabyte)).ToArray();
        foreach (var buffer in buffers) kept.Return(buffer);
        using var small = kept.Rent(Megabyte);
        Assert.DoesNotContain(small, buffers);
        using var first = kept.Rent((2 * Megabyte) + 1);
        Assert.Same(buffers[1], first);
        using var second = kept.Rent((2 * Megabyte) + 1);
        Assert.Same(buffers[2], second);
        using var last = kept.Rent(4 * Megabyte);
        Assert.Same(buffers[0], last);
        Assert.Equal(0, kept.Bytes);
    }

    [Fact]
    public void No_more_is_kept_than_the_capacity_and_the_oldest_goes_first()
    {
        var kept = new KeptBuffers(capacity: 3 * Megabyte);
        var buffers = Enumerable.Range(0, 4).Select(_ => kept.Rent(Megabyte)).ToArray();
        foreach (var buffer in buffers) kept.Return(buffer);
        Assert.Equal(3 * Megabyte, kept.Bytes);
        var left = Enumerable.Range(0, 3).Select(_ => kept.Rent(Megabyte)).ToArray();
        Assert.DoesNotContain(buffers[0], left);
        foreach (var buffer in left) buffer.Dispose();
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(16 * Megabyte)]
    public void Neither_small_nor_huge_ones_are_kept(long length)
    {
        var kept = new KeptBuffers(capacity: 8 * Megabyte);
        kept.Return(kept.Rent(length));
        Assert.Equal(0, kept.Bytes);
    }

    [Fact]
    public void A_session_that_was_disposed_leaves_its_memory_to_the_next()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [600, 601]);
        var y = MatMul(Exp(x), Transpose(x));
        var data = TensorData.Create(new float[600 * 601], 600, 601);
        TensorData first;
        using (var session = new Session(graph)) first = session.Run(y, (x, data));
        var before = KeptBuffers.Shared.Bytes;
        Assert.True(before > 0);
        using var next = new Session(graph);
        Assert.Equal(first.AsSpan<float>(), next.Run(y, (x, data)).AsSpan<float>());
    }
}
