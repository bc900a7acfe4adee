using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Which of the three products of a correlation slide over images as they lie in memory, and which are products of matrices. Each is chosen by itself, by what was measured:
/// matrices of few columns leave lanes empty, and turn images; sliding shares nothing between outputs.
/// </summary>
internal static class CorrelationChoice
{
    private const int MostChannelsOfGroup = 16, MostGroupsApart = 8;

    // Without groups, by vectors of any width. Of more channels, of smaller images, and with fewer lanes matrices are faster in some form.
    private const int MostOutputsAlone = 8, LeastElementsAlone = 16 * 16;

    // Without groups, by 16 lanes.
    private const int FewChannels = 3, FewOutputs = 8, SomeOutputs = 16, MostChannels = 256, LeastElements = 12 * 12, LeastElementsApart = 512, ManyResults = 64;

    // Alone, by 16 lanes: what was measured, and where sliding is faster.
    private const int MostAlone = 64, FewestTapsAlone = 7, TapsOfTile = 9, ManyElements = 2048, LeastExtentAlone = 20, SomePairs = 1024;
    private const double LeastFillAlone = 0.7;

    // Taps that rows of a tile share: one below the other.
    private const int SharedTaps = 3, ManySharedTaps = 4;

    // Of windows of 3×3, where images are not small.
    private const int MostChannelsInTiles = 64, MostTilesAlone = 128, LeastExtentInTiles = 7;

    // Gradients by kernels of groups, which are chosen by themselves.
    private const int FewestOfMatrices = 12, MostSmallResults = 7 * 7, MostSmallElements = 14 * 14, MostElementsOfMatrices = 28 * 28, LeastPairsOfMatrices = 512;

    /// <summary>
    /// Whether products of matrices of some groups are those of convolutions of one group, which take every form that one has. Each has steps of its own, and what joins their results
    /// asks for each element whose it is, which of kernels of one element with gaps is most of the work.
    /// </summary>
    public static bool AreApart(Shape kernels, int[] strides, int groups) => groups <= MostGroupsApart && (strides.All(s => s == 1) || kernels.Skip(2).Any(d => !d.IsOne));

    /// <summary>Whether gradients of some groups by their kernels are, where those of one group take fewer products.</summary>
    public static bool KernelsAreApart(DType type, Shape kernels, CorrelationGeometry geometry, long groups)
    {
        var (outputs, channels) = (kernels[0].Value / groups, kernels[1].Value);
        return groups <= MostGroupsApart && type == DType.Float32 && geometry.Strides.All(s => s == 1) && kernels.Skip(2).Any(d => !d.IsOne)
            && Math.Min(outputs, channels) >= 2 * MostChannelsOfGroup && outputs % MostChannelsOfGroup == 0 && channels % MostChannelsOfGroup == 0;
    }

    /// <summary>
    /// Whether channels of a group are so few that images are better walked channel by channel than multiplied as matrices, of which there would be one for each group, with few columns.
    /// </summary>
    public static bool InGroups(DType type, Shape images, Shape kernels, CorrelationGeometry geometry, int groups)
    {
        var (outputs, channels) = (kernels[0].Value / groups, kernels[1].Value);
        return (outputs <= MostChannelsOfGroup && channels <= MostChannelsOfGroup)
            || (outputs <= MostChannelsInTiles && channels <= MostChannelsInTiles && IsInTiles(type, images, kernels, geometry));
    }

