namespace GraphGrad;

/// <summary>What <see cref="Ops.EmbeddingBag"/> makes of the rows of a bag.</summary>
public enum BagMode
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their largest elements.</summary>
    Max,
}

public static partial class Ops
{
    /// <summary>The rows of a table at the given ids; rows that occur several times sum their gradients.</summary>
    /// <param name="table">[rows, width].</param>
    /// <param name="ids">int32 or int64, of any shape; an id outside the table fails the run.</param>
    /// <param name="paddingId">An id whose row gets no gradient; negative counts from the end.</param>
    /// <param name="maxNorm">
    /// The greatest norm of a row, longer ones are shortened to it: see <see cref="EmbeddingRenorm"/>. The gradient is that of the shortened row, and the table keeps its own. To train as a table that is
    /// shortened in place does, look up in EmbeddingRenorm(table, ids, maxNorm), differentiate by that value, and assign it less a step to the table.
    /// </param>
    /// <param name="normOrder">The order of that norm.</param>
    /// <returns>The shape of the ids, then [width].</returns>
    /// <exception cref="GraphException">The table is not a matrix, the ids are not integers, the padding id lies outside the table, or the greatest norm is negative.</exception>
    public static Value Embedding(Value table, Value ids, int? paddingId = null, double? maxNorm = null, double normOrder = 2)
    {
        CheckTable("embedding", table);
        var rows = Shortened("embedding", Gather(table, ids), maxNorm, normOrder);
        return paddingId is not { } id ? rows : Where(ExpandDims(IsPadding("embedding", table, ids, id), -1), StopGradient(rows), rows);
    }

    /// <summary>The sum, mean or maximum of the rows of a table at the ids of each bag; 0 for a bag of nothing.</summary>
    /// <param name="table">[rows, width], float32 or float64.</param>
    /// <param name="ids">int32 or int64: [bags, ids of a bag], or all bags one after the other in a vector.</param>
    /// <param name="offsets">Where each bag begins, ascending from 0, if the ids are a vector; int32 or int64.</param>
    /// <param name="mode">What is made of the rows of a bag.</param>
    /// <param name="weights">A factor for each id, of the table's type; with sums only.</param>
    /// <param name="paddingId">An id that does not count; negative counts from the end.</param>
    /// <param name="maxNorm">The greatest norm of a row, as for <see cref="Embedding"/>.</param>
    /// <param name="normOrder">The order of that norm.</param>
    /// <returns>[bags, width].</returns>
    /// <exception cref="GraphException">The table is not a matrix of floats, ids or offsets are not integers or do not go together, weights do not fit, or the greatest norm is negative.</exception>
    public static Value EmbeddingBag(Value table, Value ids, Value? offsets = null, BagMode mode = BagMode.Mean, Value? weights = null, int? paddingId = null, double? maxNorm = null, double normOrder = 2)
    {
        CheckTable("embedding bag", table);
        if (!table.DType.IsFloat()) throw table.Graph.Error("embedding bag", $"the table '{table.Name}' {table.Type} is not a float; cast it with Cast.");
        if (ids.Rank != (offsets is null ? 2 : 1))
            throw table.Graph.Error("embedding bag", $"the ids '{ids.Name}' {ids.Type} must be a matrix of bags, or a vector with offsets that say where bags begin.");
        if (offsets is not null && (offsets.Rank != 1 || !offsets.DType.IsInteger()))
            throw table.Graph.Error("embedding bag", $"the offsets '{offsets.Name}' {offsets.Type} must be a vector of integers.");
        if (weights is not null && (mode != BagMode.Sum || weights.DType != table.DType || !weights.Shape.Equals(ids.Shape)))
            throw table.Graph.Error("embedding bag", $"the weights '{weights.Name}' {weights.Type} go with sums only, and must have the shape {ids.Shape} of the ids and the type {table.DType.Text()} of the table.");
        var rows = Shortened("embedding bag", Gather(table, ids), maxNorm, normOrder);
        if (weights is not null) rows *= ExpandDims(weights, -1);
        var counted = paddingId is { } id ? !IsPadding("embedding bag", table, ids, id) : null;
        return offsets is null ? OfMatrix(rows, counted, mode) : OfVector(rows, offsets, counted, mode);
    }

