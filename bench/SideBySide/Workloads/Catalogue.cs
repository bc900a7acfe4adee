namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>All workloads. The peers' scripts hold the same programs under the same names.</summary>
internal static class Catalogue
{
    /// <summary>Instructions of an exponential and of a hyperbolic tangent in float32, as flops: range reduction, polynomial, exponent bits, division.</summary>
    public const double ExpFlops = 28, TanhFlops = 44;

    public static IReadOnlyList<Workload> All { get; } =
        [.. SmallPrograms.All, .. Perceptrons.All, .. Chains.All, .. Products.All, .. Networks.All, .. Others.All];

    public static double Count(params ReadOnlySpan<int> extents)
    {
        var count = 1.0;
        foreach (var extent in extents) count *= extent;
        return count;
    }
}
