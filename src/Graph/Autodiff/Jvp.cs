using GraphGrad.Autodiff;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The derivative of <paramref name="y"/> in the direction <paramref name="tangent"/> of <paramref name="x"/>, by forward
    /// differentiation: the product of the Jacobian with the tangent, of y's element type and shape.
    /// </summary>
    /// <exception cref="GraphException">
    /// y or x is not a float, the tangent's type or shape is not that of x, they belong to different graphs, or y does not
    /// depend on x.
    /// </exception>
    public static Value Jvp(Value y, Value x, Value tangent) => Jvp(y, (x, tangent));

    /// <summary>
    /// The derivative of <paramref name="y"/> in a direction of several values at once; a value without a tangent does not move.
    /// </summary>
    /// <exception cref="GraphException">As for one value, or two tangents are given for one value.</exception>
    public static Value Jvp(Value y, params ReadOnlySpan<(Value X, Value Tangent)> directions) =>
        Forward.Differentiate([y], directions.ToArray(), Disconnected.Error)[0];

    /// <summary>The derivatives of several values in one direction of several values at once.</summary>
    /// <param name="values">Float values.</param>
    /// <param name="directions">What moves, and how: a tangent has the type and shape of its value.</param>
    /// <param name="disconnected">What happens if a value depends on nothing that moves.</param>
    /// <returns>One derivative for each value, of its type and shape.</returns>
    /// <exception cref="GraphException">As for one value, or there is no value.</exception>
    public static Value[] Jvp(Value[] values, (Value X, Value Tangent)[] directions, Disconnected disconnected = Disconnected.Error)
    {
        if (values.Length == 0) throw new GraphException($"jvp: give at least one value to differentiate. Built at {Origin.Capture()}.");
        return Forward.Differentiate(values, directions, disconnected);
    }
}
