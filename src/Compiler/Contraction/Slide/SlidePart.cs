namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>Outputs of one phase of each axis: which taps they sum, in stages of runs of one length, each of so many groups.</summary>
/// <param name="Width">The phase along the innermost axis.</param>
/// <param name="Runs">The length of the runs of each stage.</param>
/// <param name="Counts">Where the plan's numbers tell how many groups each stage has.</param>
/// <param name="Offsets">Where they tell how far, in bytes, the groups' first rows are from the output's own place.</param>
/// <param name="FirstWeight">Where the taps' weights begin in the plan's table.</param>
internal sealed record SlidePart(SlidePhase Width, EquatableArray<int> Runs, int Counts, int Offsets, int FirstWeight);

/// <summary>Outputs that are computed together: of one phase along depth and height, and all phases along the width.</summary>
internal sealed class SlideBand(SlidePhase depth, SlidePhase height, SlidePart[] parts, int tileRows, int vectors, SlideCode?[][] codes, SlideCode?[][] lastCodes)
{
    public SlidePhase Depth { get; } = depth;

    public SlidePhase Height { get; } = height;

    public SlidePart[] Parts { get; } = parts;

    public int TileRows { get; } = tileRows;

    /// <summary>Vectors in each row of a tile.</summary>
    public int Vectors { get; } = vectors;

    /// <summary>The code of a tile of one part; null if the part sums nothing.</summary>
    public SlideCode? Code(int part, int rows) => codes[part][rows];

    /// <summary>The code for the outputs that are left where they are no multiple of those that are summed together.</summary>
    public SlideCode? LastCode(int part, int rows) => lastCodes[part][rows];
}

/// <summary>Taps whose sums over places stay in registers together.</summary>
/// <param name="Run">How many taps of a group read rows one after the other.</param>
/// <param name="Offsets">Where the plan's numbers tell how far, in bytes, the groups' first rows are from the output's own place.</param>
/// <param name="FirstTap">The first of the taps in the plan's order.</param>
/// <param name="Codes">The code for each number of rows.</param>
internal sealed record SlideSums(int Run, int Offsets, int FirstTap, SlideSumCode?[] Codes);
