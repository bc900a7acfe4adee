namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>Which of the three a product over windows computes of the others.</summary>
internal enum WinogradOperand
{
    Results,
    Images,
    Weights,
}

/// <summary>
/// The axes of a product over windows: images, lines and places of results; channels, which are summed over; kernels; and the windows, which move along lines and places
/// by their strides. Along a third axis of windows, if there is one, each place of a window is taken by itself: results have so many depths, windows so many layers.
/// Steps are in elements: of images, whose lines and places reach as far as windows do; of weights; of results. Where the product is folded, results are what is
/// read, and windows are added to images; where weights are computed, images and results are read, and what is summed over is where windows move.
/// </summary>
internal sealed record WinogradSides(WinogradOperand Computes, long Images, WinogradAxis Lines, WinogradAxis Places, long Channels, long Kernels)
{
    public bool Folds => Computes == WinogradOperand.Images;

    public long Depths { get; private init; } = 1;

    public long Layers { get; private init; } = 1;

    /// <summary>From image to image, from one depth of results to the next, and from layer to layer, line to line and place to place of a window.</summary>
    public long ImageStep { get; private init; }

    public long DepthStep { get; private init; }

    public long LayerStep { get; private init; }

    public long LineStep { get; private init; }

    public long PlaceStep { get; private init; }

    public long WeightChannel { get; private init; }

    public long WeightKernel { get; private init; }

    public long WeightLayer { get; private init; }

    public long WeightLine { get; private init; }

    public long WeightPlace { get; private init; }

    public long ResultImage { get; private init; }

    public long ResultDepth { get; private init; }

    public long ResultLine { get; private init; }

    public long ResultPlace { get; private init; }

    /// <summary>Weights of one channel of one kernel.</summary>
    public long Taps => Layers * Lines.Kernel * Places.Kernel;

    /// <summary>Whether the weights of a channel are neighbours.</summary>
    public bool IsDense =>
        (Places.Kernel == 1 || WeightPlace == 1) && (Lines.Kernel == 1 || WeightLine == Places.Kernel) && (Layers == 1 || WeightLayer == Lines.Kernel * Places.Kernel);

    /// <summary>Tiles of all images.</summary>
    public long Tiles => Images * Depths * Lines.Tiles * Places.Tiles;

    /// <summary>The first element under the results of a depth of an image.</summary>
    public long ImageOffset(long number) => (number / Depths * ImageStep) + (number % Depths * DepthStep);

    public long ResultOffset(long number) => (number / Depths * ResultImage) + (number % Depths * ResultDepth);

    /// <summary>How many channels of pieces add to one of the sixteen products of a tile.</summary>
    public long Terms(int product) => Slots(product) * Channels;

    /// <summary>How many pieces do.</summary>
    public long Slots(int product) => Layers * Lines.Count(product / 4) * Places.Count(product % 4);

    public static WinogradSides? Find(ContractionShape shape) => shape.Folded > 0 ? FindFolded(shape) : FindWindows(shape) ?? FindWeights(shape);

    private static WinogradSides? FindWindows(ContractionShape shape)
    {
        var columns = Axes(shape.Columns);
        if (columns.Length != 1 || shape.Columns.Strides(DotOperand.C)[columns[0]] != 1) return null;
        if (Windows.Find(shape.Rows, shape.Inner, DotOperand.A) is not { } found) return null;
        var (rows, inner, kernel) = (shape.Rows, shape.Inner, columns[0]);
        return new WinogradSides(WinogradOperand.Results, Extent(rows, found.Image), found.Lines(rows, inner), found.Places(rows, inner), inner.Extents[found.Channel], shape.Columns.Extents[kernel])
        {
            Depths = Extent(rows, found.Depth), Layers = Extent(inner, found.Deep),
            ImageStep = Step(rows, DotOperand.A, found.Image), DepthStep = Step(rows, DotOperand.A, found.Depth),
            LayerStep = Step(inner, DotOperand.A, found.Deep), LineStep = Step(inner, DotOperand.A, found.High), PlaceStep = Step(inner, DotOperand.A, found.Wide),
            WeightChannel = Step(inner, DotOperand.B, found.Channel), WeightKernel = Step(shape.Columns, DotOperand.B, kernel),
            WeightLayer = Step(inner, DotOperand.B, found.Deep), WeightLine = Step(inner, DotOperand.B, found.High), WeightPlace = Step(inner, DotOperand.B, found.Wide),
            ResultImage = Step(rows, DotOperand.C, found.Image), ResultDepth = Step(rows, DotOperand.C, found.Depth),
            ResultLine = Step(rows, DotOperand.C, found.Line), ResultPlace = Step(rows, DotOperand.C, found.Place),
        };
    }

