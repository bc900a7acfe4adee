namespace GraphGrad;

/// <summary>How <see cref="GradientCheck"/> compares.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>How far an element is moved to each side, times its magnitude where that is more than 1.</summary>
    public double Step { get; init; } = 1e-5;

    /// <summary>How far gradient and difference may be apart, in parts of the larger one.</summary>
    public double RelativeTolerance { get; init; } = 1e-5;

    /// <summary>How far they may be apart besides, times the magnitude of the value where that is more than 1.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-7;

    /// <summary>The most elements of one value that are moved; of a larger one, so many at equal distances.</summary>
    public int MaximumElements { get; init; } = 200;
}
