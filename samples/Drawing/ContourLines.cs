namespace GraphGrad.Samples.Drawing;

/// <summary>Marching squares: where a surface crosses a height, as short straight lines.</summary>
internal static class ContourLines
{
    private const int Cells = 160;

    public static IEnumerable<((double X, double Y) From, (double X, double Y) To)> Trace(
        Func<double, double, double> height, double level, (double Low, double High) x, (double Low, double High) y)
    {
        var above = new double[Cells + 1, Cells + 1];
        for (var i = 0; i <= Cells; i++)
        {
            for (var j = 0; j <= Cells; j++) above[i, j] = height(At(x, i), At(y, j)) - level;
        }
        for (var i = 0; i < Cells; i++)
        {
            for (var j = 0; j < Cells; j++)
            {
                // The crossings on the four sides come in pairs: two, or four at a saddle.
                var crossings = new List<(double, double)>(4);
                Cross(crossings, (i, j), (i + 1, j));
                Cross(crossings, (i + 1, j), (i + 1, j + 1));
                Cross(crossings, (i, j + 1), (i + 1, j + 1));
                Cross(crossings, (i, j), (i, j + 1));
                for (var pair = 0; pair + 1 < crossings.Count; pair += 2) yield return (crossings[pair], crossings[pair + 1]);
            }
        }

        void Cross(List<(double, double)> crossings, (int I, int J) a, (int I, int J) b)
        {
            var (p, q) = (above[a.I, a.J], above[b.I, b.J]);
            if (p < 0 == q < 0) return;
            var share = p / (p - q);
            crossings.Add((At(x, a.I + (share * (b.I - a.I))), At(y, a.J + (share * (b.J - a.J)))));
        }

        static double At((double Low, double High) range, double cell) => range.Low + ((range.High - range.Low) * cell / Cells);
    }
}
