using System.Runtime.CompilerServices;

namespace GraphGrad;

/// <summary>How much surrounds images on each side: <c>1</c>, <c>(2, 1)</c> or <c>[2, 1]</c> for height and width, or <see cref="Same"/>; nothing by default.</summary>
[CollectionBuilder(typeof(SpatialPadding), nameof(Create))]
public readonly struct SpatialPadding
{
    private readonly PerAxis? numbers;
    private readonly bool isSame;

    private SpatialPadding(PerAxis? numbers, bool isSame)
    {
        this.numbers = numbers;
        this.isSame = isSame;
    }

    /// <summary>As much as keeps the extents, where the stride is 1; of an odd number one more after than before.</summary>
    public static SpatialPadding Same => new(null, true);

    /// <summary>The same on both sides of every axis.</summary>
    public static implicit operator SpatialPadding(int number) => new(number, false);

    /// <summary>For the height, and for the width.</summary>
    public static implicit operator SpatialPadding((int Height, int Width) numbers) => new(numbers, false);

    /// <summary>For each axis.</summary>
    public static implicit operator SpatialPadding((int Depth, int Height, int Width) numbers) => new(numbers, false);

    /// <summary>For each axis, or one number for all: what <c>[2, 1]</c> stands for.</summary>
    public static SpatialPadding Create(ReadOnlySpan<int> numbers) => new(PerAxis.Create(numbers), false);

    /// <summary>The numbers, one where it holds for all axes; none of <see cref="Same"/>, which depends on the window.</summary>
    public IEnumerator<int> GetEnumerator() => isSame ? Enumerable.Empty<int>().GetEnumerator() : (numbers ?? 0).GetEnumerator();

    /// <summary>How many elements before and after each axis.</summary>
    internal (int[] Low, int[] High) Around(Value x, int[] sizes, int[] strides, int[] dilations, string function)
    {
        if (!isSame)
        {
            var around = (numbers ?? 0).For(x, sizes.Length, function, "padding", 0);
            return (around, around);
        }
        if (Array.Exists(strides, s => s != 1)) throw x.Graph.Error(function, $"padding that keeps the extents of '{x.Name}' {x.Type} needs stride 1, not ({string.Join(", ", strides)}); give the padding as numbers.");
        int[] total = [.. sizes.Zip(dilations, (size, dilation) => dilation * (size - 1))];
        return ([.. total.Select(t => t / 2)], [.. total.Select(t => t - (t / 2))]);
    }
}
