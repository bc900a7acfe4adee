using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>
    /// The right singular vectors of float64 matrices with no more columns than rows, as columns in descending order of the singular values. The second
    /// result are the left ones, also those of singular values of 0, which only have to be orthogonal to the others; the third are the singular values. Both have no gradient of their own.
    /// </summary>
    /// <param name="HasVectors">Whether there are the first and the second result.</param>
    internal sealed record SingularVectorsOp(bool HasVectors = true) : RoutineOp
    {
        public override string Name => HasVectors ? "singular_vectors" : "singular_values";

        public override TensorType[] Infer(InferContext context)
        {
            var shape = context[0].Shape;
            if (context[0].DType != DType.Float64) throw context.Error($"{context.Text(0)} is not float64; cast it with Cast.");
            if (shape.Rank < 2) throw context.Error($"{context.Text(0)} is no matrix, nor a stack of them; reshape it.");
            var values = new TensorType(context[0].DType, new Shape([.. shape.Dims[..^2], shape[^1]]));
            return HasVectors ? [new TensorType(context[0].DType, shape.With(shape.Rank - 2, shape[^1])), context[0], values] : [values];
        }

        public override RoutineOp? Reduced(ReadOnlySpan<bool> isRead) => HasVectors && !isRead[0] && !isRead[1] ? new SingularVectorsOp(HasVectors: false) : null;

        // They are the eigenvectors of Aᵀ·A: V' = V·(F ∘ (Vᵀ·(A'ᵀ·A + Aᵀ·A')·V)) with F[i, j] = 1 / (s[j]² - s[i]²).
        public override Gradient[] Vjp(VjpContext context)
        {
            var (a, v) = (context.Input(0), context.Result);
            var outer = Ops.MatMul(Ops.MatMul(v, Ops.MatMul(Ops.SwapLast(v), context.Adjoint) * Gaps(a, v)), Ops.SwapLast(v));
            return [Ops.MatMul(a, outer + Ops.SwapLast(outer))];
        }

        public override Gradient Jvp(JvpContext context) => JvpOfAll(context)[0];

        public override Gradient[] JvpOfAll(JvpContext context)
        {
            var (a, v) = (context.Input(0), context.Result);
            var moved = Ops.MatMul(Ops.SwapLast(Ops.MatMul(a, v)), Ops.MatMul(context.Tangent(0), v));
            return [Ops.MatMul(v, (moved + Ops.SwapLast(moved)) * Gaps(a, v)), Gradient.None, Gradient.None];
        }

        public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

        public override Value[] BatchOfAll(BatchContext context) => [.. context.Node.Graph.AddNode(this, [context.Batched(0)]).Outputs];

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, HasVectors ? 8 : 3);

        public override void Evaluate(EvaluationContext context)
        {
            var (m, n) = (context.Inputs[0].Extents[^2], context.Inputs[0].Extents[^1]);
            var right = HasVectors ? context.Output.Span<double>() : [];
            var left = HasVectors ? context.Outputs[1].Span<double>() : [];
            Rotations.OfColumns(context.Inputs[0].Span<double>(), right, left, context.Outputs[^1].Span<double>(), m, n);
        }

        private static Value Gaps(Value a, Value v) => Ops.InverseGaps(Ops.Sum(Ops.Square(Ops.MatMul(a, v)), -2));
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// U·diag(S)·Vᵀ of the matrices in the last two axes. A routine, in float64 for either type: Hestenes's rotations of columns, of more than 16 columns a bidiagonal matrix and its halves, or, where only singular values
        /// are read, quotients and differences. For U squares of the elements must be neither infinite nor subnormal in float64, as those of float32 never are. Of each row of Vᵀ the largest element is positive; of a wide
        /// matrix, of each column of U.
        /// </summary>
        /// <remarks>Hestenes, "Inversion of matrices by biorthogonalization and related results", 1958; Golub and Kahan, "Calculating the singular values and pseudo-inverse of a matrix", 1965; Gu and Eisenstat, "A divide-and-conquer algorithm for the bidiagonal SVD", 1995; Fernando and Parlett, "Accurate singular values and differential qd algorithms", 1994.</remarks>
        /// <param name="a">[…, m, n] of known extents, float32 or float64.</param>
        /// <param name="full">Whether U and Vᵀ are square: further columns of U, or rows of Vᵀ, complete an orthonormal basis. Derivatives are then right for what does not depend on which basis it is.</param>
        /// <returns>
        /// With k the smaller of m and n: U, […, m, k], S, […, k], descending, and Vᵀ, […, k, n]; if full, U, […, m, m], and Vᵀ, […, n, n]. Singular values have first derivatives where they are not 0; vectors, and second derivatives, where no two are
        /// equal either. What belongs to singular values of 0, or below max(m, n) units of the last place (of float64) of the largest, completes an orthonormal basis and counts as constant. A matrix
        /// with NaN or ∞ gives NaN.
        /// </returns>
        /// <exception cref="GraphException">a is not a float, has fewer than two axes, or m or n is not known.</exception>
        public static (Value U, Value S, Value Vt) Svd(Value a, bool full = false)
        {
            RequireFloat("singular_values", a);
            if (a.Rank < 2 || !a.Shape[^2].IsConstant || !a.Shape[^1].IsConstant) throw a.Graph.Error("singular_values", $"'{a.Name}' {a.Type} is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers.");
            if (a.Shape[^2].Value < a.Shape[^1].Value)
            {
                var (left, values, right) = Svd(SwapLast(a), full);
                return (SwapLast(right), values, SwapLast(left));
            }
            using var scope = a.Graph.Scope("singular_values");
            var wide = Cast(a, DType.Float64);
            var v = RightVectors(wide);
            var s = CustomGradient(
                x => x[0].Graph.AddNode(new SingularVectorsOp(), [x[0]]).Outputs[2],
                c => [MatMul(LeftVectors(c.Inputs[0]) * ExpandDims(c.Adjoint, -2), SwapLast(RightVectors(c.Inputs[0])))],
                c => Sum(LeftVectors(c.Inputs[0]) * MatMul(c.Tangents[0], RightVectors(c.Inputs[0])), -2),
                wide);
            var u = LeftVectors(wide);
            if (full && a.Shape[^2] != a.Shape[^1]) u = a.Shape[^1].Is(0) ? BroadcastTo(Identity(a.Graph, a.Shape[^2], DType.Float64), a.Shape.With(a.Rank - 1, a.Shape[^2])) : Concat([u, Complement(u)], -1);
            return (Cast(u, a.DType), Cast(s, a.DType), Cast(SwapLast(v), a.DType));
        }

        internal static Value RightVectors(Value a) => a.Graph.Add(new SingularVectorsOp(), [a]);

        /// <summary>The routine's left vectors, which are orthogonal also where singular values are small, with the derivatives of the columns of A·V, divided by their lengths; without any where these are nothing.</summary>
        private static Value LeftVectors(Value a) => CustomGradient(
            x => x[0].Graph.AddNode(new SingularVectorsOp(), [x[0]]).Outputs[1],
            c =>
            {
                var change = OfDirections(c.Inputs, c.Adjoint);
                return [MatMul(change, SwapLast(c.Inputs[1])), MatMul(SwapLast(c.Inputs[0]), change)];
            },
            c => OfDirections(c.Inputs, MatMul(c.Tangents[0], c.Inputs[1]) + MatMul(c.Inputs[0], c.Tangents[1])),
            a, RightVectors(a));

        /// <summary>How the directions of the columns of a product change with these: a symmetric map, so that it is its own transpose.</summary>
        private static Value OfDirections(IReadOnlyList<Value> factors, Value change)
        {
            var columns = MatMul(factors[0], factors[1]);
            var squares = Sum(Square(columns), -2, keepDims: true);
            var isNone = squares <= Max(squares, -1, keepDims: true) * Operations.Rotations.Negligible((int)columns.Shape[^2].Value);
            var lengths = Sqrt(Where(isNone, 1, squares));
            var directions = columns / lengths;
            return Where(isNone, 0, (change - (directions * Sum(directions * change, -2, keepDims: true))) / lengths);
        }
    }
}
