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

    // From the first thread's start to the last one's end, by their own clocks: a thread that only waits for them may wake when they are done.
    private double Time()
    {
        using var ready = new Barrier(threads);
        var (starts, ends) = (new long[threads], new long[threads]);
        var workers = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            var thread = i;
            workers[i] = new Thread(() =>
            {
                ready.SignalAndWait();
                starts[thread] = Stopwatch.GetTimestamp();
                workload.Run(thread, repetitions);
                ends[thread] = Stopwatch.GetTimestamp();
            })
            { IsBackground = true };
        }
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        return Stopwatch.GetElapsedTime(starts.Min(), ends.Max()).TotalSeconds;
    }
}
