using System.Numerics;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The lower triangular factor of symmetric positive definite matrices.</summary>
    internal sealed record CholeskyOp : RoutineOp
    {
        public override string Name => "cholesky";

        public override TensorType[] Infer(InferContext context)
        {
            RequireSquare(context, 0);
            return [context[0]];
        }

        // With P = Φ(Lᵀ·L̄), Φ the lower triangle with half its diagonal: Ā = sym(L⁻ᵀ·P·L⁻¹) (Murray, "Differentiation of the Cholesky decomposition", 2016).
        public override Gradient[] Vjp(VjpContext context)
        {
            var l = context.Result;
            var inner = Ops.TriangularSolve(l, HalfTriangle(Ops.MatMul(Ops.SwapLast(l), context.Adjoint)), transpose: true);
            var outer = Ops.TriangularSolve(l, Ops.SwapLast(inner), transpose: true);
            return [(outer + Ops.SwapLast(outer)) * 0.5];
        }

        // L' = L·Φ(L⁻¹·A'·L⁻ᵀ).
        public override Gradient Jvp(JvpContext context)
        {
            var (l, tangent) = (context.Result, context.Tangent(0));
            var inner = Ops.TriangularSolve(l, (tangent + Ops.SwapLast(tangent)) * 0.5);
            return Ops.MatMul(l, HalfTriangle(Ops.TriangularSolve(l, Ops.SwapLast(inner))));
        }

        public override Value Batch(BatchContext context) => context.Add(this, context.Batched(0));

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, 0.15);

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Factor<float>(context);
            else Factor<double>(context);
        }

        private static Value HalfTriangle(Value x) => (Ops.TriangularLower(x) + Ops.TriangularLower(x, -1)) * 0.5;

        private static void Factor<T>(EvaluationContext context)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var n = context.Output.Extents[^1];
            var a = context.Inputs[0].Span<T>();
            var l = context.Output.Span<T>();
            if (n == 0) return;
            // Of a group in which a matrix is not positive definite, the routine for one matrix finds out which.
            var done = MatrixLanes.Fits(n, n, a.Length / (n * n)) ? MatrixLanes.FactorSymmetric<T>(a, l, n) : 0;
            for (var matrix = done; matrix * n * n < a.Length; matrix++)
            {
                var to = l.Slice(matrix * n * n, n * n);
                if (BlockedCholesky.Of(a.Slice(matrix * n * n, n * n), to, n) is var pivot and >= 0)
                    throw context.Error($"matrix {context.FirstUnit + matrix} is not positive definite: pivot {pivot} is {to[(pivot * n) + pivot]}. Add a multiple of the identity, or use Solve.");
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The lower triangular L with L·Lᵀ = (a + aᵀ) / 2, for each matrix in the last two axes; zero above the diagonal. A routine: O(n³/3) operations, in panels; up to 16 by 16 in float64 for either type.
        /// </summary>
        /// <param name="a">[…, n, n], symmetric and positive definite.</param>
        /// <exception cref="GraphException">a is no stack of square matrices of floats. In a run: a matrix is not positive definite, or has NaN.</exception>
        public static Value Cholesky(Value a) => IsSmall(a) && a.Shape[^1] == a.Shape[^2] ? Cast(Cholesky(Cast(a, DType.Float64)), a.DType) : a.Graph.Add(new CholeskyOp(), [a]);
    }
}
