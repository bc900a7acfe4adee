namespace GraphGrad.Operations;

/// <summary>
/// Vectors of two halves of a matrix that are turned by one product: those with zeros behind the first half, those without, and those with zeros before the second, side by side, so that products leave out the zeros.
/// </summary>
internal readonly unsafe ref struct VectorGroups
{
    private readonly int first, second;

    /// <summary>Finds the vectors' places.</summary>
    /// <param name="turned">The rows that are turned.</param>
    /// <param name="halves">0 and 2 for a row with zeros in one half; 1 where there are none.</param>
    /// <param name="places">For each row that is turned its place among them.</param>
    public VectorGroups(ReadOnlySpan<int> turned, ReadOnlySpan<int> halves, Span<int> places)
    {
        var ends = (stackalloc int[4]);
        ends.Clear();
        foreach (var i in turned) ends[halves[i] + 1]++;
        for (var half = 1; half < 4; half++) ends[half] += ends[half - 1];
        (first, second) = (ends[1], ends[2]);
        for (var k = 0; k < turned.Length; k++) places[k] = ends[halves[turned[k]]]++;
    }

    /// <summary>Turns the vectors; those that stay come behind.</summary>
    /// <param name="rows">The vectors, in place.</param>
    /// <param name="copies">Memory as large.</param>
    /// <param name="turns">The matrix that turns them.</param>
    /// <param name="order">The rows: at first those that are turned, then those that stay.</param>
    /// <param name="places">Where they come.</param>
    /// <param name="middle">The first column of the second half.</param>
    public void Turn(Block<double> rows, Block<double> copies, Block<double> turns, ReadOnlySpan<int> order, ReadOnlySpan<int> places, int middle)
    {
        var (count, turned) = (rows.Columns, turns.Rows);
        for (var k = 0; k < order.Length; k++) Row(rows, order[k]).CopyTo(Row(copies, places[k]));
        for (var i = 0; i < count; i++)
        {
            if (i < turned) Row(rows, i).Clear();
            else Row(copies, i).CopyTo(Row(rows, i));
        }
        Elimination.Subtract(turns.Part(0, 0, turned, second), copies.Part(0, 0, second, middle), rows.Part(0, 0, turned, middle));
        Elimination.Subtract(turns.Part(0, first, turned, turned - first), copies.Part(first, middle, turned - first, count - middle), rows.Part(0, middle, turned, count - middle));
    }

    private static Span<double> Row(Block<double> rows, int i) => new(rows.At(i, 0), rows.Columns);
}
