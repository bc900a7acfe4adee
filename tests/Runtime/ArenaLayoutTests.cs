using GraphGrad.Memory;

namespace GraphGrad.Tests.Runtime;

public sealed class ArenaLayoutTests
{
    [Fact]
    public void Freed_neighbours_join_and_are_used_again()
    {
        var layout = new ArenaLayout();
        long a = layout.Allocate(64), b = layout.Allocate(100), c = layout.Allocate(64), d = layout.Allocate(1);
        Assert.Equal([0L, 64, 192, 256], [a, b, c, d]);
        layout.Release(a, 64);
        layout.Release(c, 64);
        layout.Release(b, 100);
        Assert.Equal(0, layout.Allocate(256));
        Assert.Equal(320, layout.Size);
    }

    [Fact]
    public void The_smallest_hole_that_fits_is_taken_and_the_last_one_grows()
    {
        var layout = new ArenaLayout();
        long big = layout.Allocate(256), first = layout.Allocate(64), small = layout.Allocate(64), last = layout.Allocate(64);
        layout.Release(big, 256);
        layout.Release(small, 64);
        Assert.Equal(small, layout.Allocate(64));
        layout.Release(last, 64);
        Assert.Equal(last, layout.Allocate(512));
        Assert.Equal(last + 512, layout.Size);
        Assert.Equal(256, first);
    }

    [Fact]
    public void Blocks_alive_at_once_never_overlap()
    {
        var random = new Random(1);
        var layout = new ArenaLayout();
        var alive = new List<(long Offset, long Length)>();
        for (var round = 0; round < 2000; round++)
        {
            if (alive.Count > 0 && random.Next(2) == 0)
            {
                var index = random.Next(alive.Count);
                layout.Release(alive[index].Offset, alive[index].Length);
                alive.RemoveAt(index);
            }
            else
            {
                var length = random.Next(0, 1000);
                var offset = layout.Allocate(length);
                Assert.Equal(0, offset % NativeBuffer.Alignment);
                Assert.InRange(offset + length, 0, layout.Size);
                Assert.DoesNotContain(alive, o => offset < o.Offset + Math.Max(o.Length, 1) && o.Offset < offset + Math.Max(length, 1));
                alive.Add((offset, length));
            }
        }
    }
}
