namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The <paramref name="count"/> largest or smallest eigenvalues of symmetric matrices and their vectors, A·x = λ·x or A·x = λ·B·x, by steps each of which takes the best of what the vectors, their residuals and the last
    /// moves span (LOBPCG). In products of a with few columns, where <see cref="SymmetricEigen"/> makes all of a tridiagonal; of up to some hundred rows that is faster. Derivatives come from the implicit function theorem, to any order: one linear system of a's
    /// size for each vector. Those of vectors of equal eigenvalues do not exist, and fail the run.
    /// </summary>
    /// <remarks>Knyazev, "Toward the optimal preconditioned eigensolver: locally optimal block preconditioned conjugate gradient method", 2001; the basis made orthonormal as by Hetmaniuk and Lehoucq, "Basis selection in LOBPCG", 2006.</remarks>
    /// <param name="a">[…, n, n] of known extent, float32 or float64. Its symmetric part is taken.</param>
    /// <param name="count">How many; at most a third of n.</param>
    /// <param name="largest">Whether the largest are wanted, the largest first; else the smallest, the smallest first.</param>
    /// <param name="b">B: as a, symmetric and positive definite; null for the identity.</param>
    /// <param name="start">Where the vectors start: […, n, count]; null for random ones.</param>
    /// <param name="preconditioner">Near the inverse of a, […, n, n], where the smallest eigenvalues are wanted; null for none. No gradient flows to it, nor to the start.</param>
    /// <param name="tolerance">The norm of A·x - λ·B·x relative to (‖A‖ + |λ|·‖B‖)·‖x‖ at which steps end; null for the root of the type's distance of 1 from the next number. Values are exact to its square.</param>
    /// <param name="maximumIterations">After so many steps the run fails.</param>
    /// <param name="seed">The key of the generator, as for <see cref="RandomBits"/>.</param>
    /// <returns>The eigenvalues, […, count], and the vectors in columns, […, n, count], with xᵀ·B·x = 1; their signs are not determined.</returns>
    /// <exception cref="GraphException">Types or shapes do not fit, n is not known or below three times the count, or a number is out of range. In a run: the tolerance is not reached.</exception>
    public static (Value Values, Value Vectors) Lobpcg(
        Value a, int count = 1, bool largest = true, Value? b = null, Value? start = null, Value? preconditioner = null, double? tolerance = null, int maximumIterations = 1000, long? seed = null)
    {
        RequireFloat("lobpcg", a);
        if (a.Rank < 2 || a.Shape[^1] != a.Shape[^2] || !a.Shape[^1].IsConstant) throw a.Graph.Error("lobpcg", $"'{a.Name}' {a.Type} is no square matrix of known extent, nor a stack of them. Slice or reshape it.");
        if (count < 1 || a.Shape[^1].Value < 3 * count) throw a.Graph.Error("lobpcg", $"of '{a.Name}' {a.Type} 1 … {a.Shape[^1].Value / 3} eigenvalues can be found by steps, not {count}; SymmetricEigen finds all.");
        foreach (var (what, value) in new[] { ("right matrix", b), ("preconditioner", preconditioner) })
        {
            if (value is not null && !value.Type.Equals(a.Type)) throw a.Graph.Error("lobpcg", $"the {what} '{value.Name}' {value.Type} must be as '{a.Name}' {a.Type}. Cast or broadcast it.");
        }
        var shape = a.Shape.With(a.Rank - 1, count);
        if (start is not null && (start.DType != a.DType || !start.Shape.Equals(shape))) throw a.Graph.Error("lobpcg", $"the start '{start.Name}' {start.Type} must be {a.DType.Text()}{shape}, {count} columns for '{a.Name}' {a.Type}.");
        var bound = tolerance ?? Math.Sqrt(a.DType == DType.Float32 ? MathF.BitIncrement(1f) - 1f : Math.BitIncrement(1.0) - 1.0);
        if (!(bound > 0) || maximumIterations < 1) throw a.Graph.Error("lobpcg", $"the tolerance {bound} must be above 0, and the number of steps {maximumIterations} at least 1.");
        if (IsSmall(a))
        {
            var (values, vectors) = Lobpcg(Wide(a)!, count, largest, Wide(b), Wide(start), Wide(preconditioner), tolerance, maximumIterations, seed);
            return (Cast(values, DType.Float32), Cast(vectors, DType.Float32));
        }
        using var scope = a.Graph.Scope("lobpcg");
        a = (a + SwapLast(a)) * 0.5;
        b = b is null ? null : (b + SwapLast(b)) * 0.5;
        var first = StopGradient(start ?? RandomNormal(a.Graph, shape, seed, a.DType));
        var inverse = preconditioner is null ? null : StopGradient(preconditioner);
        // The last row of the unknowns holds the eigenvalues.
        var solution = CustomGradient(
            v => new EigenSearch(v[0], Second(v), inverse, count, largest).Run(first, bound, maximumIterations),
            c => EigenEquation.Gradients(c.Inputs[0], Second(c.Inputs), c.Result, c.Adjoint),
            c => EigenEquation.Tangent(c.Inputs[0], Second(c.Inputs), c.Result, c.Tangents[0], Second(c.Tangents)),
            b is null ? [a] : [a, b]);
        var n = a.Shape[^1].Value;
        return (Squeeze(Slice(solution, -2, n, 1), -2), Slice(solution, -2, 0, n));

        static Value? Wide(Value? x) => x is null ? null : Cast(x, DType.Float64);

        static Value? Second(IReadOnlyList<Value> values) => values.Count > 1 ? values[1] : null;
    }
}

