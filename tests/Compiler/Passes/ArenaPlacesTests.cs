using GraphGrad.Compilation.Passes.Memory;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Places in use at the same time lie apart, and several threads find their own parts where they wrote before.</summary>
public sealed class ArenaPlacesTests
{
    private const long Kilobyte = 1 << 10;

    [Fact]
    public void Two_threads_meet_in_the_middle_of_places_that_follow_each_other()
    {
        PlaceRequest[] requests = [Whole(1024, 0, 1, 2), Whole(512, 2, 3, 2), Whole(256, 4, 5, 2)];
        Assert.Equal([0, 256 * Kilobyte, 384 * Kilobyte], Starts(requests, threads: 2, out var total));
        Assert.Equal(1024 * Kilobyte, total);
        Assert.Equal([0, 0, 0], Starts(requests, threads: 1, out _));
    }

    [Fact]
    public void Memory_of_each_thread_lies_where_the_thread_writes()
    {
        // Of 448 KB two threads have 192 KB each to themselves and share the rest.
        PlaceRequest[] requests = [Whole(1024, 0, 1, 2), new(448 * Kilobyte, 2, 2, 192 * Kilobyte)];
        var start = Starts(requests, threads: 2, out _)[1];
        Assert.Equal(512 * Kilobyte, start + (192 * Kilobyte));
    }

    [Fact]
    public void What_would_take_much_more_memory_is_not_moved()
    {
        // In the middle of the first place, the second would leave no room for the third.
        PlaceRequest[] requests = [Whole(65536, 0, 0, 2), Whole(40960, 1, 1, 2), Whole(24576, 1, 1, 2)];
        Starts(requests, threads: 2, out var total);
        Assert.InRange(total, 65536 * Kilobyte, 65536 * Kilobyte * 33 / 32);
    }

    [Fact]
    public void Places_in_use_at_once_never_overlap()
    {
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            var threads = random.Next(1, 5);
            var requests = Enumerable.Range(0, 40).Select(_ => Request(random, threads)).OrderByDescending(r => r.Bytes).ToArray();
            var starts = Starts(requests, threads, out var total);
            var dense = ArenaPlaces.Dense(requests, new long[requests.Length]);
            Assert.InRange(total, 0, dense + Math.Max(dense / 32, 512 * Kilobyte));
            for (var i = 0; i < requests.Length; i++)
            {
                Assert.Equal(0, starts[i] % 64);
                Assert.InRange(starts[i], 0, total - requests[i].Bytes);
                for (var k = 0; k < i; k++)
                {
                    if (requests[i].MeetsInTime(requests[k]))
                        Assert.True(starts[i] >= starts[k] + requests[k].Bytes || starts[k] >= starts[i] + requests[i].Bytes);
                }
            }
        }
    }

    private static PlaceRequest Request(Random random, int threads)
    {
        var (bytes, first) = (64L * random.Next(1, 20_000), random.Next(30));
        return new PlaceRequest(bytes, first, first + random.Next(6), random.Next(3) == 0 ? bytes / (threads + 1) : bytes / threads);
    }

    private static PlaceRequest Whole(long kilobytes, int first, int last, int threads) => new(kilobytes * Kilobyte, first, last, kilobytes * Kilobyte / threads);

    private static long[] Starts(PlaceRequest[] requests, int threads, out long total)
    {
        var starts = new long[requests.Length];
        total = ArenaPlaces.ForThreads(requests, threads, starts);
        return starts;
    }
}
