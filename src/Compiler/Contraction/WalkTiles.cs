using System.Numerics;
using System.Numerics.Tensors;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The loops around the tiles of a <see cref="WalkPlan"/>, for operands of one element type: packing what all blocks read, the blocks,
/// and adding up parts. All state is on the stack, in the caller's scratch, and in memory that the threads share.
/// </summary>
internal readonly unsafe struct WalkTiles<T>(WalkPlan plan, T* a, T* b, T* c, byte* scratch, byte* shared)
    where T : unmanaged, INumber<T>
{
    private readonly ContractionShape shape = plan.Shape;
    private readonly long* steps = (long*)(scratch + plan.Steps);
    private readonly long* offsets = (long*)(scratch + plan.Offsets);
    private readonly long* laneOffsets = (long*)(scratch + plan.LaneOffsets);
    private readonly T* staging = (T*)(scratch + plan.Staging);
    private readonly T* packed = (T*)(scratch + plan.Packed);
    private readonly T* packedRows = (T*)(scratch + plan.PackedRows);
    private readonly T* sharedColumns = (T*)(shared + plan.SharedColumns);
    private readonly T* parts = (T*)(shared + plan.SharedParts);

    /// <summary>Packs one panel of one batch element, all terms of it.</summary>
    public void Prepare(long chunk)
    {
        var (batch, number) = Math.DivRem(chunk, plan.Panels.Count);
        var panel = plan.Panels[(int)number];
        for (long term = 0, count; term < shape.Inner.Count; term += count)
        {
            // Blocks of terms begin anew with each part.
            count = Math.Min(plan.TermBlock, Math.Min(((term / plan.TermsOfPart) + 1) * plan.TermsOfPart, shape.Inner.Count) - term);
            Pack(SharedPanel(batch, panel, term, (int)count), batch, panel, term, (int)count);
        }
    }

    public void Compute(long index)
    {
        var block = plan.Block(index);
        if (plan.Result == WalkResult.Folded)
        {
            var (begin, end) = plan.Reach(block);
            Clear(c + begin, end - begin);
        }
        for (var batch = block.BeginBatch; batch < block.EndBatch; batch++)
        {
            for (var term = block.BeginTerm; term < block.EndTerm; term += plan.TermBlock)
            {
                var count = (int)Math.Min(plan.TermBlock, block.EndTerm - term);
                var first = FindSteps(plan.WalksColumns ? DotOperand.B : DotOperand.A, term, count);
                var from = a + shape.Batch.Offset(DotOperand.A, batch) + (plan.WalksColumns ? term * shape.Inner.InnerStride(DotOperand.A) : first);
                if (plan.PacksBoth) PackRows(block, from, count);
                for (var number = 0; number < plan.Panels.Count; number++)
                {
                    if (plan.PacksBoth) ComputePacked(block, batch, plan.Panels[number], first, term, count);
                    else ComputePanel(block, batch, plan.Panels[number], from, first, term, count);
                }
            }
        }
    }

    /// <summary>Adds up the parts of some rows of one batch element, in order, and puts the sums where they belong.</summary>
    public void Finish(long chunk)
    {
        var rows = shape.Rows.Count;
        var (batch, first) = Math.DivRem(chunk, DotPlan.Ceiling(rows, WalkPlan.RowsOfFinish));
        var end = Math.Min((first + 1) * WalkPlan.RowsOfFinish, rows);
        var to = c + shape.Batch.Offset(DotOperand.C, batch);
        var adjacent = shape.Columns.Count == 1 || (shape.Columns.InnerStride(DotOperand.C) == 1 && shape.Columns.IsOneRun(DotOperand.C));
        for (var row = first * WalkPlan.RowsOfFinish; row < end; row++)
        {
            var sum = new Span<T>(PartRow(0, batch, row), plan.PackedColumns);
            for (var part = 1L; part < plan.Parts; part++)
                TensorPrimitives.Add(sum, new ReadOnlySpan<T>(PartRow(part, batch, row), plan.PackedColumns), sum);
            var line = to + shape.Rows.Offset(DotOperand.C, row);
            for (var number = 0; number < plan.Panels.Count; number++)
            {
                var panel = plan.Panels[number];
                if (adjacent)
                {
                    sum.Slice(panel.Packed, panel.Live).CopyTo(new Span<T>(line + panel.Start, panel.Live));
                    continue;
                }
                shape.Columns.Offsets(DotOperand.C, panel.Start, panel.Live, laneOffsets);
                for (var x = 0; x < panel.Live; x++) line[laneOffsets[x]] = sum[panel.Packed + x];
            }
        }
    }

    /// <summary>Packs the rows of a block for tiles, four of them at a time.</summary>
    private void PackRows(WalkBlock block, T* from, int count)
    {
        var (step, group) = (shape.Inner.InnerStride(DotOperand.A), plan.TileRows * Packing.PanelsAtOnce);
        for (var k = 0; k < count; k++) offsets[k] = k * step;
        for (var row = block.BeginRow; row < block.EndRow; row += group)
        {
            var live = (int)Math.Min(group, block.EndRow - row);
            shape.Rows.Offsets(DotOperand.A, row, live, laneOffsets);
            Packing<T>.Panels(packedRows + ((row - block.BeginRow) * count), from, laneOffsets, live, plan.TileRows, 1, offsets, count);
        }
    }

    /// <summary>A panel of packed rows. The first tile packs the columns, which it reads where they lie; rows that fill no tile have them packed before.</summary>
    private void ComputePacked(WalkBlock block, long batch, WalkPanel panel, long first, long term, int count)
    {
        var line = PartRow(block.Part, batch, block.BeginRow) + panel.Packed;
        var source = packedRows;
        var (lineStep, accumulate, rows) = (plan.PackedColumns * sizeof(T), term > block.BeginTerm, block.EndRow - block.BeginRow);
        if (rows < plan.TileRows) Pack(packed, batch, panel, term, count);
        for (var packs = rows >= plan.TileRows; rows > 0; packs = false)
        {
            var height = (int)Math.Min(plan.TileRows, rows);
            var tiles = packs ? 1 : rows / height;
            var (rowBytes, tileBytes) = ((long)height * sizeof(T), (long)height * count * sizeof(T));
            if (packs)
            {
                var from = b + shape.Batch.Offset(DotOperand.B, batch) + shape.Columns.Offset(DotOperand.B, panel.Start) + first;
                plan.PackingCode(panel)((long)source, sizeof(T), rowBytes, (long)from, (long)steps, (long)line, lineStep, count, accumulate, 1, tileBytes, (long)packed, 0, 0);
            }
            else
            {
                plan.Code(height, panel)((long)source, sizeof(T), rowBytes, (long)packed, panel.Width * sizeof(T), (long)line, lineStep, count, accumulate, tiles, tileBytes);
            }
            source += tiles * height * count;
            line += tiles * height * plan.PackedColumns;
            rows -= tiles * height;
        }
    }

    private void ComputePanel(WalkBlock block, long batch, WalkPanel panel, T* from, long first, long term, int count)
    {
        var (columns, columnStep) = Columns(batch, panel, first, term, count);
        var termStep = plan.WalksColumns ? shape.Inner.InnerStride(DotOperand.A) * sizeof(T) : (long)steps;
        var accumulate = plan.Result == WalkResult.Folded || term > block.BeginTerm;
        var isPart = plan.Result == WalkResult.Parts;
        var rowStep = shape.Rows.InnerStride(DotOperand.A);
        var lineStep = isPart ? plan.PackedColumns : shape.Rows.InnerStride(DotOperand.C);
        var to = isPart ? null : c + shape.Batch.Offset(DotOperand.C, batch) + shape.Columns.Offset(DotOperand.C, panel.Start);
        for (var row = block.BeginRow; row < block.EndRow;)
        {
            var run = Math.Min(plan.RowRun - (row % plan.RowRun), block.EndRow - row);
            var source = from + shape.Rows.Offset(DotOperand.A, row);
            var line = isPart ? PartRow(block.Part, batch, row) + panel.Packed : to + shape.Rows.Offset(DotOperand.C, row);
            row += run;
            for (long rows; run > 0; run -= rows, source += rows * rowStep, line += rows * lineStep)
            {
                var height = (int)Math.Min(plan.TileRows, run);
                var code = plan.Code(height, panel);
                var step = height * rowStep * sizeof(T);
                if (isPart || panel.Live == panel.Width)
                {
                    var tiles = run / height;
                    rows = tiles * height;
                    code((long)source, rowStep * sizeof(T), termStep, columns, columnStep, (long)line, lineStep * sizeof(T), count, accumulate, tiles, step);
                    continue;
                }
                rows = height;
                code((long)source, rowStep * sizeof(T), termStep, columns, columnStep, (long)staging, panel.Width * sizeof(T), count, false, 1, step);
                Unstage(line, lineStep, height, panel, accumulate);
            }
        }
    }

    /// <summary>Stores or adds the live columns of a tile.</summary>
    private void Unstage(T* line, long lineStep, int height, WalkPanel panel, bool accumulate)
    {
        for (var r = 0; r < height; r++, line += lineStep)
        {
            var sum = new ReadOnlySpan<T>(staging + (r * panel.Width), panel.Live);
            var to = new Span<T>(line, panel.Live);
            if (accumulate) TensorPrimitives.Add(to, sum, to);
            else sum.CopyTo(to);
        }
    }

    /// <summary>Where a panel's terms begin, and the bytes from one to the next or the table of them.</summary>
    private (long From, long Step) Columns(long batch, WalkPanel panel, long first, long term, int count)
    {
        if (plan.WalksColumns)
        {
            return ((long)(b + shape.Batch.Offset(DotOperand.B, batch) + shape.Columns.Offset(DotOperand.B, panel.Start) + first), (long)steps);
        }
        if (plan.ReadsColumnsInPlace)
        {
            var step = shape.Inner.InnerStride(DotOperand.B);
            var from = b + shape.Batch.Offset(DotOperand.B, batch) + shape.Columns.Offset(DotOperand.B, panel.Start) + (term * step);
            return ((long)from, step * sizeof(T));
        }
        if (plan.SharesColumns) return ((long)SharedPanel(batch, panel, term, count), panel.Width * sizeof(T));
        Pack(packed, batch, panel, term, count);
        return ((long)packed, panel.Width * sizeof(T));
    }

    private void Pack(T* to, long batch, WalkPanel panel, long term, int count)
    {
        shape.Columns.Offsets(DotOperand.B, panel.Start, panel.Live, laneOffsets);
        shape.Inner.Offsets(DotOperand.B, term, count, offsets);
        var from = b + shape.Batch.Offset(DotOperand.B, batch);
        if (sizeof(T) == sizeof(uint)) Packing<uint>.Panel((uint*)to, (uint*)from, laneOffsets, panel.Live, panel.Width, offsets, count);
        else Packing<ulong>.Panel((ulong*)to, (ulong*)from, laneOffsets, panel.Live, panel.Width, offsets, count);
    }

    /// <summary>Fills the table of bytes from each term to the next, and gives the place of the first.</summary>
    private long FindSteps(DotOperand operand, long term, int count)
    {
        shape.Inner.Offsets(operand, term, count, offsets);
        for (var k = 0; k + 1 < count; k++) steps[k] = (offsets[k + 1] - offsets[k]) * sizeof(T);
        steps[count - 1] = 0;
        return offsets[0];
    }

    private T* SharedPanel(long batch, WalkPanel panel, long term, int count) =>
        sharedColumns + (((batch * shape.Inner.Count) + term) * plan.PackedColumns) + ((long)panel.Packed * count);

    private T* PartRow(long part, long batch, long row) =>
        parts + (((((part * shape.Batch.Count) + batch) * shape.Rows.Count) + row) * plan.PackedColumns);

    private static void Clear(T* from, long count)
    {
        const int Most = 1 << 28;
        for (; count > 0; from += Most, count -= Most) new Span<T>(from, (int)Math.Min(count, Most)).Clear();
    }
}