    /// <summary>Whether results are computed so, of one group.</summary>
    public static bool Results(DType type, Shape images, Shape kernels, CorrelationGeometry geometry)
    {
        if (AreFew(type, images, kernels, geometry)) return true;
        var (outputs, channels, height, stride) = (kernels[0].Value, kernels[1].Value, Height(kernels), geometry.Strides.Max());
        if (!MayShareRows(type, images, geometry)) return false;
        // Of one element: a product of few terms, or with one broadcast, which of many elements is as fast.
        if (kernels[2].Value * kernels[3].Value == 1 && channels <= FewChannels && outputs is > FewOutputs and <= MostAlone && stride == 1) return HasElements(images, ManyElements) ? channels > 1 : outputs <= 2 * SomeOutputs;
        if (outputs > SomeOutputs || channels > MostChannels) return false;
        // Of few channels what follows, which a product of matrices takes in, is as much work as the sums.
        if (outputs > FewOutputs && channels < FewOutputs) return false;
        if (IsInTiles(type, images, kernels, geometry)) return channels <= MostTilesAlone;
        return (outputs <= FewOutputs, stride) switch
        {
            (true, 1) => height >= SharedTaps,
            (true, _) => height >= (HasElements(images, LeastElementsAlone) ? SharedTaps : ManySharedTaps + 1),
            (false, 1) => height >= ManySharedTaps,
            _ => height > ManySharedTaps && HasElements(images, channels <= FewOutputs ? LeastElementsApart : 2 * LeastElementsApart),
        };
    }

    /// <summary>
    /// Whether results are computed so by vectors of 512 bits, of images and to results that nothing else needs turned. More outputs then slide than where gradients turn images anyway:
    /// outputs that share what is read fill all lanes, which in products of matrices up to 16 of them do not, and nothing is turned.
    /// </summary>
    /// <param name="images">[N, H, W, C].</param>
    /// <param name="kernels">[O, C, rows, columns].</param>
    /// <param name="results">[N, places …, O].</param>
    /// <param name="geometry">The border, and how windows move.</param>
    public static bool ResultsAlone(Shape images, Shape kernels, Shape results, CorrelationGeometry geometry)
    {
        if (!Vector512.IsHardwareAccelerated || geometry.Strides[0] != geometry.Strides[1] || geometry.Strides[0] > 2 || geometry.Dilations.Any(d => d != 1)) return false;
        if (!images[1].IsConstant || !images[2].IsConstant) return false;
        var (outputs, channels, taps) = (kernels[0].Value, kernels[1].Value, kernels[2].Value * kernels[3].Value);
        var (elements, places, isRow) = (images[1].Value * images[2].Value, results[1].Value * results[2].Value, kernels[2].Value == 1 || kernels[3].Value == 1);
        if (Math.Max(outputs, channels) > MostAlone || taps < FewestTapsAlone || elements < LeastElements) return false;
        // Of one image nothing lies beside a row that leaves lanes empty.
        if (isRow && images[0].IsOne && results[2].IsConstant && Fill(results[2].Value) < LeastFillAlone * Fill(outputs)) return false;
        var (isLarge, isSmall, pairs) = (elements >= ManyElements, LeastElements > places, outputs * channels);
        if (channels <= FewOutputs) return isSmall ? outputs <= SomeOutputs : taps > TapsOfTile || isLarge || outputs <= SomeOutputs || channels is 1 or FewOutputs;
        if (taps > TapsOfTile && !isRow) return outputs <= SomeOutputs || (outputs % SomeOutputs > 0 && channels <= SomePairs / SomeOutputs);
        // Windows of 3×3 that move by one place take fewer products in either form.
        if (geometry.Strides[0] == 1) return isRow || isLarge || pairs <= SomePairs || (pairs <= 2 * SomePairs && Math.Min(images[1].Value, images[2].Value) >= LeastExtentAlone);
        return !isSmall && (isRow || isLarge || pairs < 2 * SomePairs);
    }

    /// <summary>Whether images are, of one group.</summary>
    public static bool Images(DType type, Shape images, Shape kernels, CorrelationGeometry geometry)
    {
        if (AreFew(type, images, kernels, geometry)) return true;
        var (outputs, channels, height, stride) = (kernels[0].Value, kernels[1].Value, Height(kernels), geometry.Strides.Max());
        if (!MayShareRows(type, images, geometry) || Math.Max(outputs, channels) > MostChannels) return false;
        if (IsInTiles(type, images, kernels, geometry)) return Math.Min(outputs, channels) <= SomeOutputs && Math.Max(outputs, channels) <= MostTilesAlone;
        if (height < SharedTaps) return false;
        if (outputs <= FewOutputs) return stride == 1 || height > ManySharedTaps || HasElements(images, LeastElementsAlone);
        // Phases of as many taps each are one product with fewer multiply-adds.
        return channels <= FewOutputs && outputs <= ManyResults && (stride == 1 || channels <= FewChannels || (height % stride > 0 && channels * outputs <= MostChannels));
    }

