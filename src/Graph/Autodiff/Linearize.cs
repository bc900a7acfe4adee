using GraphGrad.Autodiff;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The linear map by which values move with what they are computed from.</summary>
    /// <param name="values">Float values of any shapes; at least one.</param>
    /// <param name="inputs">What they are computed from; float too, at least one, none twice.</param>
    /// <exception cref="GraphException">
    /// There is no value or no input, one is not a float, an input is named twice, they belong to different graphs, a value depends on none of the inputs, or none of the values on an input.
    /// </exception>
    public static Linearization Linearize(Value[] values, params Value[] inputs) => Linearize(values, inputs, Disconnected.Error);

    /// <summary>The linear map by which values move with what they are computed from.</summary>
    /// <param name="values">Float values of any shapes; at least one.</param>
    /// <param name="inputs">What they are computed from; float too, at least one, none twice.</param>
    /// <param name="disconnected">What happens if a value depends on none of the inputs, or none of the values on an input.</param>
    /// <exception cref="GraphException">As for the other overload; with <see cref="Disconnected.Zeros"/> the map is zero where nothing depends.</exception>
    public static Linearization Linearize(Value[] values, Value[] inputs, Disconnected disconnected)
    {
        if (values.Length == 0 || inputs.Length == 0) throw new GraphException($"linearize: give at least one value and one input. Built at {Origin.Capture()}.");
        Backward.CheckFloats(values, inputs);
        if (inputs.Distinct().Count() != inputs.Length) throw values[0].Graph.Error("linearize", "an input is named twice; name each once.");
        if (disconnected == Disconnected.Error)
        {
            if (Dependence.Reached(inputs, values) is var reached && values.FirstOrDefault(y => !reached.Contains(y)) is { } still) throw Unrelated(still, inputs);
            if (Dependence.Sources(values) is var sources && inputs.FirstOrDefault(x => !sources.Contains(x)) is { } idle)
                throw values[0].Graph.Error("linearize", $"none of {Dependence.Text(values)} depends on {Dependence.Text([idle])}. Leave '{idle.Name}' out, or ask for zeros with Disconnected.Zeros.");
        }
        return new Linearization([.. values], [.. inputs]);
    }

    /// <summary>The linear map by which one value moves with another.</summary>
    /// <exception cref="GraphException">One is not a float, they belong to different graphs, or the value does not depend on the other.</exception>
    public static Linearization Linearize(Value value, Value input) => Linearize([value], [input]);

    private static GraphException Unrelated(Value value, Value[] inputs) => value.Graph.Error(
        "linearize",
        $"{Dependence.Text([value])} {(inputs.Length == 1 ? Dependence.Lack(inputs[0], value) + " on" : "depends on none of")} {Dependence.Text(inputs)}, so it does not move with what is given. Leave '{value.Name}' out, or ask for zeros with Disconnected.Zeros.");
}
