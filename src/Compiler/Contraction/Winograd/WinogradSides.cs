namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// The axes of a product over windows of 3×3: images, lines and places of results; channels, which are summed over; kernels; and the windows, which move by the
/// steps of lines and places. Steps are in elements: of images, which have two lines and places more than results; of weights; of results. Where the product is
/// folded, results are what is read, and windows are added to images.
/// </summary>
internal readonly record struct WinogradSides(
    bool Folds, long Images, long Lines, long Places, long Channels, long Kernels,
    long ImageStep, long LineStep, long PlaceStep,
    long WeightChannel, long WeightKernel, long WeightLine, long WeightPlace,
    long ResultImage, long ResultLine, long ResultPlace)
{
    public static WinogradSides? Find(ContractionShape shape) => shape.Folded > 0 ? FindFolded(shape) : FindWindows(shape);

    private static WinogradSides? FindWindows(ContractionShape shape)
    {
        var (rows, inner, columns) = (Axes(shape.Rows), Axes(shape.Inner), Axes(shape.Columns));
        if (rows.Length is < 2 or > 3 || inner.Length != 3 || columns.Length != 1 || shape.Columns.Strides(DotOperand.C)[columns[0]] != 1) return null;
        if (Windows(shape.Rows, shape.Inner, DotOperand.A) is not { } found) return null;
        var (channel, high, wide, image, line, place) = found;
        return new WinogradSides(
            false, image < 0 ? 1 : shape.Rows.Extents[image], shape.Rows.Extents[line], shape.Rows.Extents[place], shape.Inner.Extents[channel], shape.Columns.Extents[columns[0]],
            Step(shape.Rows, DotOperand.A, image), Step(shape.Rows, DotOperand.A, line), Step(shape.Rows, DotOperand.A, place),
            Step(shape.Inner, DotOperand.B, channel), Step(shape.Columns, DotOperand.B, columns[0]), Step(shape.Inner, DotOperand.B, high), Step(shape.Inner, DotOperand.B, wide),
            Step(shape.Rows, DotOperand.C, image), Step(shape.Rows, DotOperand.C, line), Step(shape.Rows, DotOperand.C, place));
    }

    private static WinogradSides? FindFolded(ContractionShape shape)
    {
        var (rows, inner, columns) = (Axes(shape.Rows), Axes(shape.Inner), Axes(shape.Columns));
        if (rows.Length is < 2 or > 3 || inner.Length != 1 || columns.Length != 3 || shape.Inner.Strides(DotOperand.A)[inner[0]] != 1) return null;
        if (Windows(shape.Rows, shape.Columns, DotOperand.C) is not { } found) return null;
        var (channel, high, wide, image, line, place) = found;
        var images = image < 0 ? 1 : shape.Rows.Extents[image];
        // Images lie apart from each other and fill what is written.
        if (shape.Folded % images != 0 || (image >= 0 && Step(shape.Rows, DotOperand.C, image) != shape.Folded / images)) return null;
        return new WinogradSides(
            true, images, shape.Rows.Extents[line], shape.Rows.Extents[place], shape.Inner.Extents[inner[0]], shape.Columns.Extents[channel],
            shape.Folded / images, Step(shape.Rows, DotOperand.C, line), Step(shape.Rows, DotOperand.C, place),
            Step(shape.Inner, DotOperand.B, inner[0]), Step(shape.Columns, DotOperand.B, channel), Step(shape.Columns, DotOperand.B, high), Step(shape.Columns, DotOperand.B, wide),
            Step(shape.Rows, DotOperand.A, image), Step(shape.Rows, DotOperand.A, line), Step(shape.Rows, DotOperand.A, place));
    }

    /// <summary>The axes of a window within those of images that it moves along by one place: channels, lines and places of the window; images, lines and places.</summary>
    private static (int Channel, int High, int Wide, int Image, int Line, int Place)? Windows(AxisGroup moves, AxisGroup windows, DotOperand images)
    {
        var (within, along) = (Axes(windows), Axes(moves));
        var channel = Array.FindIndex(within, k => Step(windows, images, k) == 1);
        if (channel < 0) return null;
        channel = within[channel];
        var window = within.Where(k => k != channel && windows.Extents[k] == 3).OrderByDescending(k => Step(windows, images, k)).ToArray();
        if (window.Length != 2 || Step(windows, images, window[0]) <= Step(windows, images, window[1])) return null;
        var line = Array.FindIndex(along, r => Step(moves, images, r) == Step(windows, images, window[0]));
        var place = Array.FindIndex(along, r => Step(moves, images, r) == Step(windows, images, window[1]));
        if (line < 0 || place < 0 || line == place) return null;
        (line, place) = (along[line], along[place]);
        var image = Array.FindIndex(along, r => r != line && r != place);
        return (channel, window[0], window[1], image < 0 ? -1 : along[image], line, place);
    }

    private static int[] Axes(AxisGroup group) => [.. Enumerable.Range(0, group.Rank).Where(axis => group.Extents[axis] != 1)];

    /// <summary>The stride along an axis; 0 for an axis that is not there.</summary>
    private static long Step(AxisGroup group, DotOperand operand, int axis) => axis < 0 ? 0 : group.Strides(operand)[axis];
}
