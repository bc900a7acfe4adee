using GraphGrad.Autodiff;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The gradients of a scalar with respect to values of its graph: placeholders, variables or anything computed between.
    /// The gradients are ordinary values, which can be differentiated again. Each has the element type and shape of its
    /// value in <paramref name="wrt"/>, and contributions over several paths are added up.
    /// </summary>
    /// <param name="y">A float scalar, such as a loss.</param>
    /// <param name="wrt">The values to differentiate by; two values count as different even if they compute the same.</param>
    /// <returns>One gradient for each value in <paramref name="wrt"/>.</returns>
    /// <exception cref="GraphException">
    /// y is not a scalar, y or a value is not a float, they belong to different graphs, or y does not depend on a value.
    /// </exception>
    public static Value[] Gradients(Value y, params ReadOnlySpan<Value> wrt) => Gradients(y, new GradientOptions(), wrt);

    /// <summary>The gradients of a value, with an upstream gradient, zeros for disconnected values or no stabilization on request.</summary>
    /// <param name="y">A float value; not a scalar only if the options give an upstream gradient.</param>
    /// <param name="options">The choices.</param>
    /// <param name="wrt">The values to differentiate by.</param>
    /// <returns>One gradient for each value in <paramref name="wrt"/>.</returns>
    /// <exception cref="GraphException">
    /// y is not a scalar and there is no upstream gradient, or that has another type or shape; y or a value is not a float;
    /// they belong to different graphs; y does not depend on a value and zeros were not asked for.
    /// </exception>
    public static Value[] Gradients(Value y, GradientOptions options, params ReadOnlySpan<Value> wrt) =>
        Backward.Differentiate(y, wrt.ToArray(), options);

    /// <summary>The gradient of a scalar with respect to one value.</summary>
    /// <exception cref="GraphException">As for <see cref="Gradients(Value, ReadOnlySpan{Value})"/>.</exception>
    public static Value Gradient(Value y, Value x) => Gradients(y, x)[0];

    /// <summary>The gradient of a value with respect to one value, with options.</summary>
    /// <exception cref="GraphException">As for <see cref="Gradients(Value, GradientOptions, ReadOnlySpan{Value})"/>.</exception>
    public static Value Gradient(Value y, Value x, GradientOptions options) => Gradients(y, options, x)[0];
}
