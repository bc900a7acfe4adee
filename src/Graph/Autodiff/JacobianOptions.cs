namespace GraphGrad;

/// <summary>How <see cref="Ops.Jacobian(Value, Value, JacobianOptions?)"/> differentiates.</summary>
public sealed record JacobianOptions
{
    /// <summary>The direction.</summary>
    public DifferentiationMode Mode { get; init; } = DifferentiationMode.Cheaper;

    /// <summary>What happens if the value does not depend on what it is differentiated by.</summary>
    public Disconnected Disconnected { get; init; } = Disconnected.Error;
}
