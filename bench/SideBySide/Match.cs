using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphGrad.Bench.Roofline;

namespace GraphGrad.Bench.SideBySide;

/// <summary>One workload, GraphGrad beside every peer: first the results are compared, then all are timed in turns.</summary>
internal sealed class Match : IDisposable
{
    private const string BuiltIn = "built-in";

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300), InterpreterWarmUp = TimeSpan.FromMilliseconds(1500), Rest = TimeSpan.FromMilliseconds(20);

    private readonly Workload workload;
    private readonly int threads;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("graphgrad-peers-");
    private readonly GraphGradContestant compiled;
    private readonly GraphGradContestant interpreted;
    private readonly GraphGradContestant? oneThread;

    public Match(Workload workload, int threads)
    {
        compiled = new GraphGradContestant(workload, new SessionOptions { Threads = threads });
        (this.workload, this.threads) = (workload.Bytes > 0 ? workload : workload with { Bytes = compiled.Bytes }, threads);
        interpreted = new GraphGradContestant(workload, new SessionOptions { Threads = threads, Backend = Backend.Interpreted });
        if (threads > 1) oneThread = new GraphGradContestant(workload, new SessionOptions { Threads = 1 });
    }

    /// <summary>What went wrong with a peer, by its name.</summary>
    public List<string> Complaints { get; } = [];

    public IReadOnlyList<Result> Run(PeerList peers, int rounds)
    {
        WriteData();
        var expected = compiled.Check();
        var own = Difference(interpreted.Check(), expected);
        if (own > workload.Tolerance) Complaints.Add($"{workload.Name}: interpreted and compiled differ by {own:E1}");
        var model = Export(peers, out var knownBy);
        // An exported model has no forms; it goes with the first.
        return [.. knownBy.Select((form, i) => Run(form.Key, form.Value, peers, i == 0 ? model : null, expected, rounds)).SelectMany(r => r)];
    }

    public void Dispose()
    {
        compiled.Dispose();
        interpreted.Dispose();
        oneThread?.Dispose();
        folder.Delete(recursive: true);
    }

    private static double Difference(float[][] results, float[][] expected)
    {
        var worst = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            if (results[i].Length != expected[i].Length) return double.PositiveInfinity;
            var (largest, difference) = (0.0, 0.0);
            for (var k = 0; k < expected[i].Length; k++)
            {
                largest = Math.Max(largest, Math.Abs(expected[i][k]));
                // A NaN on one side only must not pass as equal.
                var apart = Math.Abs((double)results[i][k] - expected[i][k]);
                difference = double.IsNaN(apart) ? double.PositiveInfinity : Math.Max(difference, apart);
            }
            worst = Math.Max(worst, difference / Math.Max(largest, float.Epsilon));
        }
        return worst;
    }

    /// <summary>The model file, where the workload has one, and the forms of the workload with the names of the peers that know it so.</summary>
    private string? Export(PeerList peers, out OrderedDictionary<string, HashSet<string>> knownBy)
    {
        var all = peers.Start();
        knownBy = new OrderedDictionary<string, HashSet<string>>();
        try
        {
            foreach (var peer in all.Where(p => p.Name != "onnxruntime").DistinctBy(p => p.Name))
            {
                foreach (var form in peer.Ask("forms", ("workload", workload.Name))["forms"]!.AsArray().Select(f => (string)f!))
                {
                    if (!knownBy.TryGetValue(form, out var names)) knownBy.Add(form, names = []);
                    names.Add(peer.Name);
                }
            }
            // libtorch refuses to export some operators, which concerns only who would read the model.
            if (all.All(p => p.Name != "onnxruntime")) return null;
            return all.FirstOrDefault(p => p.Name == "libtorch") is { } torch ? (string?)torch.Ask("export", ("workload", workload.Name), ("folder", folder.FullName))["model"] : null;
        }
        catch (InvalidOperationException exception)
        {
            Complaints.Add($"{workload.Name}, export: {exception.Message}");
            return null;
        }
        finally
        {
            if (knownBy.Count == 0) knownBy.Add(BuiltIn, []);
            foreach (var peer in all) peer.Dispose();
        }
    }

    private List<Result> Run(string form, HashSet<string> knowing, PeerList list, string? model, float[][] expected, int rounds)
    {
        var all = list.Start();
        try
        {
            var peers = all.Where(p => p.Name == "onnxruntime" ? model is not null : knowing.Contains(p.Name)).Select(p => Prepare(p, form, model, expected)).OfType<PeerContestant>().ToArray();
            Contestant[] turn = [compiled, interpreted, .. oneThread is null ? Array.Empty<Contestant>() : [oneThread], .. peers];
            foreach (var contestant in turn)
            {
                contestant.Rounds.Clear();
                contestant.Calibrate(contestant == interpreted ? InterpreterWarmUp : WarmUp);
            }
            using var yardstick = new Yardstick(workload, threads);
            var least = new List<double>();
            var distances = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                least.Add(yardstick.LeastTime());
                if (threads > 1) distances.Add(CoreDistance.Measure());
                foreach (var contestant in turn)
                {
                    // The idle threads of the one before may spin for a while yet.
                    if (threads > 1) Thread.Sleep(Rest);
                    contestant.Measure();
                }
            }
            var fraction = Median.Of(least.Zip(compiled.Rounds, (bound, ours) => bound / ours));
            double? distance = threads > 1 ? Median.Of(distances) : null;
            return peers.Length == 0 ? [Report(null, fraction, distance)] : [.. peers.Select(peer => Report(peer, fraction, distance))];
        }
        finally
        {
            foreach (var peer in all) peer.Dispose();
        }
    }

    private Result Report(PeerContestant? peer, double fraction, double? distance) => new(
        workload.Name, threads, compiled.Median, interpreted.Median, peer?.Peer.Name, peer?.Form, peer?.Peer.Threads, peer?.Peer.ProductThreads, peer?.Median,
        peer is null ? null : Median.Of(peer.Rounds.Zip(compiled.Rounds, (theirs, ours) => theirs / ours)), fraction, compiled.ArenaBytes,
        peer?.Peer.Name == "libtorch" ? (long?)peer.Peer.Ask("peak")["bytes"] : null, peer?.Difference, oneThread?.Median, distance);

    private PeerContestant? Prepare(Peer peer, string form, string? model, float[][] expected)
    {
        try
        {
            var reply = peer.Ask("prepare", ("workload", workload.Name), ("form", form), ("folder", folder.FullName), ("model", model));
            var results = reply["outputs"]!.AsArray().Select((f, i) => compiled.ToFloats(File.ReadAllBytes((string)f!), i)).ToArray();
            var difference = Difference(results, expected);
            if (difference <= workload.Tolerance) return new PeerContestant(peer, peer.Name == "onnxruntime" ? BuiltIn : form) { Difference = difference };
            Complaints.Add($"{workload.Name}: {peer.Name}, {form}, differs by {difference:E1}, more than {workload.Tolerance:E1}; not timed");
        }
        catch (InvalidOperationException exception)
        {
            Complaints.Add($"{workload.Name}: {exception.Message}");
        }
        return null;
    }

    private void WriteData()
    {
        var definition = workload.Define();
        var manifest = new JsonArray();
        foreach (var (value, data) in definition.Feeds) Write(value, data, fed: true);
        foreach (var (variable, data) in definition.Variables) Write(variable, data, fed: false);
        File.WriteAllText(Path.Combine(folder.FullName, "manifest.json"), manifest.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));

        void Write(Value value, Array data, bool fed)
        {
            var bytes = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(data), Buffer.ByteLength(data));
            File.WriteAllBytes(Path.Combine(folder.FullName, $"{value.Name}.bin"), bytes);
            manifest.Add(new JsonObject
            {
                ["name"] = value.Name,
                ["file"] = $"{value.Name}.bin",
                ["dtype"] = data is float[] ? "float32" : data is double[] ? "float64" : "int64",
                ["extents"] = new JsonArray([.. value.Shape.Select(d => (JsonNode)d.Value)]),
                ["fed"] = fed,
            });
        }
    }
}
