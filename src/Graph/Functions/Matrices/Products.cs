using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>All products of an element of one vector with an element of another: result[i, j] = x[i] · y[j].</summary>
    /// <param name="x">[n], of a number type.</param>
    /// <param name="y">[m], of the same type.</param>
    /// <exception cref="GraphException">An operand is no vector, or the types differ.</exception>
    public static Value Outer(Value x, Value y)
    {
        if (x.Rank != 1 || y.Rank != 1) throw x.Graph.Error("outer", $"'{x.Name}' {x.Type} and '{y.Name}' {y.Type} must be vectors; flatten them, or use TensorDot with no axes.");
        return ExpandDims(x, 1) * ExpandDims(y, 0);
    }

    /// <summary>The sums of products over the last axes of both: result[…x, …y] = Σ x[…x, k] · y[…y, k]; of two vectors, a scalar. With a scalar, the product.</summary>
    /// <param name="x">[…, k], of a number type.</param>
    /// <param name="y">[…, k], of the same type.</param>
    /// <exception cref="GraphException">The types differ, or the last extents do.</exception>
    public static Value Inner(Value x, Value y) => x.Rank == 0 || y.Rank == 0 ? x * y : Dot(x, y, [-1], [-1]);

    /// <summary>
    /// As NumPy's dot: of two vectors the sum of products; of two matrices their product; in general the sums of products over the last axis of x and the last but one of y, or
    /// the only one of a vector. With a scalar, the product. Where leading axes belong together use <see cref="MatMul"/>.
    /// </summary>
    /// <param name="x">[…, k], of a number type.</param>
    /// <param name="y">[k], or […, k, n], of the same type.</param>
    /// <returns>The other axes of x, then the other axes of y.</returns>
    /// <exception cref="GraphException">The types differ or are bool, or the extents of the two axes do.</exception>
    public static Value Dot(Value x, Value y) => x.Rank == 0 || y.Rank == 0 ? x * y : Dot(x, y, [-1], [y.Rank == 1 ? 0 : -2]);

    /// <summary>The sums of products over one axis of both, for each index of the others: Σ x · y along the axis, after broadcasting.</summary>
    /// <exception cref="GraphException">The types differ or are bool, the shapes do not broadcast, or there is no such axis.</exception>
    public static Value VecDot(Value x, Value y, int axis = -1)
    {
        Axes.FindReduced(x.Rank < y.Rank ? y : x, [axis], "vecdot");
        return Sum(x * y, axis);
    }

    /// <summary>The sums of products over the last <paramref name="axes"/> axes of one and the first of another; with 0, all products.</summary>
    /// <param name="x">Of a number type.</param>
    /// <param name="y">Of the same type.</param>
    /// <param name="axes">How many axes are summed over.</param>
    /// <returns>The other axes of x, then the other axes of y.</returns>
    /// <exception cref="GraphException">There are fewer axes, or paired extents or the types differ.</exception>
    public static Value TensorDot(Value x, Value y, int axes = 2)
    {
        if (axes < 0 || axes > Math.Min(x.Rank, y.Rank)) throw x.Graph.Error("tensordot", $"{axes} axes cannot be summed over: '{x.Name}' {x.Type} has {x.Rank} and '{y.Name}' {y.Type} has {y.Rank}.");
        return Dot(x, y, [.. Enumerable.Range(x.Rank - axes, axes)], [.. Enumerable.Range(0, axes)]);
    }

    /// <summary>The Kronecker product: each element of x replaced by its product with y; the one with fewer axes gets axes of extent 1 in front.</summary>
    /// <param name="x">Of a number type.</param>
    /// <param name="y">Of the same type.</param>
    /// <returns>On each axis, the product of both extents.</returns>
    /// <exception cref="GraphException">The types differ.</exception>
    public static Value Kron(Value x, Value y)
    {
        var rank = Math.Max(x.Rank, y.Rank);
        var (dimsX, dimsY) = (Lead(x), Lead(y));
        var (apartX, apartY) = (new Dim[2 * rank], new Dim[2 * rank]);
        for (var axis = 0; axis < rank; axis++)
        {
            (apartX[2 * axis], apartX[(2 * axis) + 1]) = (dimsX[axis], 1);
            (apartY[2 * axis], apartY[(2 * axis) + 1]) = (1, dimsY[axis]);
        }
        return Reshape(Reshape(x, new Shape(apartX)) * Reshape(y, new Shape(apartY)), new Shape([.. dimsX.Zip(dimsY, (a, b) => a * b)]));

        Dim[] Lead(Value v) => [.. Enumerable.Repeat((Dim)1, rank - v.Rank), .. v.Shape];
    }

    /// <summary>The product of a chain of matrices, in the order of multiplications that takes the fewest operations; a vector at either end is a row or a column.</summary>
    /// <param name="matrices">At least two; all but the first and the last are matrices.</param>
    /// <exception cref="GraphException">There are fewer than two, one has another rank, or columns and rows differ. If extents are symbols, the product goes from left to right.</exception>
    public static Value MultiDot(params Value[] matrices)
    {
        if (matrices.Length < 2) throw new GraphException($"multi_dot: there are {matrices.Length} matrices; give at least two. Built at {Origin.Capture()}.");
        for (var i = 0; i < matrices.Length; i++)
        {
            var m = matrices[i];
            if (m.Rank != 2 && (m.Rank != 1 || (i > 0 && i < matrices.Length - 1)))
                throw m.Graph.Error("multi_dot", $"'{m.Name}' {m.Type} must be a matrix; only the first and the last may be vectors. Reshape it.");
        }
        if (!matrices.All(m => m.Shape.IsStatic)) return matrices.Aggregate(MatMul);
        // extents[i] rows and extents[i + 1] columns.
        double[] extents = [matrices[0].Rank == 1 ? 1 : matrices[0].Shape[0].Value, .. matrices.Select((m, i) => (double)(i == matrices.Length - 1 && m.Rank == 1 ? 1 : m.Shape[^1].Value))];
        return Chain(matrices, extents);
    }

    /// <summary>The cheapest order by dynamic programming over the stretches of the chain.</summary>
    private static Value Chain(Value[] matrices, double[] extents)
    {
        var n = matrices.Length;
        var cost = new double[n, n];
        var cut = new int[n, n];
        for (var length = 2; length <= n; length++)
        {
            for (var first = 0; first + length <= n; first++)
            {
                var last = first + length - 1;
                cost[first, last] = double.PositiveInfinity;
                for (var k = first; k < last; k++)
                {
                    var own = cost[first, k] + cost[k + 1, last] + (extents[first] * extents[k + 1] * extents[last + 1]);
                    if (own < cost[first, last]) (cost[first, last], cut[first, last]) = (own, k);
                }
            }
        }
        return Product(0, n - 1);

        Value Product(int first, int last) =>
            first == last ? matrices[first] : MatMul(Product(first, cut[first, last]), Product(cut[first, last] + 1, last));
    }

    /// <summary>The cross products of vectors of three elements along an axis: x₁y₂ - x₂y₁, x₂y₀ - x₀y₂, x₀y₁ - x₁y₀.</summary>
    /// <param name="x">Of a number type, with extent 3 on the axis.</param>
    /// <param name="y">Of the same type; the other axes broadcast.</param>
    /// <param name="axis">The axis, of both.</param>
    /// <exception cref="GraphException">The types differ, there is no such axis, its extent is not 3, or the shapes do not broadcast.</exception>
    public static Value Cross(Value x, Value y, int axis = -1)
    {
        var (atX, atY) = (Axes.Find(x, axis, "cross"), Axes.Find(y, axis, "cross"));
        foreach (var (v, at) in new[] { (x, atX), (y, atY) })
        {
            if (!v.Shape[at].Is(3)) throw v.Graph.Error("cross", $"axis {axis} of '{v.Name}' {v.Type} has extent {v.Shape[at]}; a cross product is of vectors of three elements.");
        }
        Value[] parts = [Part(1, 2), Part(2, 0), Part(0, 1)];
        return Concat(parts, axis < 0 ? axis : Math.Max(x.Rank, y.Rank) - x.Rank + atX);

        Value Part(int i, int j) => (Slice(x, atX, i, 1) * Slice(y, atY, j, 1)) - (Slice(x, atX, j, 1) * Slice(y, atY, i, 1));
    }
}
