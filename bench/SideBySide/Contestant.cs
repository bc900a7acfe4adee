using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GraphGrad.Bench.SideBySide;

/// <summary>Someone who runs a workload, over and over, and says how long it took.</summary>
internal abstract class Contestant : IDisposable
{
    // A round is long enough for the clock and short enough for disturbances to meet all contestants alike.
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(60);

    private int repetitions = 1;

    /// <summary>What each round took, in microseconds a run.</summary>
    public List<double> Rounds { get; } = [];

    public double Median => SideBySide.Median.Of(Rounds);

    /// <summary>Warms up and finds how many runs fill a round.</summary>
    /// <param name="warmUp">How long to run before timing: the just-in-time compiler replaces what is called often only after a while.</param>
    public void Calibrate(TimeSpan warmUp)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            var taken = Time(repetitions) * repetitions;
            repetitions = (int)Math.Clamp(repetitions * Round.TotalMicroseconds / Math.Max(taken, 0.1), 1, repetitions * 10.0);
        }
        while (Stopwatch.GetElapsedTime(start) < warmUp);
    }

    public void Measure() => Rounds.Add(Time(repetitions));

    public abstract void Dispose();

    /// <summary>Microseconds a run.</summary>
    protected abstract double Time(int repetitions);
}

/// <summary>GraphGrad itself, on either backend.</summary>
internal sealed class GraphGradContestant : Contestant
{
    private const int ChecksOfSteps = 5, ChecksOfLoops = 1000;

    private readonly Workload workload;
    private readonly Definition definition;
    private readonly Session session;
    private readonly CompiledFunction function;
    private readonly AlignedBlock[] feeds;
    private readonly AlignedBlock[] fetches;

    public GraphGradContestant(Workload workload, SessionOptions options)
    {
        this.workload = workload;
        definition = workload.Define();
        session = new Session(definition.Graph, options);
        function = session.Compile([.. definition.Feeds.Select(f => f.Placeholder)], definition.Fetches, definition.Target is { } step ? [step] : []);
        feeds = [.. definition.Feeds.Select(f => Copy(f.Data))];
        fetches = [.. definition.Fetches.Select(f => new AlignedBlock((int)f.Shape.ElementCount.Value * f.DType.Size()))];
    }

    public long ArenaBytes => function.ArenaBytes;

    /// <inheritdoc cref="Definition.Bytes"/>
    public double Bytes => definition.Bytes;

    /// <summary>What the peers' results are compared with: the fetches of the first run, or the losses of the first steps.</summary>
    public float[][] Check()
    {
        if (definition.Target is null)
        {
            Run(1);
            return [.. fetches.Select((f, i) => ToFloats(f.Span<byte>(), i))];
        }
        var losses = new float[workload.IsLoop ? ChecksOfLoops : ChecksOfSteps];
        for (var i = 0; i < losses.Length; i++)
        {
            Run(1);
            losses[i] = ToFloats(fetches[0].Span<byte>(), 0)[0];
        }
        return [losses];
    }

    /// <summary>The elements of one fetch, of whatever type it is, from their bytes.</summary>
    public float[] ToFloats(ReadOnlySpan<byte> bytes, int fetch) => definition.Fetches[fetch].DType switch
    {
        DType.Float64 => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), x => (float)x),
        DType.Int64 => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), x => (float)x),
        DType.Bool => Array.ConvertAll(bytes.ToArray(), x => (float)x),
        _ => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
    };

    public override void Dispose()
    {
        session.Dispose();
        foreach (var block in feeds.Concat(fetches)) block.Dispose();
    }

    protected override double Time(int repetitions)
    {
        var start = Stopwatch.GetTimestamp();
        if (workload.IsLoop)
        {
            session.Run(definition.Target!, repetitions);
        }
        else if (feeds.Length == 0 && definition.Target is { } step)
        {
            for (var i = 0; i < repetitions; i++) session.Run(step);
        }
        else
        {
            for (var i = 0; i < repetitions; i++) Run(1);
        }
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / repetitions;
    }

    private static AlignedBlock Copy(Array data)
    {
        var bytes = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(data), Buffer.ByteLength(data));
        var block = new AlignedBlock(bytes.Length);
        bytes.CopyTo(block.Span<byte>());
        return block;
    }

    private void Run(long times)
    {
        var call = function.Call();
        for (var i = 0; i < feeds.Length; i++)
        {
            call = definition.Feeds[i].Data switch
            {
                float[] => call.Feed<float>(feeds[i].Span<float>()),
                double[] => call.Feed<double>(feeds[i].Span<double>()),
                _ => call.Feed<long>(feeds[i].Span<long>()),
            };
        }
        for (var i = 0; i < fetches.Length; i++)
        {
            call = definition.Fetches[i].DType switch
            {
                DType.Float64 => call.Fetch(fetches[i].Span<double>()),
                DType.Int64 => call.Fetch(fetches[i].Span<long>()),
                DType.Bool => call.Fetch(fetches[i].Span<bool>()),
                _ => call.Fetch(fetches[i].Span<float>()),
            };
        }
        call.Run(times);
    }
}

/// <summary>A peer with one form of the workload.</summary>
internal sealed class PeerContestant(Peer peer, string form) : Contestant
{
    public Peer Peer => peer;

    public string Form => form;

    public double Difference { get; init; }

    public override void Dispose()
    {
    }

    protected override double Time(int repetitions) => (double)peer.Ask("time", ("repetitions", repetitions))["microseconds"]!;
}
