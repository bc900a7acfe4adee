namespace GraphGrad;

/// <summary>
/// A function that can be undone, with the logarithm of the determinant of its derivative: it makes another distribution of one, <c>LogDensity.Transformed(y, Bijection.Exp, x => LogDensity.Normal(x))</c>. Elementwise, or of vectors
/// in the last axis, or of what fills several. PyTorch's <c>distributions.transforms</c>.
/// </summary>
public sealed partial class Bijection
{
    private readonly Func<Value, Value> forward;
    private readonly Func<Value, Value> inverse;
    private readonly Func<Value, Value, Value> logDeterminant;

    /// <summary>A function that can be undone.</summary>
    /// <param name="forward">The function.</param>
    /// <param name="inverse">What undoes it.</param>
    /// <param name="logDeterminant">The logarithm of the absolute value of the derivative, from what goes in and what comes out; of a function of vectors, of the determinant, without the last axis.</param>
    /// <param name="axes">How many of the last axes hold one thing that goes in: 0 of a function of numbers, 1 of vectors.</param>
    /// <param name="resultAxes">How many of the last axes hold one thing that comes out; null for as many.</param>
    public Bijection(Func<Value, Value> forward, Func<Value, Value> inverse, Func<Value, Value, Value> logDeterminant, int axes = 0, int? resultAxes = null)
    {
        (this.forward, this.inverse, this.logDeterminant, Axes, ResultAxes) = (forward, inverse, logDeterminant, axes, resultAxes ?? axes);
    }

    /// <summary>eˣ.</summary>
    public static Bijection Exp { get; } = new(Ops.Exp, Ops.Log, (x, _) => x);

    /// <summary>log x, of positive numbers.</summary>
    public static Bijection Log { get; } = new(Ops.Log, Ops.Exp, (_, y) => -y);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Bijection Sigmoid { get; } = new(Ops.Sigmoid, y => Ops.Logit(y), (x, _) => -Ops.Softplus(x) - Ops.Softplus(-x));

    /// <summary>tanh x.</summary>
    public static Bijection Tanh { get; } = new(Ops.Tanh, Ops.Atanh, (x, _) => 2 * (Math.Log(2) - x - Ops.Softplus(-2 * x)));

    /// <summary>log(1 + eˣ).</summary>
    public static Bijection Softplus { get; } = new(Ops.Softplus, y => y + Ops.Log(-Ops.Expm1(-y)), (x, _) => -Ops.Softplus(-x));

    /// <summary>Numbers as shares of a whole that leave some to the next one and the last: a vector has one more element than goes in. The first of n takes sigmoid(x - log n).</summary>
    public static Bijection StickBreaking { get; } = new(
        x =>
        {
            var offset = Places(x, Count(x));
            var (taken, left) = (Ops.LogSigmoid(x - offset), -Ops.Softplus(x - offset));
            var before = Ops.CumSum(left, -1);
            return Ops.Exp(Ops.Concat([taken + before - left, Ops.Sum(left, -1, keepDims: true)], -1));
        },
        y =>
        {
            var count = Count(y) - 1;
            if (count < 0) throw y.Graph.Error("stick breaking", $"'{y.Name}' {y.Type} holds no shares in its last axis; there is at least one, what is left.");
            // What is left behind an element, summed from the far end.
            var left = Ops.Slice(Ops.CumSum(y, -1, reverse: true), -1, 1, count);
            var taken = Ops.Slice(y, -1, 0, count);
            return Ops.Log(taken) - Ops.Log(left) + Places(taken, count);
        },
        (x, y) =>
        {
            var shifted = x - Places(x, Count(x));
            return Ops.Sum(Ops.Log(Ops.Slice(y, -1, 0, Count(x))) - Ops.Softplus(shifted), -1);
        },
        axes: 1);

    /// <summary>
    /// Vectors of n(n - 1)/2 numbers, the rows below the diagonal of a matrix one after the other, as lower triangular factors of correlation matrices, [n, n]: the tangents of the numbers are partial correlations.
    /// </summary>
    /// <remarks>Lewandowski, Kurowicka and Joe, "Generating random correlation matrices based on vines and extended onion method", 2009.</remarks>
    public static Bijection CorrelationCholesky { get; } = new(
        x =>
        {
            var triangle = Triangle.Of(x);
            var (numbers, left) = (triangle.Below(x), triangle.Left(x));
            return Ops.Where(triangle.IsBelow, Ops.Tanh(numbers) * Ops.Exp(left), Ops.Where(triangle.IsDiagonal, Ops.Exp(left), 0));
        },
        y =>
        {
            // An element is √(what is left of its row's length) times a tangent, whose sine is that over what is left behind it.
            var behind = Ops.CumSum(Ops.Square(y), -1, reverse: true) - Ops.Square(y);
            var triangle = Triangle.OfMatrix(y);
            return triangle.Row(Ops.Asinh(Ops.Where(triangle.IsBelow, y / Ops.Sqrt(Ops.Where(triangle.IsBelow, behind, 1)), 0)));
        },
        (x, _) =>
        {
            var triangle = Triangle.Of(x);
            return Ops.Sum(triangle.Row(triangle.Left(x)) + 2 * Triangle.LogSech(x), -1);
        },
        axes: 1, resultAxes: 2);

    /// <summary>How many of the last axes hold one thing that goes in: 0 of a function of numbers, 1 of vectors.</summary>
    public int Axes { get; }

    /// <summary>How many of the last axes hold one thing that comes out.</summary>
    public int ResultAxes { get; }

