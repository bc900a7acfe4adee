using GraphGrad.Checking;
using GraphGrad.Rewriting;

namespace GraphGrad;

/// <summary>
/// Runs a program as written and rewritten side by side, in float64 on random data, and names the rule by which they differ. In exact arithmetic
/// no rule changes a result.
/// </summary>
public static class RewriteCheck
{
    // Rewriting changes the order of sums, and cures what float64 as written loses.
    private const double Tolerance = 1e-6;
    private const int LargestExtent = 5;

    /// <summary>Checks every rule that fires on the way to some values.</summary>
    /// <param name="values">What to compute; of any element type.</param>
    /// <param name="trials">How many sets of random data to try: numbers of several magnitudes, symbolic extents from 1 to 5, variables moved too.</param>
    /// <param name="seed">Where the random data start.</param>
    /// <returns>How often each rule fired, by name.</returns>
    /// <exception cref="GraphException">The results differ; the message names the rule, the user's line and the numbers.</exception>
    public static IReadOnlyDictionary<string, int> Verify(Value[] values, int trials = 8, int seed = 1) =>
        Verify(values, RuleCatalogue.All.Within(Soundness.SignOfZero | Soundness.Rounding), trials, seed);

    internal static IReadOnlyDictionary<string, int> Verify(Value[] values, RuleSet rules, int trials, int seed)
    {
        var twin = new ProgramTwin(values);
        Value[] wanted = [.. values.Select(v => twin[v])];
        Value[] sources = [.. twin.Sources.Select(s => twin[s])];
        var written = GraphProgram.Cut(twin.Graph, sources, wanted, [], []);
        var fired = new Dictionary<string, (int Count, RewriteRecord First)>();
        var rewritten = Rewritten(written, rules, record => fired[record.Rule] = fired.TryGetValue(record.Rule, out var seen) ? (seen.Count + 1, seen.First) : (1, record));
        for (var trial = 0; trial < trials; trial++)
        {
            var data = Data(sources, new Random(seed + trial), trial);
            var expected = Run(written, data);
            if (Difference(expected, Run(rewritten, data)) is not { } difference) continue;
            // The culprit is a rule without which they agree.
            var culprit = fired.Keys.FirstOrDefault(name => Difference(expected, Run(Rewritten(written, rules.Without([name]), null), data)) is null);
            var record = culprit is null ? null : fired[culprit].First;
            throw new GraphException(
                $"rewriting changes '{values[difference.Value].Name}': element {difference.Element} is {difference.Written:R} as written, {difference.Rewritten:R} rewritten (float64, data of seed {seed + trial}). " +
                (record is null ? $"No single rule of those that fired is the cause: {string.Join(", ", fired.Keys.Select(n => $"'{n}'"))}." : $"The rule '{culprit}' is the cause: {record.Before} became {record.After} at {record.Origin}. Switch it off with graph.DisableRule."));
        }
        return fired.ToDictionary(f => f.Key, f => f.Value.Count);
    }

    private static GraphProgram Rewritten(GraphProgram program, RuleSet rules, Action<RewriteRecord>? fired) =>
        new PassRunner(verifies: true, fired).Rewrite("check rules", program, rules);

    private static TensorData[] Run(GraphProgram program, TensorData[] data)
    {
        using var session = new Session(program.Graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        return session.Run(program.Fetches, [.. program.Feeds.Zip(data)]);
    }

    private static TensorData[] Data(Value[] sources, Random random, int trial)
    {
        var extents = new Dictionary<string, long>();
        foreach (var symbol in sources.SelectMany(s => s.Shape).SelectMany(d => d.Symbols).Distinct()) extents.Add(symbol, random.Next(1, LargestExtent + 1));
        // Magnitudes from a thousandth to thirty, the same within a trial.
        var scale = Math.Pow(10, (trial % 4 * 1.5) - 3);
        return Array.ConvertAll(sources, source =>
        {
            var data = TensorData.Filled(source.DType, 0, source.Shape.Evaluate(s => extents[s]));
            switch (data.Elements)
            {
                case double[] floats:
                    for (var i = 0; i < floats.Length; i++) floats[i] = ((random.NextDouble() * 2) - (trial % 2)) * scale;
                    break;
                case int[] ints:
                    for (var i = 0; i < ints.Length; i++) ints[i] = random.Next(2);
                    break;
                case long[] longs:
                    for (var i = 0; i < longs.Length; i++) longs[i] = random.Next(2);
                    break;
                case bool[] bools:
                    for (var i = 0; i < bools.Length; i++) bools[i] = random.Next(2) == 0;
                    break;
            }
            return data;
        });
    }

    /// <summary>The first element by which results differ; where the one as written is no finite number, anything goes.</summary>
    private static (int Value, int Element, double Written, double Rewritten)? Difference(TensorData[] written, TensorData[] rewritten)
    {
        for (var v = 0; v < written.Length; v++)
        {
            for (var k = 0; k < written[v].Count; k++)
            {
                var (a, b) = (written[v].At(k), rewritten[v].At(k));
                if (double.IsFinite(a) && !(Math.Abs(a - b) <= Tolerance * (1 + Math.Abs(a)))) return (v, k, a, b);
            }
        }
        return null;
    }
}