/// <summary>The steps of <see cref="Ops.Lobpcg"/>.</summary>
internal sealed class EigenSearch(Value a, Value? b, Value? preconditioner, int count, bool largest)
{
    /// <summary>The vectors in columns, below each its eigenvalue.</summary>
    public Value Run(Value start, double tolerance, int maximumIterations)
    {
        var basis = Ops.Qr(start).Q;
        var (values, weights) = Best(basis);
        var x = Ops.MatMul(basis, weights);
        var (residual, size) = Rest(x, values);
        var carries = Ops.While(
            c => Ops.Any(c[4] > tolerance), c => Step(c[0], c[1], c[3]), [x, Ops.ZerosLike(x), values, residual, size], maximumIterations);
        var worst = Ops.Max(carries[4]);
        var vectors = Ops.Require(
            carries[0], worst <= tolerance,
            $"the residuals of eigenvectors did not fall to {tolerance:G3} in {maximumIterations} steps, but to {{0}}. Allow more steps or a larger tolerance, ask for some more eigenvalues, give a preconditioner, or take SymmetricEigen.", worst);
        return Ops.Concat([vectors, Ops.ExpandDims(carries[2], -2)], -2);
    }

    private Value[] Step(Value x, Value move, Value residual)
    {
        var search = preconditioner is null ? residual : Ops.MatMul(preconditioner, residual);
        // An orthonormal basis keeps the digits that the three parts lose, whose directions become one.
        var basis = Ops.Qr(Ops.Concat([x, search, move], -1)).Q;
        var (values, weights) = Best(basis);
        var next = Ops.MatMul(basis, weights);
        var width = basis.Shape[^1].Value;
        // What the first columns, which span x, do not hold.
        var moved = Ops.MatMul(Ops.Slice(basis, -1, count, width - count), Ops.Slice(weights, -2, count, width - count));
        var (rest, size) = Rest(next, values);
        return [next, moved, values, rest, size];
    }

