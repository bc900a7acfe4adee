using GraphGrad.Bench.Roofline;

namespace GraphGrad.Bench.SideBySide;

/// <summary>The least time that this machine allows a workload, from its measured arithmetic peak and copy bandwidth.</summary>
internal sealed class Yardstick(int threads)
{
    private const int Rounds = 15;
    private const long LeastBytes = 32 << 10;

    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(30);

    private readonly Dictionary<long, double> bandwidths = [];
    private double? peak;

    /// <summary>Microseconds, the larger of operations over peak and bytes over the bandwidth of copying as many.</summary>
    public double LeastTime(Workload workload)
    {
        using var arithmetic = new ArithmeticPeak<float>();
        peak ??= Measure(arithmetic);
        return Math.Max(workload.Flops / peak.Value, workload.Bytes / Bandwidth(workload.Bytes)) / 1e3;
    }

    private double Bandwidth(double bytes)
    {
        // One power of two stands for the sizes near it. A copy touches a block twice.
        var block = 1L << (int)Math.Round(Math.Log2(Math.Max(bytes / threads, LeastBytes) / 2));
        if (!bandwidths.TryGetValue(block, out var found))
        {
            using var copy = new CopyBandwidth("the footprint", block, threads);
            bandwidths[block] = found = Measure(copy);
        }
        return found;
    }

    private double Measure(Roofline.Workload work)
    {
        var meter = new Meter(work, threads, Duration);
        meter.Calibrate();
        for (var i = 0; i < Rounds; i++) meter.Measure();
        // The best: this is what the processor can do, and threads that start have to find their cores first.
        return meter.Best;
    }
}
