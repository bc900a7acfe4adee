using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

internal delegate void BinaryLoop<T, TResult>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<TResult> result);

/// <summary>A loop over two operands, made for one evaluation context and kept in it.</summary>
internal abstract class BroadcastLoop
{
    // A repeated operand is spread over a block of this many elements, small enough to stay in the L1 cache.
    protected const int SpreadLength = 1024;

    // Rows shorter than this are taken several at a time: a call of a vector loop costs as much as some ten elements.
    protected const int ShortRow = 128;

    // From this length on a call of Fill is faster than a loop.
    protected const int LongFill = 16;

    public abstract void Run(EvaluationContext context);
}

/// <summary>
/// Runs a loop over spans of equal length on two operands that are broadcast to the output. The trailing axes on which each
/// operand is either dense or repeated are one row; rows that are short go through a tile where one operand is written out.
/// </summary>
internal sealed class BroadcastLoop<T, TResult> : BroadcastLoop
    where T : unmanaged
    where TResult : unmanaged
{
    private readonly BinaryLoop<T, TResult> loop;
    private readonly bool isDense;
    private readonly int[] extents;
    private readonly int[] stepsA;
    private readonly int[] stepsB;
    private readonly int[] counter;
    private readonly int row = 1;
    private readonly int rows = 1;
    private readonly Side a;
    private readonly Side b;

    public BroadcastLoop(EvaluationContext context, BinaryLoop<T, TResult> loop)
    {
        this.loop = loop;
        isDense = context.Inputs[0].Count == context.Output.Count && context.Inputs[1].Count == context.Output.Count;
        var kept = Enumerable.Range(0, context.Output.Rank).Where(axis => context.Output.Extents[axis] != 1).ToArray();
        extents = context.Output.Extents.In(kept);
        stepsA = Broadcasting.Strides(context.Inputs[0], context.Output.Extents).In(kept);
        stepsB = Broadcasting.Strides(context.Inputs[1], context.Output.Extents).In(kept);
        var outer = extents.Length;
        while (outer > 0 && Extends(stepsA, outer, row) && Extends(stepsB, outer, row)) row *= extents[--outer];
        a = new Side(Repeats(stepsA, outer), 0);
        b = new Side(Repeats(stepsB, outer), 0);
        // The other operand must go on densely from row to row.
        if (outer > 0 && row < ShortRow && ((IsDense(stepsA, outer, row) && !a.Repeats) || (IsDense(stepsB, outer, row) && !b.Repeats)))
        {
            rows = extents[--outer];
            a = a with { Step = stepsA[outer] };
            b = b with { Step = stepsB[outer] };
        }
        counter = new int[outer];
    }

    public override void Run(EvaluationContext context)
    {
        var x = context.Inputs[0].Span<T>();
        var y = context.Inputs[1].Span<T>();
        var z = context.Output.Span<TResult>();
        if (isDense) loop(x, y, z);
        else if (z.Length > 0) Walk(x, y, z);
    }

    private static bool IsDense(int[] steps, int outer, int row) => steps[outer - 1] == row;

    // Dense axes must not follow repeated ones within a row, or the row would be neither.
    private static bool Extends(int[] steps, int outer, int row) =>
        (steps[outer - 1] == 0 || steps[outer - 1] == row)
        && (outer == steps.Length || (steps[outer - 1] == 0) == (steps[outer] == 0));

    private static bool Repeats(int[] steps, int outer) => outer < steps.Length && steps[outer] == 0;

    [SkipLocalsInit]
    private void Walk(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<TResult> z)
    {
        Span<T> tile = stackalloc T[SpreadLength];
        var (atA, atB) = (0, 0);
        for (var at = 0; at < z.Length; at += row * rows)
        {
            if (rows > 1) Tiles(x[atA..], y[atB..], z.Slice(at, row * rows), tile);
            else Row(x[atA..], y[atB..], z.Slice(at, row), tile);
            for (var axis = counter.Length - 1; axis >= 0; axis--)
            {
                atA += stepsA[axis];
                atB += stepsB[axis];
                if (++counter[axis] < extents[axis]) break;
                atA -= stepsA[axis] * counter[axis];
                atB -= stepsB[axis] * counter[axis];
                counter[axis] = 0;
            }
        }
    }

    private void Row(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<TResult> z, Span<T> tile)
    {
        if (!a.Repeats && !b.Repeats)
        {
            loop(x[..row], y[..row], z);
            return;
        }
        if (row < tile.Length) tile = tile[..row];
        tile.Fill(a.Repeats ? x[0] : y[0]);
        for (var done = 0; done < row; done += tile.Length)
        {
            var length = Math.Min(tile.Length, row - done);
            if (a.Repeats) loop(tile[..length], y.Slice(done, length), z.Slice(done, length));
            else loop(x.Slice(done, length), tile[..length], z.Slice(done, length));
        }
    }

    /// <summary>Rows of which one operand is dense over all; of the other as many as a tile holds are written out.</summary>
    private void Tiles(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<TResult> z, Span<T> tile)
    {
        var writesA = a.Repeats || a.Step != row;
        var together = Math.Min(rows, tile.Length / row);
        for (var first = 0; first < rows; first += together)
        {
            var (start, length) = (first * row, Math.Min(together, rows - first) * row);
            // A row that is the same everywhere is written once.
            if (first == 0 || (writesA ? a.Step : b.Step) != 0) WriteOut(writesA ? x : y, writesA ? a : b, first, tile[..length]);
            if (writesA) loop(tile[..length], y.Slice(start, length), z.Slice(start, length));
            else loop(x.Slice(start, length), tile[..length], z.Slice(start, length));
        }
    }

    private void WriteOut(ReadOnlySpan<T> source, Side side, int first, Span<T> tile)
    {
        for (var to = 0; to < tile.Length; to += row, first++)
        {
            if (!side.Repeats) source.Slice(first * side.Step, row).CopyTo(tile[to..]);
            else if (row >= LongFill) tile.Slice(to, row).Fill(source[first * side.Step]);
            else for (var i = to; i < to + row; i++) tile[i] = source[first * side.Step];
        }
    }

    /// <summary>How an operand lies: one element for a whole row or not, and the elements from row to row.</summary>
    private readonly record struct Side(bool Repeats, int Step);
}
