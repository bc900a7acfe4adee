using GraphGrad.Autodiff;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The products of cotangents with the Jacobians of several values, added up, in one walk in reverse mode: what flows back to
    /// <paramref name="inputs"/> if <paramref name="cotangents"/> are the gradients of a loss with respect to <paramref name="values"/>.
    /// </summary>
    /// <param name="values">Float values of any shapes.</param>
    /// <param name="inputs">The values to differentiate by.</param>
    /// <param name="cotangents">One for each of the values, of its element type and shape.</param>
    /// <param name="disconnected">What happens if none of the values depends on one of the inputs.</param>
    /// <returns>One product for each of the inputs, of its element type and shape.</returns>
    /// <exception cref="GraphException">
    /// There is no value, the counts differ, a cotangent has another type or shape than its value, a value is not a float, they belong to
    /// different graphs, or none of the values depends on an input and zeros were not asked for.
    /// </exception>
    public static Value[] Vjp(Value[] values, Value[] inputs, Value[] cotangents, Disconnected disconnected = Disconnected.Error)
    {
        CheckCotangents(values, cotangents);
        Backward.CheckFloats(values, inputs);
        using var scope = values[0].Graph.Scope("gradients");
        return Backward.Differentiate(values, inputs, cotangents, stabilize: true, disconnected);
    }

    /// <summary>The product of a cotangent with the Jacobian of one value: what flows back to x if <paramref name="cotangent"/> is the gradient with respect to y.</summary>
    /// <param name="y">A float value of any shape.</param>
    /// <param name="x">The value to differentiate by.</param>
    /// <param name="cotangent">Of y's element type and shape.</param>
    /// <returns>The product, of x's element type and shape.</returns>
    /// <exception cref="GraphException">y or x is not a float, the cotangent's type or shape is not that of y, they belong to different graphs, or y does not depend on x.</exception>
    public static Value Vjp(Value y, Value x, Value cotangent) => Vjp([y], [x], [cotangent])[0];

    internal static void CheckCotangents(Value[] values, Value[] cotangents)
    {
        if (values.Length == 0) throw new GraphException($"vjp: give at least one value to differentiate. Built at {Origin.Capture()}.");
        if (values.Length != cotangents.Length)
            throw values[0].Graph.Error("vjp", $"{cotangents.Length} cotangents are given for {values.Length} values; give one for each.");
        foreach (var (value, cotangent) in values.Zip(cotangents))
        {
            value.Graph.Require(cotangent, "the cotangent");
            if (!cotangent.Type.Equals(value.Type))
                throw value.Graph.Error("vjp", $"the cotangent '{cotangent.Name}' is {cotangent.Type}, but '{value.Name}' is {value.Type}; they must be of one type and shape. Cast or broadcast the cotangent. '{value.Name}' was built at {value.Node.Origin}.");
        }
    }
}
