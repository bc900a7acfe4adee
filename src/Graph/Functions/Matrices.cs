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
        return Sum(Where(Ops.Equal(Column(x), Row(x)), x, ZerosLike(x)), -1);
    }

    /// <summary>The sums of the main diagonals of square matrices.</summary>
    /// <exception cref="GraphException">x is no stack of square matrices.</exception>
    public static Value Trace(Value x) => Sum(Diagonal(x), -1);

    /// <summary>The identity matrix.</summary>
    public static Value Identity(Graph graph, Dim n, DType dtype = DType.Float32) => Identity(graph, n, n, dtype);

    /// <summary>A matrix with 1 on its main diagonal and 0 elsewhere.</summary>
    public static Value Identity(Graph graph, Dim rows, Dim columns, DType dtype = DType.Float32) =>
        Cast(Ops.Equal(Iota(graph, DType.Int64, [rows, columns], 0), Iota(graph, DType.Int64, [rows, columns], 1)), dtype);

    /// <summary>The inverses of the matrices in the last two axes; to solve a system, <see cref="Solve"/> is faster and more accurate.</summary>
    /// <exception cref="GraphException">a is no stack of square matrices of floats. In a run: a matrix is singular.</exception>
    public static Value Inverse(Value a) =>
        Solve(a, BroadcastTo(Identity(a.Graph, a.Rank == 0 ? 1 : a.Shape[^1], a.DType), a.Shape));

    /// <summary>The X with a·X = b for symmetric positive definite matrices, in half the time of <see cref="Solve"/>.</summary>
    /// <exception cref="GraphException">As for <see cref="Cholesky"/> and <see cref="TriangularSolve"/>.</exception>
    public static Value CholeskySolve(Value a, Value b)
    {
        var l = Cholesky(a);
        return TriangularSolve(l, TriangularSolve(l, b), transpose: true);
    }

    /// <summary>The logarithms of the determinants of symmetric positive definite matrices: twice the sum of the logarithms of the Cholesky factor's diagonal.</summary>
    /// <exception cref="GraphException">As for <see cref="Cholesky"/>.</exception>
    public static Value LogDeterminant(Value a) => Sum(Log(Diagonal(Cholesky(a))), -1) * 2;

    /// <summary>The last two axes exchanged.</summary>
    internal static Value SwapLast(Value x) => Transpose(x, [.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2]);

    private static Value Row(Value x) => Iota(x.Graph, DType.Int64, Matrix(x), 0);

    private static Value Column(Value x) => Iota(x.Graph, DType.Int64, Matrix(x), 1);

    private static Shape Matrix(Value x) => x.Rank >= 2 ? [x.Shape[^2], x.Shape[^1]]
        : throw x.Graph.Error("triangle", $"'{x.Name}' {x.Type} is no matrix; it needs at least two axes.");
}
