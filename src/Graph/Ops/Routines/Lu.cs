using System.Numerics;
using System.Numerics.Tensors;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Factors matrices into triangles by elimination with row exchanges. Results: U on and above the diagonal, with L, whose diagonal is 1, below it; from which row of
    /// the matrix each row of the product comes; 1 or -1 for an even or odd number of exchanges.
    /// </summary>
    internal sealed record LuOp : RoutineOp
    {
        // So many columns are finished before the rest of the matrix is touched once for all of them: it then stays in the cache.
        private const int Panel = 32;

        public override string Name => "lu";

        public override TensorType[] Infer(InferContext context)
        {
            RequireSquare(context, 0);
            var shape = context[0].Shape;
            return [context[0], new TensorType(DType.Int32, shape.Without(shape.Rank - 1)), new TensorType(context[0].DType, shape.Without(shape.Rank - 2, shape.Rank - 1))];
        }

        // With PA = LU: Ā = Pᵀ·L⁻ᵀ·(stril(Lᵀ·L̄) + triu(Ū·Uᵀ))·U⁻ᵀ.
        public override Gradient[] Vjp(VjpContext context)
        {
            var (lower, upper) = Triangles(context.Result);
            var adjoint = context.Adjoint;
            var inner = Ops.TriangularLower(Ops.MatMul(Ops.SwapLast(lower), Ops.TriangularLower(adjoint, -1)), -1)
                + Ops.TriangularUpper(Ops.MatMul(Ops.TriangularUpper(adjoint), Ops.SwapLast(upper)));
            var left = Ops.TriangularSolve(lower, inner, transpose: true);
            var both = Ops.SwapLast(Ops.TriangularSolve(upper, Ops.SwapLast(left), lower: false));
            return [Ops.MatMul(Ops.SwapLast(Exchanges(context.Node)), both)];
        }

        public override Gradient Jvp(JvpContext context) => JvpOfAll(context)[0];

        // With F = L⁻¹·P·A'·U⁻¹: L' = L·stril(F), U' = triu(F)·U.
        public override Gradient[] JvpOfAll(JvpContext context)
        {
            var (lower, upper) = Triangles(context.Result);
            var left = Ops.TriangularSolve(lower, Ops.MatMul(Exchanges(context.Node), context.Tangent(0)));
            var both = Ops.SwapLast(Ops.TriangularSolve(upper, Ops.SwapLast(left), lower: false, transpose: true));
            var tangent = Ops.TriangularLower(Ops.MatMul(lower, Ops.TriangularLower(both, -1)), -1) + Ops.TriangularUpper(Ops.MatMul(Ops.TriangularUpper(both), upper));
            return [tangent, Gradient.None, Gradient.None];
        }

        public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

        public override Value[] BatchOfAll(BatchContext context) => [.. context.Node.Graph.AddNode(this, [context.Batched(0)]).Outputs];

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Factor<float>(context);
            else Factor<double>(context);
        }

        /// <summary>L and U, each a matrix of its own.</summary>
        public static (Value Lower, Value Upper) Triangles(Value packed) =>
            (Ops.TriangularLower(packed, -1) + Ops.Identity(packed.Graph, packed.Shape[^1], packed.DType), Ops.TriangularUpper(packed));

        /// <summary>P, as a matrix.</summary>
        public static Value Exchanges(Node node) => Ops.OneHot(node.Outputs[1], node.Output.Shape[^1], node.Output.DType);

        private static void Factor<T>(EvaluationContext context)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var n = context.Output.Extents[^1];
            var a = context.Output.Span<T>();
            context.Inputs[0].Span<T>().CopyTo(a);
            var rows = context.Outputs[1].Span<int>();
            var parities = context.Outputs[2].Span<T>();
            for (var matrix = 0; matrix < parities.Length; matrix++)
                parities[matrix] = Factor(a.Slice(matrix * n * n, n * n), rows.Slice(matrix * n, n), n);
        }

        private static T Factor<T>(Span<T> a, Span<int> rows, int n)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var parity = T.One;
            for (var i = 0; i < n; i++) rows[i] = i;
            for (var from = 0; from < n; from += Panel)
            {
                var to = Math.Min(from + Panel, n);
                for (var k = from; k < to; k++)
                {
                    var pivot = k;
                    for (var i = k + 1; i < n; i++)
                    {
                        if (T.Abs(a[(i * n) + k]) > T.Abs(a[(pivot * n) + k])) pivot = i;
                    }
                    if (pivot != k)
                    {
                        Exchange(a.Slice(pivot * n, n), a.Slice(k * n, n));
                        (rows[pivot], rows[k]) = (rows[k], rows[pivot]);
                        parity = -parity;
                    }
                    // Nothing is left below a zero pivot.
                    if (a[(k * n) + k] == T.Zero) continue;
                    for (var i = k + 1; i < n; i++)
                    {
                        a[(i * n) + k] /= a[(k * n) + k];
                        Subtract(a, n, i, k, k + 1, to);
                    }
                }
                for (var i = from + 1; i < n; i++)
                {
                    for (var k = from; k < Math.Min(i, to); k++) Subtract(a, n, i, k, to, n);
                }
            }
            return parity;
        }

        /// <summary>Row k, times its factor, from row i, in the given columns.</summary>
        private static void Subtract<T>(Span<T> a, int n, int i, int k, int from, int to)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var row = a.Slice((i * n) + from, to - from);
            TensorPrimitives.MultiplyAdd<T>(a.Slice((k * n) + from, to - from), -a[(i * n) + k], row, row);
        }

        private static void Exchange<T>(Span<T> first, Span<T> second)
        {
            for (var i = 0; i < first.Length; i++) (first[i], second[i]) = (second[i], first[i]);
        }
    }
}

namespace GraphGrad
{
    /// <summary>What <see cref="Ops.Lu"/> computes: row i of L·U is row Rows[i] of the matrix.</summary>
    /// <param name="Packed">U on and above the diagonal, and L, whose diagonal is 1, below it; the extents of the matrices.</param>
    /// <param name="Rows">int32: for each row of L·U the row of the matrix.</param>
    /// <param name="Parity">1 where the number of row exchanges is even, -1 where it is odd.</param>
    public readonly record struct LuFactors(Value Packed, Value Rows, Value Parity)
    {
        /// <summary>L, with ones on its diagonal and zeros above.</summary>
        public Value Lower => LuOp.Triangles(Packed).Lower;

        /// <summary>U, with zeros below its diagonal.</summary>
        public Value Upper => LuOp.Triangles(Packed).Upper;

        /// <summary>P with P·A = L·U: each row has one 1.</summary>
        public Value Permutation => LuOp.Exchanges(Packed.Node);
    }

    public static partial class Ops
    {
        /// <summary>
        /// P·a = L·U for each matrix in the last two axes, by elimination with partial pivoting; a singular matrix has zeros on U's diagonal, and is no error. A routine, O(2n³/3) operations, in panels. A
        /// gradient needs matrices that are not singular.
        /// </summary>
        /// <param name="a">[…, n, n].</param>
        /// <exception cref="GraphException">a is no stack of square matrices of floats.</exception>
        public static LuFactors Lu(Value a)
        {
            var node = a.Graph.AddNode(new LuOp(), [a]);
            return new LuFactors(node.Outputs[0], node.Outputs[1], node.Outputs[2]);
        }
    }
}
