using System.Diagnostics;
using System.Numerics.Tensors;

namespace GraphGrad.Samples;

/// <summary>A training step on both backends, from equal weights on equal batches.</summary>
/// <param name="CompiledMicroseconds">The median time of a compiled step.</param>
/// <param name="InterpretedMicroseconds">The median time of an interpreted step.</param>
/// <param name="MaxDifference">The largest difference of any weight or loss between the two after a few steps.</param>
internal sealed record DigitBackends(double CompiledMicroseconds, double InterpretedMicroseconds, double MaxDifference)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    private const int ComparedSteps = 5, Rounds = 25, StepsPerRound = 4;

    public double Speedup => InterpretedMicroseconds / CompiledMicroseconds;

    public static DigitBackends Compare(DigitNetwork network, DigitImages training)
    {
        using var compiled = new Session(network.Graph, new SessionOptions { Backend = Backend.Compiled });
        using var interpreted = new Session(network.Graph, new SessionOptions { Backend = Backend.Interpreted });
        foreach (var variable in network.Graph.Variables) interpreted.Write(variable, compiled.Read(variable));

        var trainer = new DigitTraining(network, compiled, training, seed: 0);
        var difference = 0.0;
        for (var step = 0; step < ComparedSteps; step++)
        {
            var feeds = trainer.Feeds([.. Enumerable.Range(step * DigitTraining.BatchSize, DigitTraining.BatchSize)], 1);
            var (a, b) = (compiled.Run(network.Loss, network.Step, feeds), interpreted.Run(network.Loss, network.Step, feeds));
            difference = Math.Max(difference, Math.Abs(a.Item<float>() - b.Item<float>()));
        }
        foreach (var variable in network.Graph.Variables.Where(v => v.Trainable))
        {
            var gap = compiled.Read(variable).AsSpan<float>().ToArray();
            TensorPrimitives.Subtract(gap, interpreted.Read(variable).AsSpan<float>(), gap);
            difference = Math.Max(difference, Math.Abs(TensorPrimitives.MaxMagnitude<float>(gap)));
        }

        // In turn, so that whatever else the machine does falls on both.
        var sameFeeds = trainer.Feeds([.. Enumerable.Range(0, DigitTraining.BatchSize)], 1);
        // The JIT optimizes the interpreter's loops only after they have run for a while; before, they are ten times slower.
        for (var warmUp = Stopwatch.StartNew(); warmUp.Elapsed < WarmUp;)
        {
            Time(compiled);
            Time(interpreted);
        }
        var (times, baseline) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            times[round] = Time(compiled);
            baseline[round] = Time(interpreted);
        }
        return new DigitBackends(Median(times), Median(baseline), difference);

        double Time(Session session)
        {
            var watch = Stopwatch.StartNew();
            session.Run(network.Step, StepsPerRound, sameFeeds);
            return watch.Elapsed.TotalMicroseconds / StepsPerRound;
        }
    }

    private static double Median(double[] numbers)
    {
        Array.Sort(numbers);
        return numbers[numbers.Length / 2];
    }
}
