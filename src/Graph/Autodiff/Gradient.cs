namespace GraphGrad;

/// <summary>A contribution to the gradient of one input, or the explicit statement that there is none.</summary>
internal readonly struct Gradient
{
    private Gradient(Value? value, Value? mask)
    {
        Value = value;
        Mask = mask;
    }

    /// <summary>No gradient flows: an integer input, a comparison, a stopped gradient.</summary>
    public static Gradient None => default;

    public Value? Value { get; }

    /// <summary>Bool, of the contribution's shape or broadcastable to it: where it is false the contribution is exactly zero because a selection did not take it.</summary>
    public Value? Mask { get; }

    public static implicit operator Gradient(Value value) => new(value, null);

    public static Gradient Masked(Value value, Value? mask) => new(value, mask);
}
