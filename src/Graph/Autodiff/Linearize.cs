using GraphGrad.Autodiff;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The linear map by which values move with what they are computed from; zero where they do not depend on it.</summary>
    /// <param name="values">Float values of any shapes; at least one.</param>
    /// <param name="inputs">What they are computed from; float too, at least one, none twice.</param>
    /// <exception cref="GraphException">There is no value or no input, one is not a float, an input is named twice, or they belong to different graphs.</exception>
    public static Linearization Linearize(Value[] values, params Value[] inputs)
    {
        if (values.Length == 0 || inputs.Length == 0) throw new GraphException($"linearize: give at least one value and one input. Built at {Origin.Capture()}.");
        Backward.CheckFloats(values, inputs);
        if (inputs.Distinct().Count() != inputs.Length) throw values[0].Graph.Error("linearize", "an input is named twice; name each once.");
        return new Linearization([.. values], [.. inputs]);
    }

    /// <summary>The linear map by which one value moves with another.</summary>
    /// <exception cref="GraphException">One is not a float, or they belong to different graphs.</exception>
    public static Linearization Linearize(Value value, Value input) => Linearize([value], [input]);
}
