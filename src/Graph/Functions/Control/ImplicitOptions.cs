using GraphGrad.Operations;

namespace GraphGrad;

/// <summary>When <see cref="Ops.FixedPoint"/>, <see cref="Ops.Root"/> and <see cref="Ops.ConjugateGradients"/> are content, and when they give up.</summary>
public sealed record ImplicitOptions
{
    /// <summary>The largest change of an element in the last step, relative to 1 + its absolute value; null for 1e-5 in float32, 1e-12 in float64.</summary>
    public double? Tolerance { get; init; }

    /// <summary>After so many steps without reaching the tolerance the run fails.</summary>
    public int MaximumIterations { get; init; } = 1000;

    // Central differences in float64 see steps that stop at float32's tolerance as noise.
    private const double MostInFloat64 = 1e-12;

    /// <summary>Refuses what no step can reach.</summary>
    internal ImplicitOptions Checked(Graph graph, string function)
    {
        if (Tolerance is { } tolerance && !(tolerance > 0 && double.IsFinite(tolerance))) throw graph.Error(function, $"ImplicitOptions.Tolerance is {tolerance}; it must be a number above 0.");
        if (MaximumIterations < 1) throw graph.Error(function, $"ImplicitOptions.MaximumIterations is {MaximumIterations}; it must be at least 1.");
        return this;
    }

    internal double ToleranceOf(Value x) => Tolerance ?? (x.DType == DType.Float32 ? 1e-5 : MostInFloat64);

    /// <summary>The tolerance, or its square, as a node. A program that is copied into float64 to check its gradients gets a tolerance of float64.</summary>
    internal Value Limit(Value x, bool isSquared = false)
    {
        var tolerance = ToleranceOf(x);
        var wide = Math.Min(tolerance, MostInFloat64);
        var op = ConstantOp.Of(x.DType, Of(tolerance));
        return x.Graph.Add(x.DType == DType.Float32 ? op with { InFloat64 = Of(wide) } : op, []);

        double Of(double number) => isSquared ? number * number : number;
    }
}
