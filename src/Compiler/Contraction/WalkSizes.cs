namespace GraphGrad.Compilation.Contraction;

/// <summary>The tile of a <see cref="WalkPlan"/> in one of its two orientations, and what the product is expected to cost with it.</summary>
internal sealed record WalkSizes(
    ContractionShape Shape, WalkResult Result, long RowRun, int TileRows, int Width, WalkPanel[] Panels, bool ColumnsInPlace, double Cycles)
{
    // Rows whose distance is a multiple of this meet in few sets of the L1 cache.
    private const int SetPeriodBytes = 4096;

    private const long CopyBytesAtMost = 4 << 20;

    // A vector copied into a panel, and an element gathered into it.
    private const double CopyCycles = 2, GatherCycles = 1.5;

    // So few rows do not pay for packing the columns they meet.
    private const int RowsInPlace = 16;

    /// <summary>The best sizes; null if rows cannot be read this way, or it would be pointless.</summary>
    public static WalkSizes? Of(ContractionShape given, DotKernel kernel)
    {
        var folded = given.Folded > 0;
        var shape = new ContractionShape(
            given.Batch.Simplified(DotOperand.C), given.Rows.Simplified(folded ? DotOperand.C : DotOperand.A),
            given.Columns.Simplified(DotOperand.C), given.Inner.Simplified(DotOperand.A)) { Folded = given.Folded };
        var (rows, columns, inner, size) = (shape.Rows, shape.Columns, shape.Inner, kernel.ElementSize);
        // Rows and terms of one step each are an ordinary matrix, which packing serves better.
        if (!folded && rows.IsOneRun(DotOperand.A) && inner.IsOneRun(DotOperand.A)) return null;

        var adjacent = columns.Count == 1 || columns.InnerStride(DotOperand.C) == 1;
        var copyBytes = shape.Batch.Count * rows.Count * columns.Count * size;
        var result = folded ? WalkResult.Folded
            : adjacent && (inner.Count <= rows.Count || copyBytes > CopyBytesAtMost) ? WalkResult.Direct
            : WalkResult.Parts;
        if (result == WalkResult.Parts && copyBytes > CopyBytesAtMost) return null;

        var run = result == WalkResult.Parts ? rows.Run(DotOperand.A) : Math.Min(rows.Run(DotOperand.A), rows.Run(DotOperand.C));
        if (!folded && run > 2 && rows.InnerStride(DotOperand.A) * size % SetPeriodBytes == 0) return null;
        var columnRun = result == WalkResult.Parts ? columns.Count : adjacent ? columns.Run(DotOperand.C) : 1;
        var inPlace = rows.Count <= RowsInPlace && columns.Count % kernel.Lanes == 0 && columns.InnerStride(DotOperand.B) == 1
            && columns.IsOneRun(DotOperand.B) && inner.IsOneRun(DotOperand.B);

        WalkSizes? best = null;
        var mostVectors = (int)Math.Min(4, DotPlan.Ceiling(columnRun, kernel.Lanes));
        for (var vectors = 1; vectors <= mostVectors; vectors++)
        {
            // Registers for a row of columns and a factor besides.
            if (vectors == 4 && kernel.MostAccumulators < 24) break;
            var most = Math.Min(kernel.MostAccumulators / Math.Max(2, vectors), 12);
            var tileRows = (int)DotPlan.Ceiling(run, DotPlan.Ceiling(run, most));
            var panels = Cut(columns.Count, columnRun, vectors * kernel.Lanes, kernel.Lanes);
            var termBlock = WalkPlan.TermBlockOf(inner.Count, vectors * kernel.Lanes, size);
            var cycles = Cycles(panels, tileRows) + Packing(panels);
            if (best is null || cycles < best.Cycles) best = new WalkSizes(shape, result, run, tileRows, panels.Max(p => p.Width), panels, inPlace, cycles);

            double Cycles(WalkPanel[] cut, int height)
            {
                var runs = rows.Count / run;
                var (full, rest) = Math.DivRem(run, height);
                return cut.Sum(panel =>
                {
                    var wide = panel.Width / kernel.Lanes;
                    return runs * ((full * Tile(height, wide)) + (rest > 0 ? Tile((int)rest, wide) : 0));
                });
            }

            double Tile(int height, int wide) =>
                (inner.Count * TileChoice.TermCycles(height, wide)) + (DotPlan.Ceiling(inner.Count, termBlock) * WalkPlan.Overhead(height, wide));

            double Packing(WalkPanel[] cut) => inPlace ? 0
                : columns.InnerStride(DotOperand.B) == 1 && columns.Run(DotOperand.B) >= Math.Min(4, columns.Count)
                    ? inner.Count * cut.Sum(p => CopyCycles * DotPlan.Ceiling(p.Live, kernel.Lanes))
                    : inner.Count * columns.Count * GatherCycles;
        }
        return best;
    }

    /// <summary>Panels of at most the given width that do not cross from one run of columns to the next.</summary>
    private static WalkPanel[] Cut(long columns, long run, int width, int lanes)
    {
        var panels = new List<WalkPanel>();
        var packed = 0;
        for (long begin = 0; begin < columns; begin += run)
        {
            for (long at = 0; at < run; at += width)
            {
                var live = (int)Math.Min(width, run - at);
                var whole = (int)DotPlan.Ceiling(live, lanes) * lanes;
                panels.Add(new WalkPanel((int)(begin + at), live, whole, packed));
                packed += whole;
            }
        }
        return [.. panels];
    }
}
