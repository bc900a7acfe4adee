namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The rows of a table at the given ids; rows that occur several times sum their gradients.</summary>
    /// <param name="table">[rows, width].</param>
    /// <param name="ids">int32 or int64, of any shape; an id outside the table fails the run.</param>
    /// <returns>The shape of the ids, then [width].</returns>
    /// <exception cref="GraphException">The table is not a matrix, or the ids are not integers.</exception>
    public static Value Embedding(Value table, Value ids)
    {
        if (table.Rank != 2)
            throw table.Graph.Error("embedding", $"the table '{table.Name}' {table.Type} must be a matrix of rows by width.");
        return Gather(table, ids);
    }
}
