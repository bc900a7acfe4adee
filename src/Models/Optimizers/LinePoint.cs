namespace GraphGrad;

/// <summary>A point on the line along which an optimizer searches.</summary>
/// <param name="Length">How far along the direction; a float64 scalar, as loss and slope.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="Slope">The loss's derivative along the line.</param>
/// <param name="Gradient">The loss's gradient.</param>
internal sealed record LinePoint(Value Length, Value Loss, Value Slope, Value Gradient)
{
    public Value[] Values => [Length, Loss, Slope, Gradient];

    public static LinePoint Of(ReadOnlySpan<Value> v) => new(v[0], v[1], v[2], v[3]);

    /// <summary>One point where the condition holds, the other where it does not.</summary>
    public static LinePoint Where(Value condition, LinePoint x, LinePoint y) =>
        Of([.. x.Values.Zip(y.Values, (a, b) => Ops.Where(condition, a, b))]);
}
