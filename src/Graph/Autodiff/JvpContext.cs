namespace GraphGrad;

/// <summary>What an op's forward rule sees.</summary>
/// <param name="Node">The node being differentiated.</param>
/// <param name="Tangents">The tangent of each input, <see cref="Gradient.None"/> for zero; its mask is false where it is zero because a selection took what does not move.</param>
internal sealed record JvpContext(Node Node, Gradient[] Tangents)
{
    public Value Result => Node.Outputs[0];

    public Value Input(int index) => Node.Inputs[index];

    /// <summary>The tangent of an input, zeros made explicit.</summary>
    public Value Tangent(int index) => Tangents[index].Value ?? Ops.ZerosLike(Input(index));
}
