using System.Globalization;

namespace GraphGrad.Samples.Drawing;

/// <summary>Maps a range of numbers onto a range of pixels, and chooses the numbers to label.</summary>
internal sealed class Axis
{
    private readonly double from;
    private readonly double to;
    private readonly bool log;

    public Axis((double Low, double High) range, double from, double to, bool log)
    {
        (this.from, this.to, this.log) = (from, to, log);
        if (log)
        {
            var low = Math.Floor(Math.Log10(range.Low));
            var high = Math.Ceiling(Math.Log10(range.High));
            (Low, High) = (Math.Pow(10, low), Math.Pow(10, high));
            var every = Math.Max(1, (int)Math.Ceiling((high - low) / 8));
            Ticks = [.. Enumerable.Range(0, ((int)(high - low) / every) + 1).Select(i => Math.Pow(10, low + (i * every)))];
            return;
        }
        (Low, High) = range;
        var step = Step((High - Low) / 6);
        var first = Math.Ceiling((Low / step) - 1e-9);
        Ticks = [.. Enumerable.Range(0, (int)Math.Floor((High / step) - first + 1e-9) + 1).Select(i => (first + i) * step)];
    }

    public double Low { get; }

    public double High { get; }

    public double[] Ticks { get; }

    public double Place(double value)
    {
        var share = log
            ? (Math.Log10(Math.Max(value, Low)) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low))
            : (value - Low) / (High - Low);
        return from + (share * (to - from));
    }

    public string Text(double tick)
    {
        if (!log) return Math.Round(tick, 10).ToString("G6", CultureInfo.InvariantCulture);
        var exponent = (int)Math.Round(Math.Log10(tick));
        return exponent is >= -3 and <= 4
            ? tick.ToString("G4", CultureInfo.InvariantCulture)
            : $"1e{exponent.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>The smallest of 1, 2 and 5 times a power of ten that is at least the given step.</summary>
    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * (least <= power ? 1 : least <= 2 * power ? 2 : least <= 5 * power ? 5 : 10);
    }
}
