using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Weights by direction and length: magnitude · direction / ‖direction‖₂, the norm of each slice along an axis by itself.</summary>
    /// <remarks>Salimans and Kingma, "Weight normalization: a simple reparameterization to accelerate training of deep neural networks", 2016. A slice of zeros gives NaN.</remarks>
    /// <param name="direction">float32 or float64.</param>
    /// <param name="magnitude">One for each slice, [n] or with all other axes of extent 1; a scalar if there is no axis.</param>
    /// <param name="axis">The axis of the slices, as of the outputs; null for one norm of all elements.</param>
    /// <exception cref="GraphException">The direction is not a float or has no such axis, or the magnitude is of another type or number.</exception>
    public static Value WeightNorm(Value direction, Value magnitude, int? axis = 0)
    {
        RequireFloat("weight_norm", direction);
        var norm = NormExcept("weight_norm", direction, axis);
        if (magnitude.DType != direction.DType || (!magnitude.Shape.Equals(norm.Shape) && !magnitude.Shape.Equals(axis is { } at ? [direction.Shape[Axes.Find(direction, at, "weight_norm")]] : Shape.Scalar)))
            throw direction.Graph.Error("weight_norm", $"the magnitude '{magnitude.Name}' {magnitude.Type} must be a {direction.DType.Text()} for each slice of '{direction.Name}' {direction.Type}, of shape {norm.Shape}.");
        return direction * (Reshape(magnitude, norm.Shape) / norm);
    }

    /// <summary>
    /// Weights divided by their largest singular value, as of a matrix of outputs by all else, by power iteration: u and v come near the singular vectors from one training step to the next, so one
    /// step of the iteration is enough. Derivatives take them for constants.
    /// </summary>
    /// <remarks>Miyato, Kataoka, Koyama and Yoshida, "Spectral normalization for generative adversarial networks", 2018.</remarks>
    /// <param name="weights">Of two axes or more, float32 or float64.</param>
    /// <param name="u">The left vector, one element for each output; keep the one given back in a variable. It may begin with random numbers.</param>
    /// <param name="v">The right vector, as many elements as an output has weights.</param>
    /// <param name="iterations">How often both are multiplied by the weights; 0 in evaluation.</param>
    /// <param name="axis">The axis of outputs: 0 of a convolution, 1 of a transposed one or of <see cref="Linear"/>.</param>
    /// <param name="epsilon">What lengths are divided by at least.</param>
    /// <returns>The weights divided, and the vectors.</returns>
    /// <exception cref="GraphException">The weights are no float of two axes or more, have no such axis, the vectors don't fit, or there are fewer than 0 iterations.</exception>
    public static (Value Weights, Value U, Value V) SpectralNorm(Value weights, Value u, Value v, int iterations = 1, int axis = 0, double epsilon = 1e-12)
    {
        RequireFloat("spectral_norm", weights);
        var at = Axes.Find(weights, axis, "spectral_norm");
        if (weights.Rank < 2) throw weights.Graph.Error("spectral_norm", $"'{weights.Name}' {weights.Type} is no matrix; a vector is normalized by L2Normalize.");
        if (iterations < 0) throw weights.Graph.Error("spectral_norm", $"the number of iterations for '{weights.Name}' is {iterations}; it must not be negative.");
        Dim outputs = weights.Shape[at], others = CountOf(weights, [.. Enumerable.Range(0, weights.Rank).Where(a => a != at)]);
        if (u.DType != weights.DType || v.DType != weights.DType || !u.Shape.Equals([outputs]) || !v.Shape.Equals([others]))
            throw weights.Graph.Error("spectral_norm", $"the vectors '{u.Name}' {u.Type} and '{v.Name}' {v.Type} must be of {outputs} and {others} elements, of the type of '{weights.Name}' {weights.Type}.");
        var matrix = Reshape(MoveAxis(weights, at, 0), [outputs, others]);
        var constant = StopGradient(matrix);
        (u, v) = (StopGradient(u), StopGradient(v));
        for (var i = 0; i < iterations; i++)
        {
            u = L2Normalize(MatMul(constant, v), epsilon: epsilon);
            v = L2Normalize(MatMul(u, constant), epsilon: epsilon);
        }
        return (weights / Sum(u * MatMul(matrix, v)), u, v);
    }

    /// <summary>
    /// A matrix with orthonormal columns (of a wide one, rows), a smooth function of any numbers, so that a weight stays orthogonal while those are trained.
    /// </summary>
    /// <remarks>
    /// Of what is below the diagonal, A less its transpose is skew; its exponential, and by Cayley (I + A/2)/(I - A/2), is orthogonal: Lezcano-Casado and Martínez-Rubio, "Cheap orthogonal constraints in
    /// neural networks", 2019. So is a product of reflections: Householder, 1958.
    /// </remarks>
    /// <param name="x">[…, m, n], float32 or float64; only what is below the diagonal (of a wide matrix, above) is read, but by the first two maps in the order in which they stand, of which the diagonal drops out.</param>
    /// <param name="map">How; the first two need n³ multiplications for the larger extent n, reflections the fewest.</param>
    /// <exception cref="GraphException">x is not a float, or no matrix.</exception>
    public static Value Orthogonal(Value x, OrthogonalMap map = OrthogonalMap.MatrixExp)
    {
        RequireFloat("orthogonal", x);
        if (x.Rank < 2 || !x.Shape[^1].IsConstant || !x.Shape[^2].IsConstant)
            throw x.Graph.Error("orthogonal", $"'{x.Name}' {x.Type} is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers.");
        if (x.Shape[^2].Value < x.Shape[^1].Value) return SwapLast(Orthogonal(SwapLast(x), map));
        var (rows, columns) = (x.Shape[^2], x.Shape[^1]);
        var below = TriangularLower(x, -1);
        if (map == OrthogonalMap.Householder) return HouseholderProduct(below, 2 / (1 + Sum(Square(below), -2)));
        var square = Pad(below, [.. Enumerable.Repeat((Dim)0, x.Rank)], [.. Enumerable.Repeat((Dim)0, x.Rank - 1), rows - columns]);
        var skew = square - SwapLast(square);
        if (map == OrthogonalMap.MatrixExp) return Slice(MatrixExp(skew), -1, 0, columns);
        var (unit, half) = (Identity(x.Graph, rows, x.DType), skew * 0.5);
        return Solve(unit - half, Slice(unit + half, -1, 0, columns));
    }

    /// <summary>The norm of each slice along an axis, with all other axes of extent 1; of all elements if there is no axis.</summary>
    private static Value NormExcept(string function, Value x, int? axis)
    {
        if (axis is not { } given) return Norm(x);
        var at = Axes.Find(x, given, function);
        return Norm(x, 2, [.. Enumerable.Range(0, x.Rank).Where(a => a != at)], keepDims: true);
    }
}
