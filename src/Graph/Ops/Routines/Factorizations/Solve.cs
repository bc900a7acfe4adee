using System.Numerics;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Solves linear systems of matrices that have been factored. Inputs: the matrices, whose numbers are not read but through which derivatives flow; their factors and rows,
    /// as of <see cref="LuOp"/>; the right-hand sides. So the systems of a gradient, and of its gradient, use the same factors.
    /// </summary>
    /// <param name="IsTransposed">Whether the systems are of the transposed matrices.</param>
    /// <param name="IsOfRoot">Whether the matrix is the Jacobian of <see cref="Ops.Root"/>, which errors name.</param>
    internal sealed record SolveOp(bool IsTransposed, bool IsOfRoot = false) : RoutineOp
    {
        public override string Name => IsOfRoot ? "root" : "solve";

        public override string Attributes => IsTransposed ? "transposed" : string.Empty;

        public override TensorType[] Infer(InferContext context)
        {
            RequireSquare(context, 0);
            RequireSides(context, 3);
            return [context[3]];
        }

        // X = A⁻¹·B: B̄ = A⁻ᵀ·X̄ and Ā = -B̄·Xᵀ.
        public override Gradient[] Vjp(VjpContext context)
        {
            var sides = context.Node.Graph.Add(this with { IsTransposed = !IsTransposed }, [context.Input(0), context.Input(1), context.Input(2), context.Adjoint]);
            var matrix = !context.Needed[0] ? null : IsTransposed ? Ops.MatMul(context.Result, Ops.SwapLast(sides)) : Ops.MatMul(sides, Ops.SwapLast(context.Result));
            return [matrix is null ? Gradient.None : -matrix, Gradient.None, Gradient.None, sides];
        }

        // A·X' = B' - A'·X.
        public override Gradient Jvp(JvpContext context)
        {
            if (context.Tangents[0].Value is null && context.Tangents[3].Value is null) return Gradient.None;
            var sides = context.Tangent(3);
            if (context.Tangents[0].Value is { } matrix) sides -= Ops.MatMul(IsTransposed ? Ops.SwapLast(matrix) : matrix, context.Result);
            return context.Node.Graph.Add(this, [context.Input(0), context.Input(1), context.Input(2), sides]);
        }

        public override Value Batch(BatchContext context) => context.Add(this, context.AllBatched());

        public override RoutineUnits Units(EvaluationContext context) => Matrices(context, 0.3, context.Output.Extents[^1]);

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Substitute<float>(context);
            else Substitute<double>(context);
        }

        private void Substitute<T>(EvaluationContext context)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (n, columns) = (context.Output.Extents[^2], context.Output.Extents[^1]);
            var factors = context.Inputs[1].Span<T>();
            var rows = context.Inputs[2].Span<int>();
            var sides = context.Inputs[3].Span<T>();
            var x = context.Output.Span<T>();
            for (var matrix = 0; n > 0 && matrix * n < rows.Length; matrix++)
            {
                var a = factors.Slice(matrix * n * n, n * n);
                for (var k = 0; k < n; k++)
                {
                    if (a[(k * n) + k] == T.Zero) throw context.Error(Singular(context.FirstUnit + matrix, k));
                }
            }
            if (n > 0 && MatrixLanes.Fits(n, columns, rows.Length / n))
            {
                MatrixLanes.Solve<T>(factors, rows, sides, x, n, columns, IsTransposed);
                return;
            }
            for (var matrix = 0; n > 0 && matrix * n < rows.Length; matrix++)
            {
                var a = factors.Slice(matrix * n * n, n * n);
                var from = sides.Slice(matrix * n * columns, n * columns);
                var to = x.Slice(matrix * n * columns, n * columns);
                var order = rows.Slice(matrix * n, n);
                if (IsTransposed) SubstituteTransposed(a, order, from, to, n, columns);
                else Substitute(a, order, from, to, n, columns);
            }
        }

        private string Singular(int matrix, int column) => IsOfRoot
            ? $"the Jacobian is singular where Newton's method has come to: no pivot is left in column {column}. Start elsewhere, or remove equations that depend on one another."
            : $"matrix {matrix} is singular: no pivot is left in column {column}. Remove dependent rows, or add a multiple of the identity.";

        private static void Substitute<T>(Span<T> a, Span<int> order, Span<T> from, Span<T> to, int n, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            if (columns == n && IsIdentity<T>(from, n))
            {
                Invert(a, order, to, n);
                return;
            }
            for (var i = 0; i < n; i++) from.Slice(order[i] * columns, columns).CopyTo(to[(i * columns)..]);
            TriangularSystem.Solve<T>(a, to, n, columns, isLower: true, isTransposed: false, isUnit: true);
            TriangularSystem.Solve<T>(a, to, n, columns, isLower: false, isTransposed: false);
        }

        private static bool IsIdentity<T>(ReadOnlySpan<T> x, int n)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (var i = 0; i < n; i++)
            {
                var row = x.Slice(i * n, n);
                if (row[i] != T.One || row[..i].ContainsAnyExcept(T.Zero) || row[(i + 1)..].ContainsAnyExcept(T.Zero)) return false;
            }
            return true;
        }

        // A⁻¹ = U⁻¹·L⁻¹·P: L⁻¹ has zeros above its diagonal, a third of the work, and in the end its columns are put where P has them.
        private static unsafe void Invert<T>(Span<T> a, Span<int> order, Span<T> x, int n)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            x.Clear();
            for (var i = 0; i < n; i++) x[(i * n) + i] = T.One;
            using var scratch = new Scratch<T>(n);
            fixed (T* factors = a, result = x, copy = scratch.Span)
            {
                Block<T> lower = new(factors, n, n, n), columns = new(result, n, n, n);
                var width = Elimination.Width<T>();
                for (var from = 0; from < n; from += width)
                    Elimination.Forward(lower.Part(from, from, n - from, n - from), columns.Part(from, from, n - from, Math.Min(width, n - from)), isUnit: true);
                TriangularSystem.Solve<T>(a, x, n, n, isLower: false, isTransposed: false);
                for (var i = 0; i < n; i++)
                {
                    var row = columns.At(i, 0);
                    new ReadOnlySpan<T>(row, n).CopyTo(scratch.Span);
                    for (var k = 0; k < n; k++) row[order[k]] = copy[k];
                }
            }
        }

        // Aᵀ = Uᵀ·Lᵀ·P: what comes out last is put back where its rows came from.
        private static void SubstituteTransposed<T>(Span<T> a, Span<int> order, Span<T> from, Span<T> to, int n, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using var scratch = new Scratch<T>(n * columns);
            var z = scratch.Span;
            from.CopyTo(z);
            TriangularSystem.Solve<T>(a, z, n, columns, isLower: false, isTransposed: true);
            TriangularSystem.Solve<T>(a, z, n, columns, isLower: true, isTransposed: true, isUnit: true);
            for (var i = 0; i < n; i++) z.Slice(i * columns, columns).CopyTo(to[(order[i] * columns)..]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The X with a·X = b, for each matrix in the last two axes: <see cref="Lu"/>, then two triangular systems, O(n²) for each column. Gradients use the same factors.
        /// </summary>
        /// <param name="a">[…, n, n].</param>
        /// <param name="b">[…, n, m]; leading axes broadcast. A vector [n], or one for each matrix, counts as a column.</param>
        /// <returns>Of b's shape, but for leading axes.</returns>
        /// <exception cref="GraphException">a is no stack of square matrices of floats, or b does not fit. In a run: a matrix is singular.</exception>
        public static Value Solve(Value a, Value b) => OfSystems(a, b, (matrix, sides) => Factored(matrix, sides, isTransposed: false));

        /// <summary>The X with aᵀ·X = b, by the factors of a.</summary>
        internal static Value SolveTransposed(Value a, Value b) => Factored(a, b, isTransposed: true);

        /// <summary>The x with J·x = b or Jᵀ·x = b for a vector b and the Jacobian of <see cref="Root"/>, which errors name.</summary>
        internal static Value SolveForRoot(Value jacobian, Value b, bool isTransposed) => Squeeze(Factored(jacobian, ExpandDims(b, 1), isTransposed, isOfRoot: true), 1);

        private static Value Factored(Value a, Value b, bool isTransposed, bool isOfRoot = false)
        {
            if (!a.DType.IsFloat()) throw a.Graph.Error("solve", $"'{a.Name}' {a.Type} is not a float; cast it with Cast.");
            if (a.Rank < 2 || a.Shape[^1] != a.Shape[^2]) throw a.Graph.Error("solve", $"'{a.Name}' {a.Type} is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it.");
            var factors = Lu(a);
            return a.Graph.Add(new SolveOp(isTransposed, isOfRoot), [a, factors.Packed, factors.Rows, b]);
        }
    }
}
