using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The eigenvectors of symmetric float64 matrices, as columns in ascending order of the eigenvalues. The second result, which has no gradient of its own, are the eigenvalues.</summary>
    /// <param name="HasVectors">Whether there is a first result.</param>
    internal sealed record EigenVectorsOp(bool HasVectors = true) : RoutineOp
    {
        public override string Name => HasVectors ? "eigenvectors" : "eigenvalues";

        public override TensorType[] Infer(InferContext context)
        {
            RequireSquare(context, 0);
            if (context[0].DType != DType.Float64) throw context.Error($"{context.Text(0)} is not float64; cast it with Cast.");
            var values = new TensorType(DType.Float64, new Shape([.. context[0].Shape.Dims[..^1]]));
            return HasVectors ? [context[0], values] : [values];
        }

        public override RoutineOp? Reduced(ReadOnlySpan<bool> isRead) => HasVectors && !isRead[0] ? new EigenVectorsOp(HasVectors: false) : null;

        // V' = V·(F ∘ (Vᵀ·A'·V)) with F[i, j] = 1 / (λ[j] - λ[i]).
        public override Gradient[] Vjp(VjpContext context)
        {
            var v = context.Node.Outputs[0];
            var inner = Ops.MatMul(Ops.SwapLast(v), context.Adjoints[0]) * Ops.InverseGaps(Ops.Sum(v * Ops.MatMul(context.Input(0), v), -2));
            var outer = Ops.MatMul(Ops.MatMul(v, inner), Ops.SwapLast(v));
            return [(outer + Ops.SwapLast(outer)) * 0.5];
        }

        public override Gradient Jvp(JvpContext context) => JvpOfAll(context)[0];

        public override Gradient[] JvpOfAll(JvpContext context)
        {
            var v = context.Node.Outputs[0];
            var moved = Ops.MatMul(Ops.MatMul(Ops.SwapLast(v), context.Tangent(0)), v);
            var inner = (moved + Ops.SwapLast(moved)) * 0.5 * Ops.InverseGaps(Ops.Sum(v * Ops.MatMul(context.Input(0), v), -2));
            return [Ops.MatMul(v, inner), Gradient.None];
        }

        public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

        public override Value[] BatchOfAll(BatchContext context) => [.. context.Node.Graph.AddNode(this, [context.Batched(0)]).Outputs];

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, HasVectors ? 4 : 2);

        public override void Evaluate(EvaluationContext context) =>
            Rotations.Symmetric(context.Inputs[0].Span<double>(), context.Outputs[^1].Span<double>(), HasVectors ? context.Output.Span<double>() : [], context.Inputs[0].Extents[^1]);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Eigenvalues and eigenvectors of the symmetric matrices (a + aᵀ) / 2 in the last two axes. A routine: Jacobi's rotations, of more than 16 rows a tridiagonal matrix and its halves, in float64 for either type, about 50 or 5 n³ operations. Of each eigenvector
        /// the largest element is positive.
        /// </summary>
        /// <remarks>Jacobi, "Über ein leichtes Verfahren, die in der Theorie der Säcularstörungen vorkommenden Gleichungen numerisch aufzulösen", 1846.</remarks>
        /// <param name="a">[…, n, n], float32 or float64.</param>
        /// <returns>
        /// The eigenvalues, […, n], ascending, and the eigenvectors, […, n, n], as columns. Eigenvalues have first derivatives everywhere; eigenvectors, and second derivatives, where no two
        /// eigenvalues are equal: vectors of equal ones count as if they did not turn into each other. A matrix with NaN or ∞ gives NaN.
        /// </returns>
        /// <exception cref="GraphException">a is no stack of square matrices of floats.</exception>
        public static (Value Values, Value Vectors) SymmetricEigen(Value a)
        {
            if (!a.DType.IsFloat() || a.Rank < 2 || a.Shape[^1] != a.Shape[^2])
                throw a.Graph.Error("symmetric_eigen", $"'{a.Name}' {a.Type} is no square matrix of floats, nor a stack of them: its last two axes must be equal. Slice, reshape or cast it.");
            using var scope = a.Graph.Scope("symmetric_eigen");
            var wide = Cast(a, DType.Float64);
            var symmetric = (wide + SwapLast(wide)) * 0.5;
            var vectors = EigenVectors(symmetric);
            var values = CustomGradient(
                x => x[0].Graph.AddNode(new EigenVectorsOp(), [x[0]]).Outputs[1],
                c => [MatMul(EigenVectors(c.Inputs[0]) * ExpandDims(c.Adjoint, -2), SwapLast(EigenVectors(c.Inputs[0])))],
                c => Sum(EigenVectors(c.Inputs[0]) * MatMul(c.Tangents[0], EigenVectors(c.Inputs[0])), -2),
                symmetric);
            return (Cast(values, a.DType), Cast(vectors, a.DType));
        }

        /// <summary>1 / (λ[j] - λ[i]) at [i, j], and 0 where they are equal.</summary>
        internal static Value InverseGaps(Value values)
        {
            var gaps = ExpandDims(values, -2) - ExpandDims(values, -1);
            var isNone = Equal(gaps, 0);
            return Where(isNone, 0, 1 / Where(isNone, 1, gaps));
        }

        internal static Value EigenVectors(Value symmetric) => symmetric.Graph.AddNode(new EigenVectorsOp(), [symmetric]).Outputs[0];
    }
}
