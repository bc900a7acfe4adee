namespace GraphGrad;

public static partial class Ops
{
    /// <summary>What stands on and below a diagonal of each matrix in the last two axes; the rest is zero.</summary>
    /// <param name="x">[…, n, m].</param>
    /// <param name="diagonal">Which diagonal: 0 for the main one, 1 for the one above it, -1 for the one below.</param>
    /// <exception cref="GraphException">x has fewer than two axes.</exception>
    public static Value TriangularLower(Value x, int diagonal = 0) => Where(Column(x) <= Row(x) + (long)diagonal, x, ZerosLike(x));

    /// <summary>What stands on and above a diagonal of each matrix in the last two axes; the rest is zero.</summary>
    /// <param name="x">[…, n, m].</param>
    /// <param name="diagonal">Which diagonal: 0 for the main one, 1 for the one above it, -1 for the one below.</param>
    /// <exception cref="GraphException">x has fewer than two axes.</exception>
    public static Value TriangularUpper(Value x, int diagonal = 0) => Where(Column(x) >= Row(x) + (long)diagonal, x, ZerosLike(x));

    /// <summary>The main diagonals of square matrices: […, n] of […, n, n].</summary>
    /// <exception cref="GraphException">x is no stack of square matrices.</exception>
    public static Value Diagonal(Value x)
    {
        if (x.Rank < 2 || x.Shape[^1] != x.Shape[^2]) throw x.Graph.Error("diagonal", $"'{x.Name}' {x.Type} is no square matrix, nor a stack of them: its last two axes must be equal. Slice it.");
        // One term of each sum is not 0, so it has the type of x, whatever type sums have.
        return Cast(Sum(Where(Ops.Equal(Column(x), Row(x)), x, ZerosLike(x)), -1), x.DType);
    }

    /// <summary>The sums of the main diagonals of matrices.</summary>
    /// <exception cref="GraphException">x has fewer than two axes, or matrices of unknown extents that are not square.</exception>
    public static Value Trace(Value x) => Sum(x.Rank >= 2 && x.Shape[^1] != x.Shape[^2] ? Diagonal(x, 0) : Diagonal(x), -1);

    /// <summary>The identity matrix.</summary>
    public static Value Identity(Graph graph, Dim n, DType dtype = DType.Float32) => Identity(graph, n, n, dtype);

    /// <summary>A matrix with 1 on its main diagonal and 0 elsewhere.</summary>
    public static Value Identity(Graph graph, Dim rows, Dim columns, DType dtype = DType.Float32) =>
        Cast(Ops.Equal(Iota(graph, [rows, columns]), Iota(graph, [rows, columns], 1)), dtype);

    /// <summary>The inverses of the matrices in the last two axes; to solve a system, <see cref="Solve"/> is faster and more accurate.</summary>
    /// <exception cref="GraphException">a is no stack of square matrices of floats. In a run: a matrix is singular.</exception>
    public static Value Inverse(Value a)
    {
        if (a.Rank < 2 || a.Shape[^1] != a.Shape[^2]) throw a.Graph.Error("inverse", $"'{a.Name}' {a.Type} is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it.");
        return Solve(a, BroadcastTo(Identity(a.Graph, a.Shape[^1], a.DType), a.Shape));
    }

    /// <summary>The X with a·X = b for symmetric positive definite matrices, in half the time of <see cref="Solve"/>.</summary>
    /// <exception cref="GraphException">As for <see cref="Cholesky"/> and <see cref="TriangularSolve"/>.</exception>
    public static Value SolvePositiveDefinite(Value a, Value b) => IsSmallSystem(a, b)
        ? Cast(SolvePositiveDefinite(Cast(a, DType.Float64), Cast(b, DType.Float64)), a.DType)
        : CholeskySolve(Cholesky(a), b);

    /// <summary>
    /// The X with L·Lᵀ·X = b, given what <see cref="Cholesky"/> gave for L·Lᵀ, as in SciPy and PyTorch; <see cref="SolvePositiveDefinite"/> takes the
    /// matrix itself.
    /// </summary>
    /// <param name="factor">Lower triangular matrices; what is above their diagonals is not read.</param>
    /// <param name="b">Matrices, or one vector for each factor.</param>
    /// <exception cref="GraphException">As for <see cref="TriangularSolve"/>.</exception>
    public static Value CholeskySolve(Value factor, Value b) => IsSmallSystem(factor, b)
        ? Cast(CholeskySolve(Cast(factor, DType.Float64), Cast(b, DType.Float64)), factor.DType)
        : TriangularSolve(factor, TriangularSolve(factor, b), transpose: true);

    private static bool IsSmallSystem(Value a, Value b) =>
        IsSmall(a) && a.Shape[^1] == a.Shape[^2] && b.DType == a.DType && b.Rank > 0 && (b.Rank == 1 ? b.Shape[0] : b.Shape[^2]) == a.Shape[^1];

    /// <summary>The logarithms of the determinants of matrices, which neither overflow nor underflow: NaN where one is negative, with the gradient 0, as in libtorch, -∞ where it is 0.</summary>
    /// <inheritdoc cref="SignedLogDeterminant" path="/param|/exception"/>
    public static Value LogDeterminant(Value a)
    {
        var (sign, logarithm) = SignedLogDeterminant(a);
        return Where(sign < 0, double.NaN, logarithm);
    }

