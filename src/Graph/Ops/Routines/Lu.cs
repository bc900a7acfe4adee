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
        /// <summary>L, with ones on its diagonal and zeros above: […, m, k] with k the smaller of m and n.</summary>
        public Value Lower => Ops.TriangularLower(Ops.Slice(Packed, -1, 0, Smaller), -1) + Ops.Identity(Packed.Graph, Packed.Shape[^2], Smaller, Packed.DType);

        /// <summary>U, with zeros below its diagonal: […, k, n].</summary>
        public Value Upper => Ops.TriangularUpper(Ops.Slice(Packed, -2, 0, Smaller));

        /// <summary>P with P·A = L·U, […, m, m]: each row has one 1.</summary>
        public Value Permutation => Ops.OneHot(Rows, Rows.Shape[^1], Packed.DType);

        private Dim Smaller => Packed.Shape[^2] is { IsConstant: true } m && Packed.Shape[^1] is { IsConstant: true } n && m.Value < n.Value ? m : Packed.Shape[^1];
    }

    public static partial class Ops
    {
        /// <summary>
        /// P·a = L·U for each matrix in the last two axes, by elimination with partial pivoting; a singular matrix has zeros on U's diagonal, and is no error. A routine, O(2n³/3) operations, in panels. A
        /// gradient needs matrices that are not singular; of a matrix that is not square, that its first min(m, n) columns are independent.
        /// </summary>
        /// <param name="a">[…, m, n]; of unknown extents only square matrices.</param>
        /// <exception cref="GraphException">a is no stack of matrices of floats, or m and n may differ and are not known.</exception>
        public static LuFactors Lu(Value a)
        {
            if (a.DType.IsFloat() && a.Rank >= 2 && a.Shape[^2] is { IsConstant: true } m && a.Shape[^1] is { IsConstant: true } n && m.Value != n.Value)
                return m.Value < n.Value ? LuOfWide(a, m) : LuOfTall(a, m, n);
            var node = a.Graph.AddNode(new LuOp(), [a]);
            return new LuFactors(node.Outputs[0], node.Outputs[1], node.Outputs[2]);
        }

        /// <summary>The first columns say which rows are exchanged and what L is; the others are L⁻¹·P times theirs.</summary>
        private static LuFactors LuOfWide(Value a, Dim m)
        {
            var first = Lu(Slice(a, -1, 0, m));
            var others = TakeAlongAxis(Slice(a, -1, m, a.Shape[^1] - m), ExpandDims(first.Rows, -1), -2);
            return first with { Packed = Concat([first.Packed, TriangularSolve(first.Lower, others)], -1) };
        }

        /// <summary>Which rows come first is found with zeros in the missing columns; these rows are factored, and the others of L are theirs times U⁻¹.</summary>
        private static LuFactors LuOfTall(Value a, Dim m, Dim n)
        {
            Dim[] none = [.. Enumerable.Repeat((Dim)0, a.Rank)];
            var order = a.Graph.AddNode(new LuOp(), [StopGradient(Pad(a, none, [.. none[..^1], m - n]))]);
            var rows = order.Outputs[1];
            var moved = TakeAlongAxis(a, ExpandDims(rows, -1), -2);
            // Of equally large pivots this may choose another than above, so the exchanges of both count.
            var top = Lu(Slice(moved, -2, 0, n));
            var below = SwapLast(TriangularSolve(top.Packed, SwapLast(Slice(moved, -2, n, m - n)), lower: false, transpose: true));
            var all = Concat([TakeAlongAxis(Slice(rows, -1, 0, n), top.Rows, -1), Slice(rows, -1, n, m - n)], -1);
            return new LuFactors(Concat([top.Packed, below], -2), all, order.Outputs[2] * top.Parity);
        }
    }
}
