namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>
/// How high and wide a tile of results is, by what its sums take: two multiply-adds a cycle, or two loads, of which those of images reach over lines of the cache and count twice.
/// One output shares what it reads among rows; several share it among themselves.
/// </summary>
internal static class SlideTileChoice
{
    internal const int MostRows = 14;
    private const int MostVectors = 8;

    // A multiply-add waits for the one before it.
    private const double Latency = 4;

    // Begin and end of a tile, by the multiply-adds of so many taps.
    private const double TileCycles = 0.5;

    /// <param name="kernel">The code: lanes and registers.</param>
    /// <param name="together">Outputs that are summed together.</param>
    /// <param name="outputs">All outputs.</param>
    /// <param name="rows">Rows of results.</param>
    /// <param name="columns">Vectors of each.</param>
    /// <param name="run">How many taps of a group read rows one after the other.</param>
    /// <returns>The tile, and cycles of all results for one tap.</returns>
    public static (int Rows, int Vectors, double Cycles) Choose(SlideKernel kernel, int together, int outputs, int rows, int columns, int run)
    {
        if (together == 1)
        {
            var (height, vectors) = OfOneOutput(kernel, rows, columns, run);
            return (height, vectors, outputs * OfRows(1, rows, height, columns, vectors, run));
        }
        var best = (Rows: 1, Vectors: 1, Cycles: double.MaxValue);
        var most = Math.Max(1, Math.Min(kernel.Registers - 2 - together, SlidePlan.MostProducts) / together);
        for (var vectors = 1; vectors <= Math.Min(most, Math.Min(columns, MostVectors)); vectors++)
        {
            var height = SlidePlan.Divided(rows, Math.Min(most / vectors, MostRows));
            var cycles = (outputs / together * OfRows(together, rows, height, columns, vectors, 1)) + (outputs % together > 0 ? OfRows(outputs % together, rows, height, columns, vectors, 1) : 0);
            if (cycles < best.Cycles) best = (height, vectors, cycles);
        }
        return best;
    }

    private static (int Rows, int Vectors) OfOneOutput(SlideKernel kernel, int rows, int columns, int run)
    {
        // A vector of input, and the weights of a run unless there are few registers.
        var most = kernel.Registers == 32 ? Math.Max(8, 29 - run) : run <= 4 ? 15 - run : 12;
        var height = SlidePlan.Divided(rows, Math.Clamp(Math.Min(most, SlidePlan.MostProducts / run), 1, MostRows));
        return height > 4 ? (height, 1) : (height, Math.Clamp(Math.Min(most / height, columns), 1, MostVectors));
    }

    private static double OfRows(int together, int rows, int height, int columns, int vectors, int run) =>
        DotPlan.Ceiling(columns, vectors) * ((rows / height * OfTile(together, height, vectors, run)) + (rows % height > 0 ? OfTile(together, rows % height, vectors, run) : 0));

    private static double OfTile(int together, int rows, int vectors, int run)
    {
        var products = together * rows * vectors * run / 2.0;
        var loads = (rows + run - 1) * vectors + (together * run / 2.0);
        return (Math.Max(Math.Max(products, loads), Latency * run) / run) + TileCycles;
    }
}