    private static WinogradSides? FindFolded(ContractionShape shape)
    {
        var inner = Axes(shape.Inner);
        if (inner.Length != 1 || shape.Inner.Strides(DotOperand.A)[inner[0]] != 1) return null;
        if (Windows.Find(shape.Rows, shape.Columns, DotOperand.C) is not { } found) return null;
        var (rows, columns, channel) = (shape.Rows, shape.Columns, inner[0]);
        var (lines, places, images) = (found.Lines(rows, columns), found.Places(rows, columns), Extent(rows, found.Image));
        // Tiles of one piece are added.
        if (found.Depth >= 0 || found.Deep >= 0 || lines is not { Kernel: 3, Stride: 1, Pairs: true } || places is not { Kernel: 3, Stride: 1, Pairs: true }) return null;
        // Images lie apart from each other and fill what is written.
        if (shape.Folded % images != 0 || (found.Image >= 0 && Step(rows, DotOperand.C, found.Image) != shape.Folded / images)) return null;
        return new WinogradSides(WinogradOperand.Images, images, lines, places, shape.Inner.Extents[channel], columns.Extents[found.Channel])
        {
            ImageStep = shape.Folded / images, LineStep = Step(columns, DotOperand.C, found.High), PlaceStep = Step(columns, DotOperand.C, found.Wide),
            WeightChannel = Step(shape.Inner, DotOperand.B, channel), WeightKernel = Step(columns, DotOperand.B, found.Channel),
            WeightLine = Step(columns, DotOperand.B, found.High), WeightPlace = Step(columns, DotOperand.B, found.Wide),
            ResultImage = Step(rows, DotOperand.A, found.Image), ResultLine = Step(rows, DotOperand.A, found.Line), ResultPlace = Step(rows, DotOperand.A, found.Place),
        };
    }

    private static WinogradSides? FindWeights(ContractionShape shape)
    {
        var columns = Axes(shape.Columns);
        if (columns.Length != 1 || shape.Columns.Strides(DotOperand.B)[columns[0]] != 1) return null;
        // Lines along which windows do not reach are further images.
        var (rows, inner, kernel) = (shape.Rows, shape.Inner.Simplified(DotOperand.A), columns[0]);
        if (Windows.Find(inner, rows, DotOperand.A) is not { } found) return null;
        return new WinogradSides(WinogradOperand.Weights, Extent(inner, found.Image), found.Lines(inner, rows), found.Places(inner, rows), rows.Extents[found.Channel], shape.Columns.Extents[kernel])
        {
            Depths = Extent(inner, found.Depth), Layers = Extent(rows, found.Deep),
            ImageStep = Step(inner, DotOperand.A, found.Image), DepthStep = Step(inner, DotOperand.A, found.Depth),
            LayerStep = Step(rows, DotOperand.A, found.Deep), LineStep = Step(rows, DotOperand.A, found.High), PlaceStep = Step(rows, DotOperand.A, found.Wide),
            WeightChannel = Step(rows, DotOperand.C, found.Channel), WeightKernel = Step(shape.Columns, DotOperand.C, kernel),
            WeightLayer = Step(rows, DotOperand.C, found.Deep), WeightLine = Step(rows, DotOperand.C, found.High), WeightPlace = Step(rows, DotOperand.C, found.Wide),
            ResultImage = Step(inner, DotOperand.B, found.Image), ResultDepth = Step(inner, DotOperand.B, found.Depth),
            ResultLine = Step(inner, DotOperand.B, found.Line), ResultPlace = Step(inner, DotOperand.B, found.Place),
        };
    }

    private static int[] Axes(AxisGroup group) => [.. Enumerable.Range(0, group.Rank).Where(axis => group.Extents[axis] != 1)];

    private static long Extent(AxisGroup group, int axis) => axis < 0 ? 1 : group.Extents[axis];

    /// <summary>The stride along an axis; 0 for an axis that is not there.</summary>
    private static long Step(AxisGroup group, DotOperand operand, int axis) => axis < 0 ? 0 : group.Strides(operand)[axis];

    /// <summary>
    /// Which axes of what moves and of windows are what; -1 for those that are not there. Windows have a channel, layers, lines and places; along the axes Image, Depth, Line
    /// and Place they move.
    /// </summary>
    private readonly record struct Windows(int Channel, int Deep, int High, int Wide, int Image, int Depth, int Line, int Place, DotOperand Images)
    {
        private const long LargestStride = 4;

        public WinogradAxis Lines(AxisGroup moves, AxisGroup windows) => Axis(moves, windows, Line, High);

        public WinogradAxis Places(AxisGroup moves, AxisGroup windows) => Axis(moves, windows, Place, Wide);

        public static Windows? Find(AxisGroup moves, AxisGroup windows, DotOperand images)
        {
            var within = Axes(windows).OrderBy(k => Step(windows, images, k)).ToArray();
            if (within.Length is < 2 or > 4 || Step(windows, images, within[0]) != 1) return null;
            var along = Axes(moves).OrderBy(r => Step(moves, images, r)).ToList();
            var pairs = new List<(int Within, int Along)>();
            foreach (var k in within[1..])
            {
                var step = Step(windows, images, k);
                if (step <= 1) return null;
                var r = along.FindIndex(r => Step(moves, images, r) is var s && s >= step && s <= LargestStride * step && s % step == 0);
                pairs.Add((k, r < 0 ? -1 : along[r]));
                if (r >= 0) along.RemoveAt(r);
            }
            if (along.Count > 1) return null;
            // Windows of the innermost axis are neighbours; what moves along no axis is taken place by place.
            var moving = pairs.Where(p => p.Along >= 0).Take(2).ToArray();
            var still = pairs.Except(moving).ToArray();
            if (moving.Length == 0 || still.Length > 1) return null;
            var (deep, depth) = still.Length == 0 ? (-1, -1) : still[0];
            var (high, line) = moving.Length == 1 ? (-1, -1) : moving[1];
            return new Windows(within[0], deep, high, moving[0].Within, along.Count == 0 ? -1 : along[0], depth, line, moving[0].Along, images);
        }

        private WinogradAxis Axis(AxisGroup moves, AxisGroup windows, int along, int within) =>
            new(Extent(moves, along), Extent(windows, within), along < 0 ? 1 : Step(moves, Images, along) / Step(windows, Images, within));
    }
}
