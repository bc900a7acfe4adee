namespace GraphGrad.Parity.Live;

/// <summary>Where a version of TorchSharp differs from the recorded one, and GraphGrad with it. The live tests fail where such a difference is gone.</summary>
internal static class KnownDifferences
{
    private static readonly (string Version, string Name, string Reason)[] All =
    [
        ("0.99", ", NAdam", "TorchSharp 0.99 multiplies the next step's momentum product by the present momentum twice"),
        ("0.99", "masked_fill by numbers", "libtorch 1.13 takes numbers for a mask"),
        ("0.99", "masked_scatter by numbers", "libtorch 1.13 takes numbers for a mask"),
        ("0.99", "lr_scheduler.LinearLR", "TorchSharp 0.99 ends at 3e-5, where its own factors of the first rate, 0.3, end at 0.45"),
        ("0.99", "lr_scheduler.SequentialLR", "TorchSharp 0.99 gives 8e-28 where the second schedule begins with the first rate, 0.3"),
        ("0.99", "distributions.Uniform mean and variance", "TorchSharp 0.99 takes half the width for the mean"),
        ("0.99", "diff of negative order", "libtorch 1.13 gives the tensor itself"),
        ("0.99", "atan2 at the origin", "libtorch 1.13 gives NaN for the gradient"),
        ("0.99", "linalg.qr complete", "libtorch 1.13's second derivative of the factors of one element is 3e-16, not 0"),
    ];

    /// <summary>Why a case of the name, or a training run of which the name has a part behind a comma, differs with the TorchSharp at hand; null if it must not.</summary>
    public static string? Reason(string name) => All
        .Where(known => TorchRun.TorchSharpVersion.StartsWith(known.Version, StringComparison.Ordinal) && (name == known.Name || (known.Name[0] == ',' && name.Contains(known.Name, StringComparison.Ordinal))))
        .Select(known => known.Reason).FirstOrDefault();

    /// <summary>Fails if there are failures, or if there are none where the version is known to differ.</summary>
    public static void Check(string name, IReadOnlyCollection<string> failures)
    {
        if (Reason(name) is { } reason) Assert.True(failures.Count > 0, $"'{name}' no longer differs, though the list says: {reason}");
        else Assert.True(failures.Count == 0, $"{failures.Count} differ from {TorchRun.NewRecording().Versions}:\n{string.Join("\n", failures)}");
    }
}
