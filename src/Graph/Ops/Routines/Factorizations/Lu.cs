using System.Numerics;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Factors matrices into triangles by elimination with row exchanges. Results: U on and above the diagonal, with L, whose diagonal is 1, below it; from which row of
    /// the matrix each row of the product comes; 1 or -1 for an even or odd number of exchanges.
    /// </summary>
    internal sealed record LuOp : RoutineOp
    {
        public override string Name => "lu";

        public override TensorType[] Infer(InferContext context)
        {
            var (type, shape) = (context[0].DType, context[0].Shape);
            if (!type.IsFloat()) throw context.Error($"{context.Text(0)} is not a float; cast it with Cast.");
            if (shape.Rank < 2) throw context.Error($"{context.Text(0)} is no matrix, nor a stack of them; reshape it.");
            if (shape[^1] != shape[^2] && !(shape[^1].IsConstant && shape[^2].IsConstant))
                throw context.Error($"{context.Text(0)} is not square, and the extents of its last two axes are not known; slice or reshape it.");
            return [context[0], new TensorType(DType.Int32, shape.Without(shape.Rank - 1)), new TensorType(type, shape.Without(shape.Rank - 2, shape.Rank - 1))];
        }

        // With PA = LU of a square A: Ā = Pᵀ·L⁻ᵀ·(stril(Lᵀ·L̄) + triu(Ū·Uᵀ))·U⁻ᵀ. Rows of L below the square, or columns of U beside it, are theirs of PA times U⁻¹, or L⁻¹ times theirs.
        public override Gradient[] Vjp(VjpContext context)
        {
            var (packed, adjoint) = (Parts.Of(context.Result), Parts.Of(context.Adjoint));
            var (lower, upper) = Triangles(packed.Square);
            var ofLower = Ops.MatMul(Ops.SwapLast(lower), Ops.TriangularLower(adjoint.Square, -1));
            var ofUpper = Ops.MatMul(Ops.TriangularUpper(adjoint.Square), Ops.SwapLast(upper));
            if (packed.Below is not null) ofUpper -= Ops.MatMul(Ops.SwapLast(packed.Below), adjoint.Below!);
            if (packed.Beside is not null) ofLower -= Ops.MatMul(adjoint.Beside!, Ops.SwapLast(packed.Beside));
            var left = Ops.TriangularSolve(lower, Ops.TriangularLower(ofLower, -1) + Ops.TriangularUpper(ofUpper), transpose: true);
            var moved = new Parts(
                TimesInverseTransposed(left, upper),
                adjoint.Below is null ? null : TimesInverseTransposed(adjoint.Below, upper),
                adjoint.Beside is null ? null : Ops.TriangularSolve(lower, adjoint.Beside, transpose: true));
            return [Ops.MatMul(Ops.SwapLast(Exchanges(context.Node)), moved.Joined())];
        }

        public override Gradient Jvp(JvpContext context) => JvpOfAll(context)[0];

        // With F = L⁻¹·P·A'·U⁻¹ of a square A: L' = L·stril(F), U' = triu(F)·U.
        public override Gradient[] JvpOfAll(JvpContext context)
        {
            var (packed, moved) = (Parts.Of(context.Result), Parts.Of(Ops.MatMul(Exchanges(context.Node), context.Tangent(0))));
            var (lower, upper) = Triangles(packed.Square);
            var both = TimesInverse(Ops.TriangularSolve(lower, moved.Square), upper);
            var (ofLower, ofUpper) = (Ops.TriangularLower(both, -1), Ops.TriangularUpper(both));
            var tangent = new Parts(
                Ops.TriangularLower(Ops.MatMul(lower, ofLower), -1) + Ops.TriangularUpper(Ops.MatMul(ofUpper, upper)),
                packed.Below is null ? null : TimesInverse(moved.Below!, upper) - Ops.MatMul(packed.Below, ofUpper),
                packed.Beside is null ? null : Ops.TriangularSolve(lower, moved.Beside!) - Ops.MatMul(ofLower, packed.Beside));
            return [tangent.Joined(), Gradient.None, Gradient.None];
        }

        public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

        public override Value[] BatchOfAll(BatchContext context) => [.. context.Node.Graph.AddNode(this, [context.Batched(0)]).Outputs];

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, 0.2);

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Factor<float>(context);
            else Factor<double>(context);
        }

        /// <summary>L and U, each a matrix of its own.</summary>
        public static (Value Lower, Value Upper) Triangles(Value packed) =>
            (Ops.TriangularLower(packed, -1) + Ops.Identity(packed.Graph, packed.Shape[^1], packed.DType), Ops.TriangularUpper(packed));

        /// <summary>P, as a matrix.</summary>
        public static Value Exchanges(Node node) => Ops.OneHot(node.Outputs[1], node.Output.Shape[^2], node.Output.DType);

        private static Value TimesInverse(Value x, Value upper) => Ops.SwapLast(Ops.TriangularSolve(upper, Ops.SwapLast(x), lower: false, transpose: true));

        private static Value TimesInverseTransposed(Value x, Value upper) => Ops.SwapLast(Ops.TriangularSolve(upper, Ops.SwapLast(x), lower: false));

        private static void Factor<T>(EvaluationContext context)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (m, n) = (context.Output.Extents[^2], context.Output.Extents[^1]);
            var a = context.Output.Span<T>();
            context.Inputs[0].Span<T>().CopyTo(a);
            var rows = context.Outputs[1].Span<int>();
            var parities = context.Outputs[2].Span<T>();
            if (m == n && MatrixLanes.Fits(n, n, parities.Length))
            {
                MatrixLanes.Factor(a, rows, parities, n);
                return;
            }
            for (var matrix = 0; matrix < parities.Length; matrix++)
                parities[matrix] = RecursiveLu.Factor(a.Slice(matrix * m * n, m * n), rows.Slice(matrix * m, m), m, n);
        }

        /// <summary>The square of the first rows and columns of matrices, and the rows below it or the columns beside it, if there are any.</summary>
        private sealed record Parts(Value Square, Value? Below, Value? Beside)
        {
            public static Parts Of(Value matrix)
            {
                var (m, n) = (matrix.Shape[^2], matrix.Shape[^1]);
                if (m == n) return new Parts(matrix, null, null);
                return m.Value > n.Value
                    ? new Parts(Ops.Slice(matrix, -2, 0, n), Ops.Slice(matrix, -2, n, m - n), null)
                    : new Parts(Ops.Slice(matrix, -1, 0, m), null, Ops.Slice(matrix, -1, m, n - m));
            }

            public Value Joined() => Below is not null ? Ops.Concat([Square, Below], -2) : Beside is not null ? Ops.Concat([Square, Beside], -1) : Square;
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
        /// P·a = L·U for each matrix in the last two axes, by elimination with partial pivoting; a singular matrix has zeros on U's diagonal, and is no error. A routine, O(2n³/3) operations, in panels; up to 16 by 16 in float64 for either type. A
        /// gradient needs matrices that are not singular; of a matrix that is not square, that its first min(m, n) columns are independent.
        /// </summary>
        /// <param name="a">[…, m, n]; of unknown extents only square matrices.</param>
        /// <exception cref="GraphException">a is no stack of matrices of floats, or m and n may differ and are not known.</exception>
        public static LuFactors Lu(Value a)
        {
            if (IsSmall(a))
            {
                var factors = Lu(Cast(a, DType.Float64));
                return factors with { Packed = Cast(factors.Packed, a.DType), Parity = Cast(factors.Parity, a.DType) };
            }
            var node = a.Graph.AddNode(new LuOp(), [a]);
            return new LuFactors(node.Outputs[0], node.Outputs[1], node.Outputs[2]);
        }
    }
}
