namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>Something that needs a place in the arena.</summary>
/// <param name="Bytes">How long it is; a multiple of the alignment of all places.</param>
/// <param name="First">The first step that uses it.</param>
/// <param name="Last">The last one.</param>
/// <param name="Share">Bytes from what one thread writes to what the next one does; 0 if that is not known.</param>
internal readonly record struct PlaceRequest(long Bytes, int First, int Last, long Share)
{
    public bool MeetsInTime(PlaceRequest other) => First <= other.Last && other.First <= Last;
}

/// <summary>Finds places in one stretch of memory, such that none overlap that are in use at the same time.</summary>
internal static class ArenaPlaces
{
    // Smaller ones cross from core to core in a microsecond.
    private const long FewestBytes = 64 << 10;

    // A thread's part gets small, and comparing takes longer.
    private const int MostThreads = 8;

    // How much longer the memory may become so that threads find their own parts in it: a thirty-second, or a quarter of a small one.
    private const int LongerPart = 32, LongerPartOfSmall = 4;
    private const long MostOfSmall = 512 << 10;

    // Of the requests placed before, so many are compared with a new one, the largest first: a layout has to be found in a fraction of a millisecond.
    private const int MostCompared = 48;

    private const long Alignment = 64;

    /// <summary>Each as low as is free throughout its life, in the order given.</summary>
    /// <returns>Bytes in all.</returns>
    public static long Dense(ReadOnlySpan<PlaceRequest> requests, Span<long> starts)
    {
        var placed = new List<Place>(requests.Length);
        var total = 0L;
        for (var i = 0; i < requests.Length; i++)
        {
            var request = requests[i];
            var start = 0L;
            foreach (var other in placed)
            {
                if (other.Start >= start + request.Bytes) break;
                if (other.Request.MeetsInTime(request)) start = Math.Max(start, other.End);
            }
            AddByStart(placed, new Place(request, start));
            starts[i] = start;
            total = Math.Max(total, start + request.Bytes);
        }
        return total;
    }

    /// <summary>
    /// The same for several threads: of all free places one where each thread writes to what it has in its own cache, as far as may be. Memory that
    /// another core wrote last is written at a third of the speed. Threads share what they write in equal parts, one after the other.
    /// </summary>
    /// <returns>Bytes in all, hardly more than <see cref="Dense"/> takes.</returns>
    public static long ForThreads(ReadOnlySpan<PlaceRequest> requests, int threads, Span<long> starts)
    {
        var dense = Dense(requests, starts);
        if (threads is 1 or > MostThreads) return dense;
        var limit = dense + Math.Max(dense / LongerPart, Math.Min(dense / LongerPartOfSmall, MostOfSmall));
        Span<long> aligned = new long[requests.Length];
        if (Aligned(requests, threads, limit, aligned) is not { } total) return dense;
        aligned.CopyTo(starts);
        return total;
    }

    private static long? Aligned(ReadOnlySpan<PlaceRequest> requests, int threads, long limit, Span<long> starts)
    {
        var (placed, byStart) = (new List<Place>(requests.Length), new List<Place>(requests.Length));
        var total = 0L;
        for (var i = 0; i < requests.Length; i++)
        {
            var request = requests[i];
            var busy = byStart.Where(p => p.Request.MeetsInTime(request)).ToArray();
            var others = IsLarge(request) ? placed.Where(p => IsLarge(p.Request) && !p.Request.MeetsInTime(request)).Take(MostCompared).ToArray() : [];
            var best = new Choice(-1, long.MaxValue);
            var from = 0L;
            for (var k = 0; k <= busy.Length; k++)
            {
                var end = k < busy.Length ? busy[k].Start : limit;
                if (end - from >= request.Bytes)
                {
                    best = Better(best, request, from, others, threads);
                    if (k < busy.Length && others.Length > 0) best = Better(best, request, end - request.Bytes, others, threads);
                    foreach (var other in others)
                    {
                        // Around the same middle: of two threads each stays on its own side.
                        var start = (other.Start + ((other.Request.Share - request.Share) * threads / 2)) / Alignment * Alignment;
                        if (start > from && start + request.Bytes <= end) best = Better(best, request, start, others, threads);
                    }
                }
                if (k < busy.Length) from = Math.Max(from, busy[k].End);
            }
            if (best.Start < 0) return null;
            starts[i] = best.Start;
            placed.Add(new Place(request, best.Start));
            AddByStart(byStart, placed[^1]);
            total = Math.Max(total, best.Start + request.Bytes);
        }
        return total;
    }

    /// <summary>Adds a place to others, which are sorted, after those that begin where it does.</summary>
    private static void AddByStart(List<Place> places, Place place)
    {
        var (from, to) = (0, places.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (places[middle].Start <= place.Start) from = middle + 1;
            else to = middle;
        }
        places.Insert(from, place);
    }

    private static bool IsLarge(PlaceRequest request) => request.Bytes >= FewestBytes && request.Share > 0;

    private static Choice Better(Choice best, PlaceRequest request, long start, Place[] others, int threads)
    {
        var place = new Place(request, start);
        var crossing = 0L;
        foreach (var other in others)
        {
            crossing += place.Crossing(other, threads);
            if (crossing >= best.Crossing) return best;
        }
        return new Choice(start, crossing);
    }

    private readonly record struct Choice(long Start, long Crossing);

    private readonly record struct Place(PlaceRequest Request, long Start)
    {
        public long End => Start + Request.Bytes;

        /// <summary>Bytes that one thread writes here and another one there.</summary>
        public long Crossing(Place other, int threads)
        {
            var (share, otherShare) = (Request.Share, other.Request.Share);
            var bytes = Common(Start, Start + (share * threads), other.Start, other.Start + (otherShare * threads));
            for (var t = 0; t < threads && bytes > 0; t++)
                bytes -= Common(Start + (t * share), Start + ((t + 1) * share), other.Start + (t * otherShare), other.Start + ((t + 1) * otherShare));
            return bytes;
        }

        private static long Common(long begin, long end, long otherBegin, long otherEnd) => Math.Max(0, Math.Min(end, otherEnd) - Math.Max(begin, otherBegin));
    }
}
