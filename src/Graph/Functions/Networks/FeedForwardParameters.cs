namespace GraphGrad;

/// <summary>The two maps between which the activation of a transformer layer lies, as <see cref="Ops.Linear"/>'s but of outputs by inputs.</summary>
/// <param name="In">[F, E].</param>
/// <param name="InBias">[F], or null for none.</param>
/// <param name="Out">[E, F].</param>
/// <param name="OutBias">[E], or null for none.</param>
public sealed record FeedForwardParameters(Value In, Value? InBias, Value Out, Value? OutBias)
{
    internal static FeedForwardParameters Create(Func<string, Shape, Value> make, string prefix, int elements, int width)
    {
        var (weights, bias) = (make($"{prefix}.linear1.weight", [width, elements]), make($"{prefix}.linear1.bias", [width]));
        return new(weights, bias, make($"{prefix}.linear2.weight", [elements, width]), make($"{prefix}.linear2.bias", [elements]));
    }
}