    /// <summary>A table whose rows at the given ids are shortened where they are longer than <paramref name="maxNorm"/>, as by <see cref="Renorm"/>; the others stay.</summary>
    /// <param name="table">[rows, width], float32 or float64.</param>
    /// <param name="ids">int32 or int64, of any shape; an id outside the table fails the run.</param>
    /// <param name="maxNorm">The greatest norm.</param>
    /// <param name="normOrder">The order of the norm.</param>
    /// <exception cref="GraphException">The table is not a matrix of floats, the ids are not integers, or the greatest norm is negative.</exception>
    public static Value EmbeddingRenorm(Value table, Value ids, double maxNorm, double normOrder = 2)
    {
        CheckTable("embedding renorm", table);
        var isRead = NotEqual(ScatterAdd(BroadcastTo(table.Graph.Constant(0), [table.Shape[0]]), Flatten(ids), BroadcastTo(table.Graph.Constant(1), [ids.Shape.ElementCount])), 0);
        return Where(ExpandDims(isRead, -1), Renorm(table, normOrder, 0, maxNorm), table);
    }

    private static Value Shortened(string function, Value rows, double? maxNorm, double order)
    {
        if (maxNorm is not { } most) return rows;
        return CustomGradient(v => Shortened(function, v[0], order, [v[0].Rank - 1], most), c => [c.Adjoint], c => c.Tangents[0], rows);
    }

    /// <summary>Rows [bags, n, width] of bags of equal size.</summary>
    private static Value OfMatrix(Value rows, Value? counted, BagMode mode)
    {
        if (mode == BagMode.Max)
        {
            if (counted is not null) rows = Where(ExpandDims(counted, -1), rows, double.NegativeInfinity);
            return NothingIsZero(Max(rows, 1), counted is null ? null : Any(counted, 1, keepDims: true));
        }
        if (counted is null) return mode == BagMode.Sum ? Sum(rows, 1) : Mean(rows, 1);
        var sum = Sum(Where(ExpandDims(counted, -1), rows, 0), 1);
        return mode == BagMode.Sum ? sum : sum / Max(Sum(Cast(counted, rows.DType), 1, keepDims: true), 1.0);
    }

    /// <summary>Rows [n, width] of bags one after the other.</summary>
    private static Value OfVector(Value rows, Value offsets, Value? counted, BagMode mode)
    {
        var graph = rows.Graph;
        var places = Iota(graph, [rows.Shape[0], 1]);
        // The last bag that begins no later than the place.
        var bags = Sum(Cast(LessOrEqual(ExpandDims(Cast(offsets, DType.Int64), 0), places), DType.Int64), 1) - 1;
        Shape shape = [offsets.Shape[0], rows.Shape[1]];
        if (mode == BagMode.Max)
        {
            var own = Equal(ExpandDims(bags, 0), Iota(graph, [offsets.Shape[0], 1]));
            if (counted is not null) own &= ExpandDims(counted, 0);
            return NothingIsZero(Max(Where(ExpandDims(own, 2), ExpandDims(rows, 0), double.NegativeInfinity), 1), Any(own, 1, keepDims: true));
        }
        if (counted is not null) rows = Where(ExpandDims(counted, -1), rows, 0);
        var sum = ScatterAdd(BroadcastTo(Scalar(rows, 0), shape), bags, rows);
        if (mode == BagMode.Sum) return sum;
        var ones = counted is null ? BroadcastTo(Scalar(rows, 1), [rows.Shape[0]]) : Cast(counted, rows.DType);
        var counts = ScatterAdd(BroadcastTo(Scalar(rows, 0), [offsets.Shape[0]]), bags, ones);
        return sum / ExpandDims(Max(counts, 1.0), 1);
    }

    private static Value NothingIsZero(Value max, Value? any) => any is null ? max : Where(any, max, 0);

    private static Value Max(Value counts, double least) => Where(counts < least, least, counts);

    private static Value IsPadding(string function, Value table, Value ids, int id)
    {
        var rows = table.Shape[0];
        if (rows.IsConstant ? id < -rows.Value || id >= rows.Value : id < 0)
            throw table.Graph.Error(function, $"the padding id {id} lies outside the {rows} rows of the table '{table.Name}' {table.Type}.");
        return Equal(ids, id < 0 ? id + rows.Value : id);
    }

    private static void CheckTable(string function, Value table)
    {
        if (table.Rank != 2)
            throw table.Graph.Error(function, $"the table '{table.Name}' {table.Type} must be a matrix of rows by width.");
    }
}