    /// <summary>location + scale · x.</summary>
    public static Bijection Affine(Value location, Value scale) => new(x => location + scale * x, y => (y - location) / scale, (x, _) => Ops.Log(Ops.Abs(scale)) + 0 * x);

    /// <summary>xᵖ, of positive numbers.</summary>
    public static Bijection Power(Value exponent) => new(x => Ops.Pow(x, exponent), y => Ops.Pow(y, 1 / exponent), (x, y) => Ops.Log(Ops.Abs(exponent * y / x)));

    /// <summary>What it makes of x.</summary>
    public Value Forward(Value x) => forward(x);

    /// <summary>What it makes y of.</summary>
    public Value Inverse(Value y) => inverse(y);

    /// <summary>The logarithm of the absolute value of the derivative at x, of which it makes y; of a function of vectors, of the determinant, without the last axes.</summary>
    public Value LogDeterminant(Value x, Value y) => logDeterminant(x, y);

    /// <summary>The other way.</summary>
    public Bijection Inverted() => new(inverse, forward, (y, x) => -logDeterminant(x, y), ResultAxes, Axes);

    /// <summary>This one first, then another.</summary>
    public Bijection Then(Bijection next)
    {
        var (axes, between) = (Math.Max(Axes, next.Axes + Axes - ResultAxes), Math.Max(ResultAxes, next.Axes));
        return new(
            x => next.Forward(Forward(x)),
            y => Inverse(next.Inverse(y)),
            (x, y) =>
            {
                var middle = Forward(x);
                return SumOfLast(LogDeterminant(x, middle), axes - Axes) + SumOfLast(next.LogDeterminant(middle, y), between - next.Axes);
            },
            axes, between + next.ResultAxes - next.Axes);
    }

    /// <summary>The sum over so many of the last axes.</summary>
    internal static Value SumOfLast(Value x, int axes) => axes == 0 ? x : Ops.Sum(x, [.. Enumerable.Range(-axes, axes)]);

    private static long Count(Value x) => x.Rank >= 1 && x.Shape[^1].IsConstant
        ? x.Shape[^1].Value
        : throw x.Graph.Error("stick breaking", $"'{x.Name}' {x.Type} has no last axis of known extent. Reshape it.");

    /// <summary>log n, log(n - 1), … log 1: the logarithms of how many shares are still to be taken after each.</summary>
    private static Value Places(Value x, long count) => Ops.Cast(x.Graph.Constant(Enumerable.Range(0, (int)count).Select(i => Math.Log(count - i)).ToArray()), x.DType);

    /// <summary>What is below the diagonal of square matrices, as matrices and as vectors.</summary>
    private sealed class Triangle
    {
        private readonly Graph graph;
        private readonly int[] rows, columns;
        private readonly int size;

        private Triangle(Graph graph, int size)
        {
            (this.graph, this.size) = (graph, size);
            var places = Enumerable.Range(0, size).SelectMany(row => Enumerable.Range(0, row).Select(column => (Row: row, Column: column))).ToArray();
            (rows, columns) = ([.. places.Select(p => p.Row)], [.. places.Select(p => p.Column)]);
            var (row, column) = (Ops.Iota(graph, [size, size]), Ops.Iota(graph, [size, size], 1));
            (IsBelow, IsDiagonal) = (column < row, Ops.Equal(column, row));
        }

        public Value IsBelow { get; }

        public Value IsDiagonal { get; }

        public static Triangle Of(Value x)
        {
            var count = x.Rank >= 1 && x.Shape[^1].IsConstant ? x.Shape[^1].Value : -1;
            var size = (int)((1 + Math.Sqrt(1 + (8 * (double)count))) / 2);
            return count >= 1 && count == (long)size * (size - 1) / 2 ? new(x.Graph, size)
                : throw x.Graph.Error("correlation matrices", $"'{x.Name}' {x.Type} must have a last axis of 1, 3, 6, 10, … n(n - 1)/2 numbers. Slice or reshape it.");
        }

        public static Triangle OfMatrix(Value y) => y.Rank >= 2 && y.Shape[^1] == y.Shape[^2] && y.Shape[^1] is { IsConstant: true, Value: >= 2 } size ? new(y.Graph, (int)size.Value)
            : throw y.Graph.Error("correlation matrices", $"'{y.Name}' {y.Type} is no square matrix of a known extent above 1, nor a stack of them. Slice or reshape it.");

        /// <summary>log(1/cosh x), half the logarithm of what a tangent's square leaves of 1.</summary>
        public static Value LogSech(Value x) => Math.Log(2) - x - Ops.Softplus(-2 * x);

        /// <summary>Numbers at their places in a matrix; elsewhere 0.</summary>
        public Value Below(Value x)
        {
            var places = new int[size * size];
            for (var i = 0; i < rows.Length; i++) places[(rows[i] * size) + columns[i]] = i;
            return Ops.Where(IsBelow, Ops.Reshape(Ops.Gather(x, graph.Constant(places), -1), new Shape([.. x.Shape.Dims[..^1], size, size])), 0);
        }

        /// <summary>The numbers of a matrix's places.</summary>
        public Value Row(Value matrix) => Ops.Gather(
            Ops.Reshape(matrix, new Shape([.. matrix.Shape.Dims[..^2], size * size])), graph.Constant(rows.Zip(columns, (row, column) => (row * size) + column).ToArray()), -1);

        /// <summary>Half the logarithm of what the numbers before a place leave of the row's squared length, 1.</summary>
        public Value Left(Value x)
        {
            var logs = Below(LogSech(x));
            return Ops.CumSum(logs, -1) - logs;
        }
    }
}
