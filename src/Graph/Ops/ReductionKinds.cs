namespace GraphGrad.Operations;

/// <summary>Facts about reductions.</summary>
internal static class ReductionKinds
{
    /// <summary>What combines with anything to that thing: the result over no elements.</summary>
    public static double Identity(this ReductionKind kind) => kind switch
    {
        ReductionKind.Sum => 0,
        ReductionKind.Product => 1,
        ReductionKind.Maximum => double.NegativeInfinity,
        _ => double.PositiveInfinity,
    };

    /// <summary>The identity's bits in an element type, as a scalar constant holds them; integers use their extremes for infinity.</summary>
    public static long IdentityBits(this ReductionKind kind, DType type)
    {
        var identity = kind.Identity();
        return type switch
        {
            DType.Float32 => BitConverter.SingleToInt32Bits((float)identity),
            DType.Float64 => BitConverter.DoubleToInt64Bits(identity),
            DType.Int32 => double.IsInfinity(identity) ? (identity > 0 ? int.MaxValue : int.MinValue) : (int)identity,
            DType.Int64 => double.IsInfinity(identity) ? (identity > 0 ? long.MaxValue : long.MinValue) : (long)identity,
            _ => identity > 0 ? 1 : 0,
        };
    }
}
