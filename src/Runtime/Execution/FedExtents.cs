namespace GraphGrad.Execution;

/// <summary>
/// The extents that a call has been told so far, feed by feed. The same extents told in the same order are one object as long as they
/// recur, so that a call carries a reference instead of the numbers, and telling them again allocates nothing.
/// </summary>
internal sealed class FedExtents
{
    // What follows is found by looking through this many; the one made longest ago is given up.
    private const int MostFollowers = 16;

    private readonly FedExtents? before;
    private readonly int feed;
    private readonly int[] extents;
    private volatile FedExtents[] followers = [];

    private FedExtents(FedExtents? before, int feed, int[] extents)
    {
        this.before = before;
        this.feed = feed;
        this.extents = extents;
    }

    /// <summary>A beginning: nothing has been told.</summary>
    public static FedExtents None() => new(null, -1, []);

    /// <summary>These and those of one more feed.</summary>
    public FedExtents Then(int next, ReadOnlySpan<int> told)
    {
        foreach (var follower in followers)
        {
            if (follower.feed == next && told.SequenceEqual(follower.extents)) return follower;
        }
        var made = new FedExtents(this, next, told.ToArray());
        // One of two threads may lose what it made; it is made again when it is told again.
        followers = [made, .. followers.Take(MostFollowers - 1)];
        return made;
    }

    /// <summary>What a feed was told; null if it came without.</summary>
    public int[]? Of(int wanted)
    {
        for (var told = this; told.before is not null; told = told.before)
        {
            if (told.feed == wanted) return told.extents;
        }
        return null;
    }
}
