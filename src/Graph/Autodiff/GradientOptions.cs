namespace GraphGrad;

/// <summary>How <see cref="Ops.Gradients(Value, GradientOptions, ReadOnlySpan{Value})"/> differentiates.</summary>
public sealed record GradientOptions
{
    /// <summary>
    /// The gradient of a final loss with respect to y, of y's element type and shape. Needed unless y is a scalar, for which
    /// it is 1. The result is then the product of this with the Jacobian.
    /// </summary>
    public Value? Upstream { get; init; }

    /// <summary>What happens if y does not depend on a value that a gradient is asked for.</summary>
    public Disconnected Disconnected { get; init; } = Disconnected.Error;

    /// <summary>
    /// Whether the expressions are first brought into their numerically stable form, for example <c>1 / exp(x)</c> into
    /// <c>exp(-x)</c>. What was done is on <see cref="Graph.StabilityReport"/>.
    /// </summary>
    public bool Stabilize { get; init; } = true;
}
