using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>Q and R of float64 matrices, by Householder's reflections.</summary>
    /// <param name="HasRest">Whether a third result, which has no gradient, are the columns that make Q a square.</param>
    internal sealed record QrOp(bool HasRest = false) : RoutineOp
    {
        public override string Name => "qr";

        public override TensorType[] Infer(InferContext context)
        {
            var shape = context[0].Shape;
            if (context[0].DType != DType.Float64) throw context.Error($"{context.Text(0)} is not float64; cast it with Cast.");
            if (shape.Rank < 2 || !shape[^2].IsConstant || !shape[^1].IsConstant) throw context.Error($"{context.Text(0)} is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers.");
            var least = shape[^2].Value < shape[^1].Value ? shape[^2] : shape[^1];
            var (q, r) = (new TensorType(DType.Float64, shape.With(shape.Rank - 1, least)), new TensorType(DType.Float64, shape.With(shape.Rank - 2, least)));
            return HasRest ? [q, r, new TensorType(DType.Float64, shape.With(shape.Rank - 1, shape[^2] - least))] : [q, r];
        }

        // With M = R·R̄ᵀ - Q̄ᵀ·Q of a matrix that is not wide: Ā = (Q̄ + Q·(M's lower triangle, mirrored))·R⁻ᵀ. Columns Y beyond a square give V = Qᵀ·Y: Q̄ has Y·V̄ᵀ besides, and Ȳ = Q·V̄.
        public override Gradient[] Vjp(VjpContext context)
        {
            var (hasQ, hasR) = (context.Flows[0], context.Flows[1]);
            if (!hasQ && !hasR) return [Gradient.None];
            var (q, ofQ) = (context.Node.Outputs[0], hasQ ? context.Adjoints[0] : null);
            var (r, beyond) = Parts(context.Node.Outputs[1]);
            var (ofR, ofBeyond) = Parts(context.Adjoints[1]);
            if (hasR && beyond is not null) ofQ = Plus(ofQ, Ops.MatMul(Parts(context.Input(0)).Beyond!, Ops.SwapLast(ofBeyond!)));
            var inner = hasR ? Ops.MatMul(r, Ops.SwapLast(Ops.TriangularUpper(ofR))) : null;
            if (ofQ is not null) inner = Plus(inner, -Ops.MatMul(Ops.SwapLast(ofQ), q));
            var mirrored = Ops.TriangularLower(inner!) + Ops.SwapLast(Ops.TriangularLower(inner!, -1));
            var matrix = Ops.SwapLast(Ops.TriangularSolve(r, Ops.SwapLast(Plus(ofQ, Ops.MatMul(q, mirrored))), lower: false));
            return [beyond is null ? matrix : Ops.Concat([matrix, hasR ? Ops.MatMul(q, ofBeyond!) : ofBeyond!], -1)];

            static Value Plus(Value? x, Value y) => x is null ? y : x + y;
        }

        public override Gradient Jvp(JvpContext context) => JvpOfAll(context)[0];

        // With C = Qᵀ·A'·R⁻¹ and T = C's upper triangle and what is below it, mirrored: Q' = A'·R⁻¹ - Q·T, R' = T·R.
        public override Gradient[] JvpOfAll(JvpContext context)
        {
            var q = context.Node.Outputs[0];
            var (r, beyond) = Parts(context.Node.Outputs[1]);
            var (moved, movedBeyond) = Parts(context.Tangent(0));
            var quotient = Ops.SwapLast(Ops.TriangularSolve(r, Ops.SwapLast(moved), lower: false, transpose: true));
            var inner = Ops.MatMul(Ops.SwapLast(q), quotient);
            var turned = Ops.TriangularUpper(inner) + Ops.SwapLast(Ops.TriangularLower(inner, -1));
            var ofQ = quotient - Ops.MatMul(q, turned);
            var ofR = Ops.TriangularUpper(Ops.MatMul(turned, r));
            if (beyond is null) return HasRest ? [ofQ, ofR, Gradient.None] : [ofQ, ofR];
            var rest = Ops.MatMul(Ops.SwapLast(ofQ), Parts(context.Input(0)).Beyond!) + Ops.MatMul(Ops.SwapLast(q), movedBeyond!);
            ofR = Ops.Concat([ofR, rest], -1);
            return HasRest ? [ofQ, ofR, Gradient.None] : [ofQ, ofR];
        }

        public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

        public override Value[] BatchOfAll(BatchContext context) => [.. context.Node.Graph.AddNode(this, [context.Batched(0)]).Outputs];

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, 1);

        public override void Evaluate(EvaluationContext context)
        {
            var (m, n) = (context.Inputs[0].Extents[^2], context.Inputs[0].Extents[^1]);
            var k = Math.Min(m, n);
            var from = context.Inputs[0].Span<double>();
            var q = context.Outputs[0].Span<double>();
            var r = context.Outputs[1].Span<double>();
            var rest = HasRest ? context.Outputs[2].Span<double>() : [];
            if (k == 0) return;
            if (!HasRest && MatrixLanes.Fits(m, n, from.Length / (m * n)) && n <= m && Householder.HasSquares(from))
            {
                MatrixLanes.Reflect(from, q, r, m, n);
                return;
            }
            for (var matrix = 0; matrix * m * n < from.Length; matrix++)
            {
                var beside = HasRest ? rest.Slice(matrix * m * (m - k), m * (m - k)) : [];
                Householder.Factor(from.Slice(matrix * m * n, m * n), q.Slice(matrix * m * k, m * k), r.Slice(matrix * k * n, k * n), m, n, beside);
            }
        }

        /// <summary>The square of a matrix that is wider than high, and the columns beside it; else the whole matrix.</summary>
        private static (Value Square, Value? Beyond) Parts(Value matrix)
        {
            var (m, n) = (matrix.Shape[^2], matrix.Shape[^1]);
            return m.Value >= n.Value ? (matrix, null) : (Ops.Slice(matrix, -1, 0, m), Ops.Slice(matrix, -1, m, n - m));
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Q·R of matrices: the columns of Q are orthonormal, R has zeros below its diagonal. A routine: Householder's reflections, one for each column, in float64 for either type. Derivatives
        /// exist where the columns (of a wide matrix, the first ones) are independent.
        /// </summary>
        /// <remarks>Householder, "Unitary triangularization of a nonsymmetric matrix", 1958; signs as LAPACK's.</remarks>
        /// <param name="a">[…, m, n] of known extents m and n, float32 or float64.</param>
        /// <param name="complete">Whether Q is square also where there are more rows than columns, and R has as many: the further columns complete an orthonormal basis. Derivatives are then right for what does not
        /// depend on which basis it is.</param>
        /// <returns>Q, […, m, k], and R, […, k, n], with k the smaller of m and n; m if complete.</returns>
        /// <exception cref="GraphException">a is not a float, has fewer than two axes, or m or n is not known.</exception>
        public static (Value Q, Value R) Qr(Value a, bool complete = false)
        {
            RequireFloat("qr", a);
            if (a.Rank < 2 || !a.Shape[^2].IsConstant || !a.Shape[^1].IsConstant)
                throw a.Graph.Error("qr", $"'{a.Name}' {a.Type} is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers.");
            if (a.Shape[^2].Is(0) || a.Shape[^1].Is(0)) return OfNothing(a, complete);
            var isTall = complete && a.Shape[^2].Value > a.Shape[^1].Value;
            var factors = a.Graph.AddNode(new QrOp(isTall), [Cast(a, DType.Float64)]).Outputs;
            var (q, r) = (factors[0], factors[1]);
            if (isTall)
            {
                q = Concat([q, Turned(q, factors[2])], -1);
                r = Concat([r, BroadcastTo(Scalar(r, 0), r.Shape.With(r.Rank - 2, a.Shape[^2] - a.Shape[^1]))], -2);
            }
            return (Cast(q, a.DType), Cast(r, a.DType));
        }

        // Without rows or columns there is nothing to factor; what has elements none the less is the basis that completes no columns at all.
        private static (Value Q, Value R) OfNothing(Value a, bool complete) => complete
            ? (BroadcastTo(Identity(a.Graph, a.Shape[^2], a.DType), a.Shape.With(a.Rank - 1, a.Shape[^2])), a)
            : (Slice(a, -1, 0, 0), Slice(a, -2, 0, 0));

        /// <summary>The orthonormal columns that complete orthonormal columns to a basis, in float64, with the derivative of least length.</summary>
        internal static Value Complement(Value q) => Turned(q, q.Graph.AddNode(new QrOp(true), [StopGradient(q)]).Outputs[2]);

        // What moves with Q stays orthogonal to it and is not turned in itself: with W = Qᵀ·N, which is 0, N - Q·W, of which the columns N would have the lengths √(1 - Wᵀ·W). Right up to the third derivative.
        private static Value Turned(Value q, Value rest)
        {
            var still = StopGradient(rest);
            var inner = MatMul(SwapLast(q), still);
            var moved = still - MatMul(q, inner);
            return moved + MatMul(moved, MatMul(SwapLast(inner), inner) * 0.5);
        }
    }
}
