namespace GraphGrad;

/// <summary>Norms of a matrix.</summary>
public enum MatrixNormOrder
{
    /// <summary>√Σx².</summary>
    Frobenius,

    /// <summary>The largest sum of absolute values of a column: order 1.</summary>
    LargestColumn,

    /// <summary>The smallest sum of absolute values of a column: order -1.</summary>
    SmallestColumn,

    /// <summary>The largest sum of absolute values of a row: order ∞.</summary>
    LargestRow,

    /// <summary>The smallest sum of absolute values of a row: order -∞.</summary>
    SmallestRow,

    /// <summary>The largest singular value: order 2.</summary>
    LargestSingular,

    /// <summary>The smallest singular value: order -2.</summary>
    SmallestSingular,

    /// <summary>The sum of the singular values.</summary>
    Nuclear,
}
