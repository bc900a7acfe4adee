namespace GraphGrad.Rewriting;

/// <summary>What a rewrite does not preserve. Equality in real arithmetic, where the original is defined, always holds.</summary>
[Flags]
public enum Soundness
{
    /// <summary>The same bits for all operands (a NaN stays some NaN).</summary>
    Exact = 0,

    /// <summary>A zero may come out with the other sign.</summary>
    SignOfZero = 1,

    /// <summary>Results may differ by rounding, and be finite where the original overflows or cancels.</summary>
    Rounding = 2,

    /// <summary>Equal only if no operand is NaN or infinite and every function is called inside its domain.</summary>
    AssumesFinite = 4,
}
