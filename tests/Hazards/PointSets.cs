namespace GraphGrad.Tests.Hazards;

/// <summary>Where functions are looked at: ordinary numbers, and as far out as they are defined.</summary>
internal static class PointSets
{
    private static readonly float[] Magnitudes = [1e-30f, 1e-10f, 1e-4f, 0.01f, 0.5f, 1, 3, 9.5f, 20, 90, 1e4f];

    private static readonly float[] Extremes = [1e10f, 3e38f];

    /// <summary>Positive numbers up to 10,000.</summary>
    public static float[] Positive => Magnitudes;

    /// <summary>Negative numbers down to -10,000.</summary>
    public static float[] Negative => [.. Magnitudes.Select(x => -x)];

    public static float[] Both => [.. Positive, .. Negative];

    public static float[] PositiveAll => [.. Magnitudes, .. Extremes];

    public static float[] All => [.. PositiveAll, .. PositiveAll.Select(x => -x)];

    /// <summary>Probabilities, close to 0 and close to 1.</summary>
    public static float[] Unit => [1e-30f, 1e-10f, 1e-4f, 0.1f, 0.5f, 0.9f, 0.9999f, 0.9999999f];

    /// <summary>Between -1 and 1.</summary>
    public static float[] Inner => [.. Unit, .. Unit.Select(x => -x)];

    /// <summary>From 1 on.</summary>
    public static float[] AboveOne => [1.0000001f, 1.0001f, 1.5f, 3, 90, 1e4f, 1e10f, 3e38f];

    public static float[] Moderate => [.. Both.Where(x => Math.Abs(x) <= 90)];

    /// <summary>Pairs of numbers, near each other and far apart.</summary>
    public static float[][] Pairs =>
        [[1e-10f, 2], [1, 1.0001f], [-3, 5], [90, 89], [-90, 90], [200, 100], [-200, -201], [1e4f, -1e4f], [0.5f, -1e4f]];
}
