namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The distances of the rows of a matrix from each other, each pair once: row 0 from 1, 2, …, then row 1 from 2, 3, ….</summary>
    /// <param name="x">[n, k] with known n, float32 or float64.</param>
    /// <param name="order">The order of the norm, as in <see cref="Norm(Value, double, int?, bool)"/>.</param>
    /// <returns>[n·(n - 1)/2]; the gradient at distance 0 is 0.</returns>
    /// <exception cref="GraphException">x is no matrix of floats with a known number of rows, or the order is negative or NaN.</exception>
    public static Value CondensedDistances(Value x, double order = 2)
    {
        RequireFloat("condensed_distances", x);
        if (x.Rank != 2 || !x.Shape[0].IsConstant) throw x.Graph.Error("condensed_distances", $"'{x.Name}' {x.Type} is no matrix with a known number of rows; reshape it.");
        RequireDistance("condensed_distances", x, order);
        var (rows, columns) = Triangle((int)x.Shape[0].Value, (int)x.Shape[0].Value, (row, column) => column > row);
        if (rows.Length == 0) return BroadcastTo(Scalar(x, 0), [0]);
        return Norm(Gather(x, x.Graph.Constant(rows)) - Gather(x, x.Graph.Constant(columns)), order, -1);
    }

    /// <summary>The places on and below a diagonal of a matrix, row by row: [2, count], int64, rows above columns.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="diagonal">Which diagonal: 0 for the main one, 1 for the one above it, -1 for the one below.</param>
    /// <exception cref="GraphException">A number of rows or columns is negative.</exception>
    public static Value TriangularLowerIndices(Graph graph, int rows, int columns, int diagonal = 0) =>
        PlacesOf(graph, rows, columns, (row, column) => column <= row + diagonal);

    /// <summary>The places on and above a diagonal of a matrix, row by row: [2, count], int64, rows above columns.</summary>
    /// <inheritdoc cref="TriangularLowerIndices" path="/param|/exception"/>
    public static Value TriangularUpperIndices(Graph graph, int rows, int columns, int diagonal = 0) =>
        PlacesOf(graph, rows, columns, (row, column) => column >= row + diagonal);

    /// <summary>A matrix with one number on its main diagonal.</summary>
    /// <param name="x">[…, n, m], of any element type.</param>
    /// <param name="value">The number.</param>
    /// <param name="wrap">Whether the diagonal of a tall matrix, which ends at its last column, begins anew two rows below.</param>
    /// <exception cref="GraphException">x has fewer than two axes, or its type does not hold the number.</exception>
    public static Value FillDiagonal(Value x, double value, bool wrap = false)
    {
        var row = Row(x);
        if (wrap) row %= SizeOf(x.Graph, x.Shape[^1] + 1, row.DType);
        return Where(Equal(row, Column(x)), x.Number(value), x);
    }

    /// <summary>
    /// Estimates of the derivative along an axis from neighbouring elements: central differences inside, one-sided ones of the given order of accuracy at the ends.
    /// </summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="axis">The axis, of at least edgeOrder + 1 elements; negative counts from the end.</param>
    /// <param name="distance">How far one element is from the next.</param>
    /// <param name="edgeOrder">1 or 2.</param>
    /// <exception cref="GraphException">x is not a float, has no such axis or too few elements along it, or a number is out of range.</exception>
    public static Value DifferenceQuotients(Value x, int axis = -1, double distance = 1, int edgeOrder = 1)
    {
        RequireFloat("difference_quotients", x);
        var place = Operations.Axes.Find(x, axis, "difference_quotients");
        if (edgeOrder is not (1 or 2) || distance == 0) throw x.Graph.Error("difference_quotients", $"the order {edgeOrder} at the ends of '{x.Name}' must be 1 or 2, and the distance {distance} not 0.");
        if (x.Shape[place] - edgeOrder is { IsConstant: true, Value: < 1 })
            throw x.Graph.Error("difference_quotients", $"axis {place} of '{x.Name}' {x.Type} is too short: differences need at least {edgeOrder + 1} elements.");
        var n = x.Shape[place];
        var central = (At(2, n - 2) - At(0, n - 2)) / (2 * distance);
        var (low, high) = edgeOrder == 1
            ? ((At(1, 1) - At(0, 1)) / distance, (At(n - 1, 1) - At(n - 2, 1)) / distance)
            : (((4 * At(1, 1)) - (3 * At(0, 1)) - At(2, 1)) / (2 * distance), ((3 * At(n - 1, 1)) - (4 * At(n - 2, 1)) + At(n - 3, 1)) / (2 * distance));
        return Concat([low, central, high], place);

        Value At(Dim start, Dim count) => Slice(x, place, start, count);
    }

    /// <summary>Estimates of the derivative along an axis over given places: inside, the slope of the parabola through an element and its neighbours; at the ends, of a line or a parabola.</summary>
    /// <remarks>Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", 1988.</remarks>
    /// <param name="x">float32 or float64: the function's values.</param>
    /// <param name="places">One for each element of the axis, of x's type; no two neighbours are equal.</param>
    /// <param name="axis">The axis, of at least edgeOrder + 1 elements; negative counts from the end.</param>
    /// <param name="edgeOrder">1 for lines at the ends, 2 for parabolas.</param>
    /// <exception cref="GraphException">x is not a float, has no such axis or too few elements along it, the places do not fit it, or the order is out of range.</exception>
    public static Value DifferenceQuotients(Value x, Value places, int axis = -1, int edgeOrder = 1)
    {
        RequireFloat("difference_quotients", x);
        var place = Operations.Axes.Find(x, axis, "difference_quotients");
        if (edgeOrder is not (1 or 2)) throw x.Graph.Error("difference_quotients", $"the order {edgeOrder} at the ends of '{x.Name}' must be 1 or 2.");
        if (!places.Type.Equals(new TensorType(x.DType, [x.Shape[place]])))
            throw x.Graph.Error("difference_quotients", $"the places '{places.Name}' {places.Type} do not fit axis {place} of '{x.Name}' {x.Type}; give one of its type for each element.");
        var n = x.Shape[place];
        if (n - edgeOrder is { IsConstant: true, Value: < 1 })
            throw x.Graph.Error("difference_quotients", $"axis {place} of '{x.Name}' {x.Type} is too short: differences need at least {edgeOrder + 1} elements.");
        var gaps = Reshape(Diff(places), new Shape([n - 1, .. Enumerable.Repeat((Dim)1, x.Rank - 1 - place)]));
        var slopes = Diff(x, place) / gaps;
        var (before, after) = (Slopes(0, n - 2), Slopes(1, n - 2));
        // Of a parabola the slope at a point is the mean of those to its neighbours, each weighted by the other's distance; at the next point it differs by twice the curvature.
        var (first, second) = (Gaps(0, n - 2), Gaps(1, n - 2));
        var inside = ((before * second) + (after * first)) / (first + second);
        var (low, high) = edgeOrder == 1
            ? (Slopes(0, 1), Slopes(n - 2, 1))
            : (Outside(Slopes(0, 1), Slopes(1, 1), Gaps(0, 1), Gaps(1, 1)), Outside(Slopes(n - 2, 1), Slopes(n - 3, 1), Gaps(n - 2, 1), Gaps(n - 3, 1)));
        return Concat([low, inside, high], place);

        Value Slopes(Dim start, Dim count) => Slice(slopes, place, start, count);
        Value Gaps(Dim start, Dim count) => Slice(gaps, 0, start, count);
        static Value Outside(Value near, Value far, Value gap, Value next) => near + ((near - far) * gap / (gap + next));
    }

    private static Value PlacesOf(Graph graph, int rows, int columns, Func<int, int, bool> holds)
    {
        if (rows < 0 || columns < 0) throw graph.Error("triangle", $"{rows} rows and {columns} columns make no matrix; neither may be negative.");
        var (ofRows, ofColumns) = Triangle(rows, columns, holds);
        return Reshape(graph.Constant<long>([.. ofRows, .. ofColumns]), [2, ofRows.Length]);
    }

    private static (long[] Rows, long[] Columns) Triangle(int rows, int columns, Func<int, int, bool> holds)
    {
        var places = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, columns).Where(column => holds(row, column)).Select(column => (row, column))).ToArray();
        return ([.. places.Select(p => (long)p.row)], [.. places.Select(p => (long)p.column)]);
    }

    private static void RequireDistance(string function, Value x, double order)
    {
        if (!(order >= 0)) throw x.Graph.Error(function, $"there is no distance of order {order} for '{x.Name}'; the order must not be negative.");
    }
}
