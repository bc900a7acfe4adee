using GraphGrad.Tests.Samples;

namespace GraphGrad.Parity.Samples;

/// <summary>The samples, each against the same program in TorchSharp.</summary>
internal static class FoundingPrograms
{
    /// <summary>The name of the recording.</summary>
    public const string File = "Samples";

    // Relative to the number, or absolute where it is below 1: some figures come down to 0.
    private const double Bound = 1e-9;

    public static readonly string[] Names =
    [
        "polynomial", "softmax-mse", "chain-rule", "himmelblau-gd", "himmelblau-optimizers", "logistic", "graph-attributes", "sin-layer", "unstable",
        "undefined-derivative", "forward-mode", "descent-path",
    ];

    public static string Key(string sample, string figure) => $"{sample}/{figure}";

    /// <summary>Runs a sample and compares the figures that are recorded for it; one line for each that differs.</summary>
    public static string[] Compare(string sample, Recording recording, Backend backend)
    {
        var figures = SampleFixture.Run(sample, backend);
        var names = recording.Keys($"{sample}/").Select(key => key[(sample.Length + 1)..]).ToArray();
        Assert.NotEmpty(names);
        return [.. from name in names
                   let theirs = recording[Key(sample, name)].Numbers()
                   let ours = figures.Numbers(name)
                   where ours.Length != theirs.Length || ours.Zip(theirs).Any(pair => !Agree(pair.First, pair.Second))
                   select $"{sample}: {name} is {string.Join(", ", ours)}, libtorch's {string.Join(", ", theirs)}"];
    }

    private static bool Agree(double ours, double theirs) => ours.Equals(theirs) || Math.Abs(ours - theirs) <= Bound * Math.Max(1, Math.Abs(theirs));
}
