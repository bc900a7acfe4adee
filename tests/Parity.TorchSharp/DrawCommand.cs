namespace GraphGrad.Parity.Live;

/// <summary>
/// Draws the inputs of cases anew, many times. In a single draw libtorch's float32 may happen to round well, so float32 is judged by the quantiles of both errors over all
/// draws; float64, shapes, types and whole numbers by each draw.
/// </summary>
internal static class DrawCommand
{
    private static readonly double[] Quantiles = [0.5, 0.9, 0.99];

    /// <param name="function">What the names of the cases begin with.</param>
    /// <param name="count">How many draws of each.</param>
    /// <param name="first">The number of the first.</param>
    public static int Run(string function, int count, int first)
    {
        var failed = 0;
        foreach (var family in Family.All)
        {
            var twins = Twins.Of(family.Name);
            foreach (var row in family.Cases.Where(c => c.Refusal is null && c.Name.StartsWith(function, StringComparison.Ordinal)))
            {
                if (!Holds(row, twins[row.Name], count, first)) failed++;
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private static bool Holds(Case row, Func<Tensor[], Outputs> twin, int count, int first)
    {
        List<double> ours = [], theirs = [];
        var (exceeding, failures) = (0, new List<string>());
        for (var draw = first; draw < first + count; draw++)
        {
            var drawn = row with { Name = $"{row.Name} #{draw}" };
            var recording = TorchRun.NewRecording();
            TorchRun.Record(recording, drawn, twin);
            foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
            {
                var findings = Yardstick.Compare(drawn, recording, backend);
                ours.Add(findings.Ours);
                theirs.Add(findings.Theirs);
                if (findings.Roundings.Count > 0) exceeding++;
                failures.AddRange(findings.Failures.Except(findings.Roundings));
            }
        }
        var at = Quantiles.Select(q => (Ours: Quantile(ours, q), Theirs: Quantile(theirs, q))).ToArray();
        var holds = failures.Count == 0 && at.All(q => q.Ours <= Yardstick.Allowed(q.Theirs));
        var units = string.Join(", ", at.Select((q, k) => $"{Quantiles[k]:P0} {q.Ours:G3} ({q.Theirs:G3})"));
        Console.WriteLine($"{(holds ? "agrees" : "DIFFERS")}: {row.Name}: {units} ulp, libtorch's in brackets; {exceeding} of {ours.Count} runs miss the yardstick by themselves");
        foreach (var failure in failures.Take(3)) Console.WriteLine($"    {failure}");
        return holds;
    }

    private static double Quantile(List<double> numbers, double share)
    {
        numbers.Sort();
        return numbers[Math.Min(numbers.Count - 1, (int)(share * numbers.Count))];
    }
}
