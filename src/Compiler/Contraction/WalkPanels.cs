namespace GraphGrad.Compilation.Contraction;

/// <summary>Columns that one tile is wide: how many are live, and where they begin in a packed row.</summary>
internal readonly record struct WalkPanel(int Start, int Live, int Width, int Packed);

/// <summary>
/// Panels of at most a given width that do not cross from one run of columns to the next. The last of a run may overlap the one before it, where nothing beyond
/// the run may be read; what both hold is the same. They are not kept, for a product that is only weighed may have millions of them: all runs are cut alike.
/// </summary>
internal sealed class WalkPanels
{
    private readonly int run;
    private readonly int width;
    private readonly bool overlaps;
    private readonly int perRun;
    private readonly int lastLive;
    private readonly int packedOfRun;

    /// <param name="columns">All columns, a whole number of runs.</param>
    /// <param name="run">Columns of a run.</param>
    /// <param name="width">Columns of a panel, whole vectors.</param>
    /// <param name="lanes">Columns of a vector.</param>
    /// <param name="overlaps">Whether the last panel of a run begins earlier rather than end beyond it.</param>
    public WalkPanels(long columns, long run, int width, int lanes, bool overlaps)
    {
        (this.run, this.width, this.overlaps, Runs) = ((int)run, width, overlaps, columns / run);
        perRun = (int)DotPlan.Ceiling(run, width);
        lastLive = (int)(run - ((perRun - 1L) * width));
        LastWidth = (int)DotPlan.Ceiling(lastLive, lanes) * lanes;
        packedOfRun = ((perRun - 1) * width) + LastWidth;
    }

    /// <summary>No panels.</summary>
    public static WalkPanels None { get; } = new(0, 1, 1, 1, overlaps: false);

    /// <summary>How many runs there are.</summary>
    public long Runs { get; }

    public long Count => Runs * perRun;

    /// <summary>Columns of all panels with those that fill up vectors.</summary>
    public long PackedColumns => Runs * packedOfRun;

    /// <summary>Panels of a run before its last one.</summary>
    public int FullOfRun => perRun - 1;

    /// <summary>The width of each of them.</summary>
    public int FullWidth => width;

    /// <summary>The width of the last panel of a run.</summary>
    public int LastWidth { get; }

    /// <summary>The width of the widest.</summary>
    public int Widest => FullOfRun > 0 ? width : LastWidth;

    /// <summary>The panels one after the other.</summary>
    public WalkPanel this[int index]
    {
        get
        {
            var (ofRun, place) = Math.DivRem(index, perRun);
            var (start, packed) = ((ofRun * run) + (place * width), (ofRun * packedOfRun) + (place * width));
            if (place < FullOfRun) return new WalkPanel(start, width, width, packed);
            return overlaps ? new WalkPanel(start + lastLive - LastWidth, LastWidth, LastWidth, packed) : new WalkPanel(start, lastLive, LastWidth, packed);
        }
    }
}
