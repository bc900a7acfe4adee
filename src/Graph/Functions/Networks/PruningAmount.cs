using System.Globalization;

namespace GraphGrad;

/// <summary>How many weights, or slices of them, a mask leaves out: a number, 3, or a share, 0.3, of those that are left, rounded to the nearest number (halves to even ones).</summary>
public readonly struct PruningAmount
{
    private readonly int? count;
    private readonly double share;

    private PruningAmount(int? count, double share) => (this.count, this.share) = (count, share);

    /// <summary>A number; all, if there are not so many.</summary>
    /// <exception cref="GraphException">The number is negative.</exception>
    public static implicit operator PruningAmount(int count) => count >= 0 ? new(count, 0)
        : throw new GraphException($"pruning: {count} weights cannot be left out; the number must not be negative. Built at {Origin.Capture()}.");

    /// <summary>A share of those that are left.</summary>
    /// <exception cref="GraphException">The share is not between 0 and 1.</exception>
    public static implicit operator PruningAmount(double share) => share is >= 0 and <= 1 ? new(null, share)
        : throw new GraphException($"pruning: the share {share.ToString(CultureInfo.InvariantCulture)} of weights to leave out must be between 0 and 1. Built at {Origin.Capture()}.");

    /// <summary>The number, of so many (int64).</summary>
    internal Value Of(Value left) => count is { } number ? Ops.Minimum(left, number) : Ops.Cast(Ops.Round(share * Ops.Cast(left, DType.Float64)), DType.Int64);

    /// <summary>The number or the share.</summary>
    public override string ToString() => count?.ToString(CultureInfo.InvariantCulture) ?? share.ToString(CultureInfo.InvariantCulture);
}
