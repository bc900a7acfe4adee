namespace GraphGrad.Rewriting.Precision;

/// <summary>How a chain fails in float32.</summary>
/// <param name="Point">Where it fails worst, one number a leaf.</param>
/// <param name="Error">The relative error there; infinite where it leaves the range, 0 if it may fail between the points that were tried.</param>
/// <param name="Expansions">Where float64 fails too, and powers serve.</param>
internal sealed record ChainVerdict(double[] Point, double Error, Expansion[] Expansions)
{
    /// <summary>Whether float64 loses the digits, too, where no powers serve.</summary>
    public bool LosesInFloat64 { get; init; }

    /// <summary>Whether double-double arithmetic loses them, too; null if not. Only reports ask, and the answer is dear.</summary>
    public Lazy<bool>? LosesInDoubleDouble { get; init; }
}
