using System.Diagnostics;

namespace GraphGrad.Bench.Roofline;

/// <summary>
/// How long one thread waits for another one's answer, in nanoseconds. Virtual processors may share a cache in one minute and none in the
/// next; then it is two or three times as long, and so takes all that one thread reads of what another has written.
/// </summary>
internal static class CoreDistance
{
    private const int Answers = 1_000;
    private const int Tries = 3;

    // In the middle of so many numbers: alone on its cache lines.
    private const int Place = 16;

    /// <summary>The least of some tries, since the other thread may lose its processor for a moment.</summary>
    public static double Measure() => Enumerable.Range(0, Tries).Min(_ => Try());

    private static double Try()
    {
        var box = new long[2 * Place];
        var other = new Thread(() =>
        {
            for (var i = 0; i < Answers; i++)
            {
                WaitFor(box, (2 * i) + 1);
                Volatile.Write(ref box[Place], (2 * i) + 2);
            }
        })
        { IsBackground = true };
        other.Start();
        var start = 0L;
        for (var i = 0; i < Answers; i++)
        {
            Volatile.Write(ref box[Place], (2 * i) + 1);
            WaitFor(box, (2 * i) + 2);
            // The first answer waits for the thread to begin.
            if (i == 0) start = Stopwatch.GetTimestamp();
        }
        var elapsed = Stopwatch.GetElapsedTime(start);
        other.Join();
        return elapsed.TotalNanoseconds / (Answers - 1);
    }

    private static void WaitFor(long[] box, long value)
    {
        const int SpinsBeforeYielding = 10_000;
        for (var spins = 0; Volatile.Read(ref box[Place]) != value; spins++)
        {
            if (spins % SpinsBeforeYielding == SpinsBeforeYielding - 1) Thread.Yield();
        }
    }
}