    /// <summary>Whether kernels are, of one group: one thread computes them all.</summary>
    public static bool Kernels(DType type, Shape images, Shape kernels, CorrelationGeometry geometry) => AreFew(type, images, kernels, geometry);

    /// <summary>
    /// Whether kernels are, of some groups. Rows of small images and of strides leave lanes empty and are copied for few sums, and what slides shares nothing between outputs; matrices of few
    /// channels leave lanes empty.
    /// </summary>
    public static bool KernelsInGroups(Shape images, Shape kernels, CorrelationGeometry geometry)
    {
        if (kernels[0].Value == 0) return true;
        var (outputs, channels) = (kernels[0].Value * kernels[1].Value / images[1].Value, kernels[1].Value);
        var (fewer, more) = (Math.Min(outputs, channels), Math.Max(outputs, channels));
        if (fewer < FewOutputs) return true;
        if (kernels.Skip(2).All(d => d.Value == 1)) return false;
        if (geometry.Strides.Max() > 1) return fewer < FewestOfMatrices && HasElements(geometry.Results(images, kernels), MostSmallResults + 1);
        if (!HasElements(images, MostSmallElements + 1)) return more < MostChannelsOfGroup;
        return channels % MostChannelsOfGroup > 0 || outputs < MostChannelsOfGroup || (outputs * channels < LeastPairsOfMatrices && HasElements(images, MostElementsOfMatrices + 1));
    }

    /// <summary>What part of the lanes of whole vectors so many elements are.</summary>
    private static double Fill(long count) => (double)count / ((count + SomeOutputs - 1) / SomeOutputs * SomeOutputs);

    private static long Height(Shape kernels) => kernels.Rank < 4 ? 1 : kernels[^2].Value;

    /// <summary>Channels so few that all three products gain in all forms that were measured: forward and with gradients, of kernels of 1 to 9, in one to three dimensions.</summary>
    private static bool AreFew(DType type, Shape images, Shape kernels, CorrelationGeometry geometry)
    {
        var bytes = Vector512.IsHardwareAccelerated ? 64 : Vector256.IsHardwareAccelerated ? 32 : 16;
        var most = (bytes / type.Size(), geometry.Strides.Max()) switch { (>= 16, 1) => 8, (>= 16, 2) or (>= 8, 1) => 3, _ => 0 };
        return kernels[0].Value <= MostOutputsAlone && kernels[1].Value <= most && HasElements(images, LeastElementsAlone);
    }

    /// <summary>Whether images are those for which more channels were measured: flat, by 16 lanes, with windows no more than two places apart.</summary>
    private static bool MayShareRows(DType type, Shape images, CorrelationGeometry geometry) =>
        Vector512.IsHardwareAccelerated && type == DType.Float32 && images.Rank == 4 && HasElements(images, LeastElements)
        && geometry.Strides.Max() <= 2 && geometry.Dilations.All(d => d == 1);

    /// <summary>Windows of 3×3 that move by one place: computed in fewer products, for which the compiler needs vectors of 512 bits.</summary>
    private static bool IsInTiles(DType type, Shape images, Shape kernels, CorrelationGeometry geometry) =>
        Vector512.IsHardwareAccelerated && type == DType.Float32 && kernels.Rank == 4 && kernels[2].Value == 3 && kernels[3].Value == 3
        && geometry.Strides.All(s => s == 1) && geometry.Dilations.All(d => d == 1) && geometry.Low.All(n => n is >= 0 and <= 2)
        && !images.Skip(2).Any(d => d.IsConstant && d.Value < LeastExtentInTiles);

    /// <summary>Whether images have so many elements, or may have.</summary>
    private static bool HasElements(Shape images, long least)
    {
        var extents = images.Skip(2).ToArray();
        return !Array.TrueForAll(extents, d => d.IsConstant) || extents.Aggregate(1L, (n, d) => n * d.Value) >= least;
    }
}
