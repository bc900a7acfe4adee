namespace GraphGrad;

/// <summary>When <see cref="Ops.FixedPoint"/> and <see cref="Ops.Root"/> are content, and when they give up.</summary>
public sealed record ImplicitOptions
{
    /// <summary>The largest change of an element in the last step, relative to 1 + its absolute value; null for 1e-5 in float32, 1e-12 in float64.</summary>
    public double? Tolerance { get; init; }

    /// <summary>After so many steps without reaching the tolerance the run fails.</summary>
    public int MaximumIterations { get; init; } = 1000;

    internal double ToleranceOf(Value x) => Tolerance ?? (x.DType == DType.Float32 ? 1e-5 : 1e-12);
}
