using System.Numerics;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>Solves triangular systems; what lies on the other side of the diagonal is not read.</summary>
    /// <param name="IsLower">Whether the matrix is what stands on and below the diagonal.</param>
    /// <param name="IsTransposed">Whether the system is of the transposed matrix.</param>
    internal sealed record TriangularSolveOp(bool IsLower, bool IsTransposed) : RoutineOp
    {
        public override string Name => "triangular_solve";

        public override string Attributes => $"{(IsLower ? "lower" : "upper")}{(IsTransposed ? ", transposed" : string.Empty)}";

        public override TensorType[] Infer(InferContext context)
        {
            RequireSquare(context, 0);
            RequireSides(context, 1);
            return [context[1]];
        }

        // X = A⁻¹·B: B̄ = A⁻ᵀ·X̄ and Ā = -B̄·Xᵀ, of which only the triangle counts.
        public override Gradient[] Vjp(VjpContext context)
        {
            var sides = context.Node.Graph.Add(this with { IsTransposed = !IsTransposed }, [context.Input(0), context.Adjoint]);
            var matrix = IsTransposed ? Ops.MatMul(context.Result, Ops.SwapLast(sides)) : Ops.MatMul(sides, Ops.SwapLast(context.Result));
            return [-Triangle(matrix), sides];
        }

        // A·X' = B' - A'·X.
        public override Gradient Jvp(JvpContext context)
        {
            if (context.Tangents[0].Value is null && context.Tangents[1].Value is null) return Gradient.None;
            var sides = context.Tangent(1);
            if (context.Tangents[0].Value is { } matrix)
            {
                var moved = Triangle(matrix);
                sides -= Ops.MatMul(IsTransposed ? Ops.SwapLast(moved) : moved, context.Result);
            }
            return context.Node.Graph.Add(this, [context.Input(0), sides]);
        }

        public override Value Batch(BatchContext context) => context.Add(this, context.AllBatched());

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, 0.2, context.Output.Extents[^1]);

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Solve<float>(context);
            else Solve<double>(context);
        }

        private Value Triangle(Value x) => IsLower ? Ops.TriangularLower(x) : Ops.TriangularUpper(x);

        private void Solve<T>(EvaluationContext context)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (n, columns) = (context.Output.Extents[^2], context.Output.Extents[^1]);
            var matrices = context.Inputs[0].Span<T>();
            var x = context.Output.Span<T>();
            context.Inputs[1].Span<T>().CopyTo(x);
            if (x.IsEmpty) return;
            if (MatrixLanes.Fits(n, columns, matrices.Length / (n * n)))
            {
                MatrixLanes.SolveTriangular<T>(matrices, x, n, columns, IsLower, IsTransposed);
                return;
            }
            for (var matrix = 0; matrix * n * n < matrices.Length; matrix++)
                TriangularSystem.Solve<T>(matrices.Slice(matrix * n * n, n * n), x.Slice(matrix * n * columns, n * columns), n, columns, IsLower, IsTransposed);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The X with A·X = b, with Aᵀ·X = b, or from the right with X·A = b or X·Aᵀ = b, for each triangular matrix A in the last two axes of <paramref name="a"/>. A routine: O(n²) for each column. A zero on the
        /// diagonal gives infinities and NaN.
        /// </summary>
        /// <param name="a">[…, n, n]; only the triangle is read.</param>
        /// <param name="b">[…, n, m]; leading axes broadcast. A vector [n], or one for each matrix, counts as a column.</param>
        /// <param name="lower">Whether A is the lower triangle, else the upper one.</param>
        /// <param name="transpose">Whether the system is of Aᵀ.</param>
        /// <param name="unitDiagonal">Whether ones stand on the diagonal, which is then not read and has no gradient.</param>
        /// <param name="fromRight">Whether X stands on the left of A: b is then […, m, n], or a row [n].</param>
        /// <exception cref="GraphException">a is no stack of square matrices of floats, or b does not fit.</exception>
        public static Value TriangularSolve(Value a, Value b, bool lower = true, bool transpose = false, bool unitDiagonal = false, bool fromRight = false)
        {
            if (unitDiagonal && a.Rank >= 2) a = Where(Equal(Row(a), Column(a)), 1, a);
            // X·A = b is Aᵀ·Xᵀ = bᵀ.
            if (!fromRight || b.Rank < 2) return OfSystems(a, b, (matrix, sides) => matrix.Graph.Add(new TriangularSolveOp(lower, transpose != fromRight), [matrix, sides]));
            // With as many axes as a, a matrix of one row for each of a's is not taken for columns.
            while (b.Rank < a.Rank) b = ExpandDims(b, 0);
            return SwapLast(TriangularSolve(a, SwapLast(b), lower, !transpose));
        }
    }
}
