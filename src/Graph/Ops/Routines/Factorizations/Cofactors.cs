using System.Numerics;
using System.Numerics.Tensors;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>
    /// The cofactors of matrices, det(A)·A⁻ᵀ, for singular matrices too: the gradient of the determinant. With A = Pᵀ·L·U·Qᵀ, rows and columns exchanged so that zero pivots come
    /// last, adj(A) = ±Q·adj(U)·L⁻¹·P, and with u and the last pivot p beside the rest V of U, adj(U) = det(V)·[p·V⁻¹, -V⁻¹·u; 0, 1]: no division by p. Of a matrix that is far from singular they are made of its inverse.
    /// </summary>
    internal sealed record CofactorsOp : RoutineOp
    {
        public override string Name => "cofactors";

        public override TensorType[] Infer(InferContext context)
        {
            RequireSquare(context, 0);
            return [context[0]];
        }

        // Ā = (⟨C̄, C⟩ - C·C̄ᵀ)·A⁻ᵀ.
        public override Gradient[] Vjp(VjpContext context)
        {
            var (c, adjoint) = (context.Result, context.Adjoint);
            var inner = (Ops.Identity(c.Graph, c.Shape[^1], c.DType) * Ops.Sum(adjoint * c, [-2, -1], keepDims: true)) - Ops.MatMul(c, Ops.SwapLast(adjoint));
            return [Ops.SwapLast(Ops.Solve(context.Input(0), Ops.SwapLast(inner)))];
        }

        // C' = tr(A⁻¹·A')·C - A⁻ᵀ·A'ᵀ·C.
        public override Gradient Jvp(JvpContext context)
        {
            var (a, c, tangent) = (context.Input(0), context.Result, context.Tangent(0));
            var trace = Ops.KeepAxes(Ops.Trace(Ops.Solve(a, tangent)), a.Shape, [a.Rank - 2, a.Rank - 1]);
            return (trace * c) - Ops.SolveTransposed(a, Ops.MatMul(Ops.SwapLast(tangent), c));
        }

        public override Value Batch(BatchContext context) => context.Add(this, context.Batched(0));

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, 4);

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Each<float>(context);
            else Each<double>(context);
        }

        private static void Each<T>(EvaluationContext context)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var n = context.Output.Extents[^1];
            var from = context.Inputs[0].Span<T>();
            var to = context.Output.Span<T>();
            if (n > 0 && MatrixLanes.Fits(n, n, to.Length / (n * n)))
            {
                CofactorLanes.Compute<T>(from, to, n);
                return;
            }
            for (var at = 0; at < to.Length; at += n * n)
            {
                // Of one element the cofactor is 1 exactly, which a·(1/a) need not be.
                if (n == 1 || !Invert(from.Slice(at, n * n), to.Slice(at, n * n), n)) Compute(from.Slice(at, n * n), to.Slice(at, n * n), n);
            }
        }

        /// <summary>det(A)·A⁻ᵀ by products, which finding the largest pivot of all does not allow; not if A is nearer to singular than to any matrix whose inverse has half of the digits, or its determinant is out of range.</summary>
        private static bool Invert<T>(ReadOnlySpan<T> matrix, Span<T> result, int n)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using Scratch<T> numbers = new(2 * n * n);
            using var order = new Scratch<int>(n);
            var factors = numbers.Span[..(n * n)];
            var inverse = numbers.Span[(n * n)..];
            var rows = order.Span;
            matrix.CopyTo(factors);
            var determinant = RecursiveLu.Factor(factors, rows, n, n);
            for (var k = 0; k < n; k++) determinant *= factors[(k * n) + k];
            if (!T.IsNormal(determinant)) return false;
            inverse.Clear();
            for (var i = 0; i < n; i++) inverse[(i * n) + i] = T.One;
            TriangularSystem.Solve<T>(factors, inverse, n, n, isLower: false, isTransposed: true);
            TriangularSystem.Solve<T>(factors, inverse, n, n, isLower: true, isTransposed: true, isUnit: true);
            // 1 for orthogonal matrices. Not a number, or infinite, where squares are out of range.
            var condition = T.Sqrt(TensorPrimitives.SumOfSquares<T>(matrix)) * T.Sqrt(TensorPrimitives.SumOfSquares<T>(inverse)) / T.CreateChecked(n);
            if (!(condition * condition <= T.CreateChecked(0.0625) / (T.BitIncrement(T.One) - T.One))) return false;
            for (var i = 0; i < n; i++) TensorPrimitives.Multiply(inverse.Slice(i * n, n), determinant, result.Slice(rows[i] * n, n));
            return true;
        }

        private static void Compute<T>(ReadOnlySpan<T> matrix, Span<T> result, int n)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using var factors = new Scratch<T>(n * n);
            using var inner = new Scratch<T>(n * n);
            using var order = new Scratch<int>(2 * n);
            var u = factors.Span;
            var w = inner.Span;
            var rows = order.Span[..n];
            var columns = order.Span[n..];
            matrix.CopyTo(u);
            var scale = Eliminate(u, rows, columns, n);
            result.Clear();
            if (scale == T.Zero) return;

            // W = [p·V⁻ᵀ, 0; -uᵀ·V⁻ᵀ, 1], then L⁻ᵀ·W.
            var m = n - 1;
            w.Clear();
            using var inverse = new Scratch<T>(m * m);
            var z = inverse.Span;
            z.Clear();
            for (var i = 0; i < m; i++) z[(i * m) + i] = T.One;
            TriangularSystem.Solve<T>(u, z, m, m, isLower: false, isTransposed: true, stride: n);
            var last = w.Slice(m * n, n);
            for (var k = 0; k < m; k++)
            {
                var row = z.Slice(k * m, m);
                TensorPrimitives.MultiplyAdd<T>(row, -u[(k * n) + m], last[..m], last[..m]);
                TensorPrimitives.Multiply<T>(row, u[(m * n) + m], w.Slice(k * n, m));
            }
            last[m] = T.One;
            TriangularSystem.Solve<T>(u, w, n, n, isLower: true, isTransposed: true, isUnit: true);
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++) result[(rows[i] * n) + columns[j]] = scale * w[(i * n) + j];
            }
        }

        /// <summary>Factors with the largest pivot of all that is left; the product of all pivots but the last, with the sign of the exchanges.</summary>
        private static T Eliminate<T>(Span<T> a, Span<int> rows, Span<int> columns, int n)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var scale = T.One;
            for (var i = 0; i < n; i++) rows[i] = columns[i] = i;
            for (var k = 0; k < n - 1; k++)
            {
                var (row, column) = (k, k);
                for (var i = k; i < n; i++)
                {
                    var best = k + TensorPrimitives.IndexOfMaxMagnitude<T>(a.Slice((i * n) + k, n - k));
                    if (T.Abs(a[(i * n) + best]) > T.Abs(a[(row * n) + column])) (row, column) = (i, best);
                }
                if (row != k)
                {
                    for (var j = 0; j < n; j++) (a[(row * n) + j], a[(k * n) + j]) = (a[(k * n) + j], a[(row * n) + j]);
                    (rows[row], rows[k], scale) = (rows[k], rows[row], -scale);
                }
                if (column != k)
                {
                    for (var i = 0; i < n; i++) (a[(i * n) + column], a[(i * n) + k]) = (a[(i * n) + k], a[(i * n) + column]);
                    (columns[column], columns[k], scale) = (columns[k], columns[column], -scale);
                }
                scale *= a[(k * n) + k];
                if (scale == T.Zero) return scale;
                for (var i = k + 1; i < n; i++)
                {
                    var factor = a[(i * n) + k] /= a[(k * n) + k];
                    var rest = a.Slice((i * n) + k + 1, n - k - 1);
                    TensorPrimitives.MultiplyAdd<T>(a.Slice((k * n) + k + 1, n - k - 1), -factor, rest, rest);
                }
            }
            return scale;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The cofactors of the matrices in the last two axes, det(a)·a⁻ᵀ, and their limits where a is singular: element i, j is (-1)^(i + j) times the determinant without row i and
        /// column j. A routine, O(2n³). Its own gradient needs matrices that are not singular.
        /// </summary>
        /// <param name="a">[…, n, n].</param>
        /// <exception cref="GraphException">a is no stack of square matrices of floats. In a run of its gradient: a matrix is singular.</exception>
        public static Value Cofactors(Value a) => a.Graph.Add(new CofactorsOp(), [a]);
    }
}