    /// <summary>The outermost eigenvalues within the span of a basis, and their vectors by its columns.</summary>
    private (Value Values, Value Weights) Best(Value basis)
    {
        var inner = Ops.MatMul(Ops.SwapLast(basis), Ops.MatMul(a, basis));
        var factor = b is null ? null : Ops.Cholesky(Ops.MatMul(Ops.SwapLast(basis), Ops.MatMul(b, basis)));
        if (factor is not null) inner = Ops.TriangularSolve(factor, Ops.SwapLast(Ops.TriangularSolve(factor, inner)));
        var (values, vectors) = Ops.SymmetricEigen(inner);
        if (largest) (values, vectors) = (Ops.Reverse(values, -1), Ops.Reverse(vectors, -1));
        var weights = Ops.Slice(vectors, -1, 0, count);
        return (Ops.Slice(values, -1, 0, count), factor is null ? weights : Ops.TriangularSolve(factor, weights, transpose: true));
    }

    /// <summary>A·x - λ·B·x, and its norm as the tolerance counts it.</summary>
    private (Value Residual, Value Size) Rest(Value x, Value values)
    {
        var image = b is null ? x : Ops.MatMul(b, x);
        var rest = Ops.MatMul(a, x) - Ops.ExpandDims(values, -2) * image;
        var ofB = b is null ? Ops.Abs(values) * Math.Sqrt(a.Shape[^1].Value) : Ops.Abs(values) * Size(b);
        return (rest, Ops.Norm(rest, axis: -2) / ((Size(a) + ofB) * Ops.Norm(x, axis: -2)));

        static Value Size(Value matrix) => Ops.ExpandDims(Ops.Sqrt(Ops.Sum(Ops.Square(matrix), [-2, -1])), -1);
    }
}

/// <summary>
/// The derivatives of eigenvectors and eigenvalues z = (x, λ), of which A·x - λ·B·x and ½ - ½·xᵀ·B·x are 0: with these signs the equations' derivative by z is a symmetric matrix.
/// </summary>
internal static class EigenEquation
{
    public static Value?[] Gradients(Value a, Value? b, Value z, Value adjoint)
    {
        var (x, values) = Parts(z);
        var (ofVectors, ofLengths) = Parts(Solved(a, b, z, adjoint));
        var byMatrix = Ops.MatMul(ofVectors, Ops.SwapLast(x));
        return b is null ? [byMatrix] : [byMatrix, -Ops.MatMul(ofVectors * values + 0.5 * x * ofLengths, Ops.SwapLast(x))];
    }

    public static Value Tangent(Value a, Value? b, Value z, Value tangent, Value? ofB)
    {
        var (x, values) = Parts(z);
        var moved = Ops.MatMul(tangent, x);
        var lengths = Ops.ZerosLike(values);
        if (ofB is not null)
        {
            var image = Ops.MatMul(ofB, x);
            (moved, lengths) = (moved - values * image, -0.5 * Ops.Sum(x * image, -2, keepDims: true));
        }
        return Solved(a, b, z, Ops.Concat([moved, lengths], -2));
    }

    private static (Value Vectors, Value Values) Parts(Value z)
    {
        var n = z.Shape[^2] - 1;
        return (Ops.Slice(z, -2, 0, n), Ops.Slice(z, -2, n, 1));
    }

    /// <summary>What the equations' derivative makes the negative of a side of, for one column after the other.</summary>
    private static Value Solved(Value a, Value? b, Value z, Value side)
    {
        var (x, values) = Parts(z);
        var (columns, shifts) = (Ops.ExpandDims(Ops.SwapLast(b is null ? x : Ops.MatMul(b, x)), -1), Ops.ExpandDims(Ops.SwapLast(values), -1));
        var shifted = Ops.ExpandDims(a, -3) - shifts * (b is null ? Ops.Identity(a.Graph, a.Shape[^1], a.DType) : Ops.ExpandDims(b, -3));
        var bordered = Ops.Concat([Ops.Concat([shifted, -columns], -1), Ops.Concat([-Ops.SwapLast(columns), Ops.ZerosLike(shifts)], -1)], -2);
        return -Ops.SwapLast(Ops.Squeeze(Ops.Solve(bordered, Ops.ExpandDims(Ops.SwapLast(side), -1)), -1));
    }
}
