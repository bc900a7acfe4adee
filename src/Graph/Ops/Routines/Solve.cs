using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>Solves linear systems by elimination with row exchanges.</summary>
    internal sealed record SolveOp : RoutineOp
    {
        public override string Name => "solve";

        public override TensorType[] Infer(InferContext context)
        {
            RequireSquare(context, 0);
            RequireSides(context);
            return [context[1]];
        }

        // X = A⁻¹·B: B̄ = A⁻ᵀ·X̄ and Ā = -B̄·Xᵀ.
        public override Gradient[] Vjp(VjpContext context)
        {
            var sides = Ops.Solve(Ops.SwapLast(context.Input(0)), context.Adjoint);
            return [context.Needed[0] ? -Ops.MatMul(sides, Ops.SwapLast(context.Result)) : Gradient.None, sides];
        }

        // A·X' = B' - A'·X.
        public override Gradient Jvp(JvpContext context)
        {
            if (context.Tangents[0].Value is null && context.Tangents[1].Value is null) return Gradient.None;
            var sides = context.Tangent(1);
            if (context.Tangents[0].Value is { } matrix) sides -= Ops.MatMul(matrix, context.Result);
            return Ops.Solve(context.Input(0), sides);
        }

        public override Value Batch(BatchContext context) => context.Add(this, context.AllBatched());

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Eliminate<float>(context);
            else Eliminate<double>(context);
        }

        private static void Eliminate<T>(EvaluationContext context)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (n, columns) = (context.Output.Extents[^2], context.Output.Extents[^1]);
            var matrices = context.Inputs[0].Span<T>();
            var x = context.Output.Span<T>();
            context.Inputs[1].Span<T>().CopyTo(x);
            // Pooled: a run in the steady state allocates nothing.
            var pooled = ArrayPool<T>.Shared.Rent(n * n);
            try
            {
                for (var matrix = 0; n > 0 && (matrix + 1) * n * n <= matrices.Length; matrix++)
                {
                    var a = pooled.AsSpan(0, n * n);
                    var rows = x.Slice(matrix * n * columns, n * columns);
                    matrices.Slice(matrix * n * n, n * n).CopyTo(a);
                    for (var k = 0; k < n; k++)
                    {
                        var pivot = k;
                        for (var i = k + 1; i < n; i++)
                        {
                            if (T.Abs(a[(i * n) + k]) > T.Abs(a[(pivot * n) + k])) pivot = i;
                        }
                        if (a[(pivot * n) + k] == T.Zero) throw context.Error($"matrix {matrix} is singular: no pivot is left in column {k}. Remove dependent rows, or add a multiple of the identity.");
                        if (pivot != k)
                        {
                            Exchange(a, pivot * n, k * n, n);
                            Exchange(rows, pivot * columns, k * columns, columns);
                        }
                        for (var i = k + 1; i < n; i++)
                        {
                            var factor = -a[(i * n) + k] / a[(k * n) + k];
                            TensorPrimitives.MultiplyAdd<T>(a.Slice((k * n) + k, n - k), factor, a.Slice((i * n) + k, n - k), a.Slice((i * n) + k, n - k));
                            TensorPrimitives.MultiplyAdd<T>(rows.Slice(k * columns, columns), factor, rows.Slice(i * columns, columns), rows.Slice(i * columns, columns));
                        }
                    }
                    for (var i = n - 1; i >= 0; i--)
                    {
                        var row = rows.Slice(i * columns, columns);
                        for (var j = i + 1; j < n; j++) TensorPrimitives.MultiplyAdd<T>(rows.Slice(j * columns, columns), -a[(i * n) + j], row, row);
                        TensorPrimitives.Divide<T>(row, a[(i * n) + i], row);
                    }
                }
            }
            finally
            {
                ArrayPool<T>.Shared.Return(pooled);
            }
        }

        private static void Exchange<T>(Span<T> data, int first, int second, int length)
        {
            for (var i = 0; i < length; i++) (data[first + i], data[second + i]) = (data[second + i], data[first + i]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The X with a·X = b, for each matrix in the last two axes. A routine: Gaussian elimination with partial pivoting, O(n³/3 + n²) for each column.
        /// </summary>
        /// <param name="a">[…, n, n].</param>
        /// <param name="b">[…, n, m], with the same leading axes.</param>
        /// <exception cref="GraphException">a is no stack of square matrices of floats, or b does not fit. In a run: a matrix is singular.</exception>
        public static Value Solve(Value a, Value b) => a.Graph.Add(new SolveOp(), [a, b]);
    }
}
