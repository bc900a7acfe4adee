namespace GraphGrad;

/// <summary>How <see cref="Ops.Orthogonal"/> makes orthogonal matrices of numbers.</summary>
public enum OrthogonalMap
{
    /// <summary>The exponential of a skew matrix.</summary>
    MatrixExp,

    /// <summary>The quotient of the identity and half a skew matrix, added and subtracted.</summary>
    Cayley,

    /// <summary>A product of reflections.</summary>
    Householder,
}
