namespace GraphGrad.Operations;

/// <summary>
/// How kernels slide over images, for each spatial axis: element k of the window of place i lies at stride · i + dilation · k - low, with zeros outside
/// the image. Images are [N, C, spatial …], kernels [O, C / groups, spatial …], results [N, O, places …]; the extents tell the groups.
/// </summary>
internal sealed record CorrelationGeometry(EquatableArray<int> Strides, EquatableArray<int> Dilations, EquatableArray<int> Low, EquatableArray<int> High)
{
    /// <summary>Spatial axes.</summary>
    public int Axes => Strides.Count;

    /// <summary>The shape of the results; the kernels' spatial extents are constants.</summary>
    public Shape Results(Shape images, Shape kernels) =>
        new([images[0], kernels[0], .. Enumerable.Range(0, Axes).Select(a => ((images[a + 2] + Low[a] + High[a] - Reach(a, kernels)) / Strides[a]) + 1)]);

    /// <summary>What is wrong with images and kernels, or null.</summary>
    public string? Refusal(Shape images, Shape kernels)
    {
        if (images.Rank != Axes + 2 || kernels.Rank != Axes + 2) return $"images {images} and kernels {kernels} must have {Axes + 2} axes each: batch, channels, and {Axes} spatial ones. Reshape them.";
        if (images[1].IsConstant && kernels[0].IsConstant && kernels[1].IsConstant && !Splits(images[1].Value, kernels[0].Value, kernels[1].Value))
            return $"kernels {kernels} do not split {images[1]} channels into groups; their number must be a multiple of that of the groups.";
        for (var a = 0; a < Axes; a++)
        {
            if (!kernels[a + 2].IsConstant) return $"the spatial extents of the kernels {kernels} must be known while the graph is built.";
            if (images[a + 2] is { IsConstant: true, Value: var extent } && extent + Low[a] + High[a] < Reach(a, kernels))
                return $"axis {a + 2} of the images {images} has {extent + Low[a] + High[a]} elements with its border, kernels reach over {Reach(a, kernels)}; make the border larger or the kernels smaller.";
        }
        return null;
    }

    /// <summary>Whether channels fall into whole groups of as many as kernels read, with equally many kernels each.</summary>
    public static bool Splits(long channels, long kernels, long channelsOfGroup) =>
        channelsOfGroup > 0 && channels % channelsOfGroup == 0 && (channels == 0 ? kernels == 0 : kernels % (channels / channelsOfGroup) == 0);

    public override string ToString() => $"strides {Strides}, dilations {Dilations}, low {Low}, high {High}";

    private long Reach(int axis, Shape kernels) => (Dilations[axis] * (kernels[axis + 2].Value - 1)) + 1;
}
