using System.Diagnostics;

namespace GraphGrad.Bench.Roofline;

/// <summary>Measures the rate of one workload on a number of cores.</summary>
internal sealed class Meter(Workload workload, int threads, TimeSpan duration)
{
    private readonly List<double> rates = [];
    private long repetitions = 1;

    public Workload Workload => workload;

    public int Threads => threads;

    public double Median => SideBySide.Median.Of(rates);

    public double Best => rates.Max();

    public void Clear() => rates.Clear();

    /// <summary>Finds how many repetitions fill the duration; also compiles and warms up.</summary>
    public void Calibrate()
    {
        while (true)
        {
            // The least of three: a thread that starts late must not pass for a long run.
            var seconds = Math.Min(Time(), Math.Min(Time(), Time()));
            if (seconds >= duration.TotalSeconds / 4)
            {
                repetitions = Math.Max(1, (long)(repetitions * duration.TotalSeconds / seconds));
                return;
            }
            repetitions *= 2;
        }
    }

    public void Measure() => rates.Add(workload.WorkPerRepetition * repetitions * threads / Time() / 1e9);

    // From the moment at which all threads stand ready to the moment at which the last one is done.
    private double Time()
    {
        using var barrier = new Barrier(threads + 1);
        for (var i = 0; i < threads; i++)
        {
            var thread = i;
            new Thread(() =>
            {
                barrier.SignalAndWait();
                workload.Run(thread, repetitions);
                barrier.SignalAndWait();
            })
            { IsBackground = true }.Start();
        }
        barrier.SignalAndWait();
        var start = Stopwatch.GetTimestamp();
        barrier.SignalAndWait();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
