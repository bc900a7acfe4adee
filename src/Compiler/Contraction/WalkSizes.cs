namespace GraphGrad.Compilation.Contraction;

/// <summary>The tile of a <see cref="WalkPlan"/> in one of its two orientations, and what the product is expected to cost with it.</summary>
internal sealed record WalkSizes(
    ContractionShape Shape, WalkResult Result, long RowRun, int TileRows, int Width, WalkPanels Panels, TileWalk Walk, bool ColumnsInPlace, bool PacksBoth, double Cycles)
{
    // Rows whose distance is a multiple of this meet in few sets of the L1 cache.
    private const int SetPeriodBytes = 4096;

    private const long CopyBytesAtMost = 4 << 20;

    // A vector copied into a panel, and an element gathered into it.
    private const double CopyCycles = 2, GatherCycles = 1.5;

    // Results that are no neighbours, stored one by one when parts are added up; measured.
    private const double ScatterCycles = 4;

    // So few rows do not pay for packing the columns they meet.
    private const int RowsInPlace = 16;

    // Measured: three to five tiles 0.96 to 1.0 times as fast packed, six 1.03, eight and more 1.1 and more.
    private const int FewestTilesPacked = 6, LineBytes = 64;
    private const double PackedRowCycles = 0.7;

    // Rows that are windows whose terms lie so, beside what they are where lines serve several terms; measured at 256 bits.
    private const double ApartCycles = 1.1;

    // A tile of one vector loads as often as it multiplies. Measured, beside the peak.
    private const double NarrowCycles = 1.1;

    /// <summary>The best sizes; null if neither rows nor columns can be read this way, or it would be pointless.</summary>
    public static WalkSizes? Of(ContractionShape given, DotKernel kernel)
    {
        var (rows, columns) = (OfRows(given, kernel), OfColumns(given, kernel));
        return columns is not null && columns.Cycles < (rows?.Cycles ?? double.PositiveInfinity) ? columns : rows;
    }

    private static WalkSizes? OfRows(ContractionShape given, DotKernel kernel)
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

        var apart = result == WalkResult.Parts && !kernel.HasManyRegisters && AreApart(inner, DotOperand.A, size) ? ApartCycles : 1;
        WalkSizes? best = null;
        var mostVectors = (int)Math.Min(4, DotPlan.Ceiling(columnRun, kernel.Lanes));
        for (var vectors = 1; vectors <= mostVectors; vectors++)
        {
            // Registers for a row of columns and a factor besides.
            if (vectors == 4 && kernel.MostAccumulators < 24) break;
            // What falls on the same elements is added tile by tile: higher ones wait for each other.
            var most = vectors == 1 && !folded ? kernel.MostNarrowRows : Math.Min(kernel.MostAccumulators / Math.Max(2, vectors), 12);
            var tileRows = (int)DotPlan.Ceiling(run, DotPlan.Ceiling(run, most));
            var panels = new WalkPanels(columns.Count, columnRun, vectors * kernel.Lanes, kernel.Lanes, overlaps: false);
            var cycles = (rows.Count / run * Arithmetic(panels, run, tileRows, inner.Count, vectors * kernel.Lanes, kernel, folded ? 1 : NarrowCycles) * apart) + Packing(panels) + (result == WalkResult.Parts ? Scattering(rows, columns) : 0);
            if (best is null || cycles < best.Cycles) best = new WalkSizes(shape, result, run, tileRows, panels.Widest, panels, TileWalk.Rows, inPlace, PacksBoth: false, cycles);

            double Packing(WalkPanels cut) => inPlace ? 0
                : columns.InnerStride(DotOperand.B) == 1 && columns.Run(DotOperand.B) >= Math.Min(4, columns.Count)
                    ? inner.Count * CopyCycles * (cut.PackedColumns / kernel.Lanes)
                    : inner.Count * columns.Count * GatherCycles;
        }
        return best;
    }

    /// <summary>
    /// Columns that are windows, against rows that are a matrix: where results are few, as kernels of a gradient, vectors of windows fill tiles that vectors of results would
    /// not. Nothing is packed.
    /// </summary>
    private static WalkSizes? OfColumns(ContractionShape given, DotKernel kernel)
    {
        if (given.Folded > 0) return null;
        var shape = new ContractionShape(
            given.Batch.Simplified(DotOperand.C), given.Rows.Simplified(DotOperand.A), given.Columns.Simplified(DotOperand.B), given.Inner.Simplified(DotOperand.B));
        var (rows, columns, inner) = (shape.Rows, shape.Columns, shape.Inner);
        if (columns.InnerStride(DotOperand.B) != 1 || (columns.IsOneRun(DotOperand.B) && inner.IsOneRun(DotOperand.B))) return null;
        if (!rows.IsOneRun(DotOperand.A) || !inner.IsOneRun(DotOperand.A) || inner.Count <= rows.Count) return null;
        if (shape.Batch.Count * rows.Count * columns.Count * kernel.ElementSize > CopyBytesAtMost) return null;

        WalkSizes? best = null;
        var run = columns.Run(DotOperand.B);
        for (var vectors = 1; vectors <= Math.Min(kernel.MostAccumulators < 24 ? 3 : 4, run / kernel.Lanes); vectors++)
        {
            var most = vectors == 1 ? kernel.MostNarrowRows : Math.Min(kernel.MostAccumulators / vectors, 12);
            var tileRows = (int)DotPlan.Ceiling(rows.Count, DotPlan.Ceiling(rows.Count, most));
            var panels = new WalkPanels(columns.Count, run, vectors * kernel.Lanes, kernel.Lanes, overlaps: true);
            var packs = PaysToPack(shape, tileRows, kernel);
            var arithmetic = Arithmetic(panels, rows.Count, tileRows, inner.Count, vectors * kernel.Lanes, kernel, NarrowCycles);
            var cycles = arithmetic + Scattering(rows, columns) + (packs ? inner.Count * rows.Count * PackedRowCycles : 0);
            if (best is null || cycles < best.Cycles)
                best = new WalkSizes(shape, WalkResult.Parts, rows.Count, tileRows, panels.Widest, panels, TileWalk.Columns, ColumnsInPlace: true, packs, cycles);
        }
        return best;
    }

    /// <summary>
    /// Whether both operands are packed, windows beside the arithmetic of the first of several tiles. With 32 registers tiles are twice as high, and read the
    /// lines half as often.
    /// </summary>
    private static bool PaysToPack(ContractionShape shape, int tileRows, DotKernel kernel) =>
        !kernel.HasManyRegisters && shape.Rows.Count >= FewestTilesPacked * tileRows && shape.Rows.InnerStride(DotOperand.A) == 1
        && AreApart(shape.Inner, DotOperand.B, kernel.ElementSize);

    /// <summary>Whether each term is in a line of its own.</summary>
    private static bool AreApart(AxisGroup inner, DotOperand operand, int size) => Math.Abs(inner.InnerStride(operand)) * size > LineBytes;

    private static double Scattering(AxisGroup rows, AxisGroup columns) =>
        columns.Count == 1 || (columns.InnerStride(DotOperand.C) == 1 && columns.IsOneRun(DotOperand.C)) ? 0 : ScatterCycles * rows.Count * columns.Count;

    /// <summary>Cycles for one run of rows, without packing.</summary>
    private static double Arithmetic(WalkPanels panels, long run, int height, long terms, int width, DotKernel kernel, double narrow)
    {
        var blocks = DotPlan.Ceiling(terms, WalkPlan.TermBlockOf(terms, width, kernel.ElementSize));
        var (full, rest) = Math.DivRem(run, height);
        return panels.Runs * ((panels.FullOfRun * Panel(panels.FullWidth)) + Panel(panels.LastWidth));

        double Panel(int columns) => (full * Tile(height, columns / kernel.Lanes)) + (rest > 0 ? Tile((int)rest, columns / kernel.Lanes) : 0);

        double Tile(int height, int wide) => (terms * TileChoice.TermCycles(height, wide) * (wide == 1 ? narrow : 1)) + (blocks * WalkPlan.Overhead(height, wide));
    }
}