    /// <summary>
    /// The determinants of the matrices in the last two axes: of two or three rows by expansion, of more the product of U's diagonal in <see cref="Lu"/>. The gradient is that of <see cref="Cofactors"/>,
    /// right for singular matrices too; second derivatives of more rows need matrices that are not singular.
    /// </summary>
    /// <param name="a">[…, n, n]; the determinant of no rows is 1.</param>
    /// <exception cref="GraphException">a is no stack of square matrices of floats.</exception>
    public static Value Determinant(Value a)
    {
        if (a.Rank < 2 || a.Shape[^1] != a.Shape[^2]) throw a.Graph.Error("determinant", $"'{a.Name}' {a.Type} is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it.");
        if (IsSmall(a)) return Cast(Determinant(Cast(a, DType.Float64)), a.DType);
        if (a.Shape[^1] is { IsConstant: true, Value: 2 or 3 }) return Expanded(a);
        return CustomGradient(
            v =>
            {
                var factors = Lu(v[0]);
                return factors.Parity * Prod(Diagonal(factors.Packed), -1);
            },
            c => [KeepAxes(c.Adjoint, c.Inputs[0].Shape, [c.Inputs[0].Rank - 2, c.Inputs[0].Rank - 1]) * Cofactors(c.Inputs[0])],
            c => Sum(Cofactors(c.Inputs[0]) * c.Tangents[0], [-2, -1]),
            a);
    }

    /// <summary>The determinant of two or three rows, by the first one: elementwise, so that lost digits are seen.</summary>
    private static Value Expanded(Value a)
    {
        return a.Shape[^1].Value == 2 ? Minor(0, 1, 0) : (At(0, 0) * Minor(1, 2, 1)) - (At(0, 1) * Minor(0, 2, 1)) + (At(0, 2) * Minor(0, 1, 1));

        Value At(int row, int column) => Squeeze(Slice(Slice(a, -2, row, 1), -1, column, 1), -2, -1);

        Value Minor(int left, int right, int row) => (At(row, left) * At(row + 1, right)) - (At(row, right) * At(row + 1, left));
    }

    /// <summary>
    /// Signs of the determinants of matrices, and the logarithms of their absolute values, which neither overflow nor underflow; 0 and -∞ for a singular matrix, which has no gradient.
    /// </summary>
    /// <param name="a">[…, n, n].</param>
    /// <returns>The signs, 1, -1 or 0, through which no gradient flows, and the logarithms, with the gradient a⁻ᵀ.</returns>
    /// <exception cref="GraphException">a is no stack of square matrices of floats. In a run of its gradient: a matrix is singular.</exception>
    public static (Value Sign, Value LogAbs) SignedLogDeterminant(Value a)
    {
        if (a.Rank < 2 || a.Shape[^1] != a.Shape[^2]) throw a.Graph.Error("signed_log_determinant", $"'{a.Name}' {a.Type} is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it.");
        if (IsSmall(a))
        {
            var (sign, ofWide) = SignedLogDeterminant(Cast(a, DType.Float64));
            return (Cast(sign, a.DType), Cast(ofWide, a.DType));
        }
        var factors = Lu(a);
        var diagonal = StopGradient(Diagonal(factors.Packed));
        var logarithm = CustomGradient(
            _ => Sum(Log(Abs(diagonal)), -1),
            c => [KeepAxes(c.Adjoint, c.Inputs[0].Shape, [c.Inputs[0].Rank - 2, c.Inputs[0].Rank - 1]) * SwapLast(Inverse(c.Inputs[0]))],
            c => Trace(Solve(c.Inputs[0], c.Tangents[0])),
            a);
        return (StopGradient(factors.Parity) * Prod(Sign(diagonal), -1), logarithm);
    }

    /// <summary>A product of n equal matrices, by repeated squaring; of -n inverses if n is negative, and the identity if it is 0.</summary>
    /// <param name="a">[…, n, n].</param>
    /// <param name="exponent">The power.</param>
    /// <exception cref="GraphException">a is no stack of square matrices, or the exponent is negative and a is no float. In a run: the exponent is negative and a matrix is singular.</exception>
    public static Value MatrixPower(Value a, int exponent)
    {
        if (a.Rank < 2 || a.Shape[^1] != a.Shape[^2]) throw a.Graph.Error("matrix_power", $"'{a.Name}' {a.Type} is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it.");
        if (exponent == 0) return BroadcastTo(Identity(a.Graph, a.Shape[^1], a.DType), a.Shape);
        var square = exponent < 0 ? Inverse(a) : a;
        Value? result = null;
        for (var rest = Math.Abs((long)exponent); ; square = MatMul(square, square))
        {
            if (rest % 2 == 1) result = result is null ? square : MatMul(result, square);
            rest /= 2;
            if (rest == 0) return result!;
        }
    }

    /// <summary>The last two axes exchanged.</summary>
    internal static Value SwapLast(Value x) => Transpose(x, [.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2]);

    private static Value Row(Value x) => Iota(x.Graph, Matrix(x));

    private static Value Column(Value x) => Iota(x.Graph, Matrix(x), 1);

    private static Shape Matrix(Value x) => x.Rank >= 2 ? [x.Shape[^2], x.Shape[^1]]
        : throw x.Graph.Error("triangle", $"'{x.Name}' {x.Type} is no matrix; it needs at least two axes.");
}
