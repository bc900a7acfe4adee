using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Matrix product over the last two axes, by NumPy's rules: a vector on the left is a row, on the right a column, and the
    /// result loses that axis; all axes before the last two are batch axes and broadcast.
    /// </summary>
    /// <param name="x">Shape [K], or [..., M, K]; of a number type.</param>
    /// <param name="y">Shape [K], or [..., K, N]; of the same type.</param>
    /// <returns>Shape [..., M, N], without M or N where the operand is a vector.</returns>
    /// <exception cref="GraphException">An operand is a scalar, the types differ or are bool, columns and rows differ, or batch axes do not broadcast.</exception>
    public static Value MatMul(Value x, Value y)
    {
        if (x.Rank == 0 || y.Rank == 0)
            throw x.Graph.Error("matmul", $"left '{x.Name}' {x.Type} and right '{y.Name}' {y.Type} must have at least one axis; multiply by a scalar with *.");
        var rows = y.Shape[y.Rank == 1 ? 0 : y.Rank - 2];
        if (x.Shape[^1] != rows)
            throw x.Graph.Error("matmul", $"left '{x.Name}' {x.Type} has {x.Shape[^1]} columns, right '{y.Name}' {y.Type} has {rows} rows; they must be equal. Transpose or reshape one of them.");
        // Where at most one operand has batch axes they are free axes of the product, and nothing is repeated.
        if (y.Rank <= 2) return Dot(x, y, [-1], [y.Rank == 1 ? 0 : -2]);
        if (x.Rank == 1) return Dot(x, y, [0], [-2]);
        if (x.Rank == 2) return Transpose(Dot(x, y, [-1], [-2]), [.. Enumerable.Range(1, y.Rank - 2), 0, y.Rank - 1]);

        var (batchX, batchY) = (x.Shape.Without(x.Rank - 2, x.Rank - 1), y.Shape.Without(y.Rank - 2, y.Rank - 1));
        if (!Broadcasting.TryUnite(batchX, batchY, out var batch, out var why))
            throw x.Graph.Error("matmul", $"the batch axes {batchX} of left '{x.Name}' {x.Type} and {batchY} of right '{y.Name}' {y.Type} do not broadcast: {why}");
        var left = BroadcastTo(x, new Shape([.. batch, x.Shape[^2], x.Shape[^1]]));
        var right = BroadcastTo(y, new Shape([.. batch, y.Shape[^2], y.Shape[^1]]));
        int[] axes = [.. Enumerable.Range(0, batch.Rank)];
        return Dot(left, right, [-1], [-2], axes, axes);
    }
}
