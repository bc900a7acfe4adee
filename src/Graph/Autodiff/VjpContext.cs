namespace GraphGrad;

/// <summary>What an op's reverse rule sees.</summary>
/// <param name="Node">The node being differentiated.</param>
/// <param name="Adjoints">The gradient of the loss with respect to each output; zeros where an output is not used.</param>
/// <param name="Masks">
/// For each output bool, broadcastable to it: where it is false the adjoint is exactly zero and the forward value was not taken, so local
/// derivatives may be NaN or infinite there; null if everything was taken.
/// </param>
/// <param name="Flows">For each output whether any gradient flows to it, so that what zeros would be multiplied by can be left out.</param>
/// <param name="Needed">For each input whether its contribution goes anywhere; for another the rule may return <see cref="Gradient.None"/>.</param>
/// <param name="Stabilizes">Whether a body that the rule differentiates is brought into its stable form first.</param>
internal sealed record VjpContext(Node Node, Value[] Adjoints, Value?[] Masks, bool[] Flows, bool[] Needed, bool Stabilizes)
{
    public Value Adjoint => Adjoints[0];

    public Value? Mask => Masks[0];

    public Value Result => Node.Outputs[0];

    public Value Input(int index) => Node.Inputs[index];

    /// <summary>
    /// The adjoint rearranged, and the mask rearranged with it. <paramref name="move"/> must map each element of the result
    /// to elements of the input that depend on that one alone.
    /// </summary>
    public Gradient Moved(Func<Value, Value> move) =>
        Gradient.Masked(move(Adjoint), Mask is null ? null : move(Ops.BroadcastTo(Mask, Result.Shape)));

    /// <summary>Adjoint times local derivative, selected by the mask rather than multiplied by zero: 0 · ∞ is NaN.</summary>
    public Value Scale(Value derivative) => Ops.ScaleAdjoint(Adjoint, derivative, Mask, Node.Inputs);
}
