using GraphGrad.Bench.Roofline;

namespace GraphGrad.Bench.SideBySide;

/// <summary>
/// The least time that this machine allows a workload, from its arithmetic peak and copy bandwidth. Measured again in every round: a
/// machine whose neighbours are busy slows down, and a kernel can only be held to what the processor gives at that moment.
/// </summary>
internal sealed class Yardstick : IDisposable
{
    private const int Tries = 3;
    private const long LeastBytes = 32 << 10;

    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(8);

    private readonly Workload workload;
    private readonly ArithmeticPeak<float> arithmetic = new();
    private readonly CopyBandwidth copy;
    private readonly Meter peak;
    private readonly Meter bandwidth;

    public Yardstick(Workload workload, int threads)
    {
        this.workload = workload;
        // A copy touches a block twice.
        copy = new CopyBandwidth("the footprint", (long)Math.Max(workload.Bytes / threads, LeastBytes) / 2, threads);
        (peak, bandwidth) = (new Meter(arithmetic, threads, Duration), new Meter(copy, threads, Duration));
        peak.Calibrate();
        bandwidth.Calibrate();
    }

    /// <summary>Microseconds, the larger of operations over peak and bytes over the bandwidth of copying as many.</summary>
    public double LeastTime() => Math.Max(workload.Flops / Best(peak), workload.Bytes / Best(bandwidth)) / 1e3;

    public void Dispose()
    {
        arithmetic.Dispose();
        copy.Dispose();
    }

    // Threads that start have to find their cores first, so one measurement may read short, and none too much.
    private static double Best(Meter meter)
    {
        meter.Clear();
        for (var i = 0; i < Tries; i++) meter.Measure();
        return meter.Best;
    }
}
