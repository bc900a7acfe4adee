namespace GraphGrad;

/// <summary>Factor and summand of a layer norm over the last axis, [E] each.</summary>
/// <param name="Gamma">The factor, or null for 1.</param>
/// <param name="Beta">The summand, or null for 0.</param>
public sealed record NormParameters(Value? Gamma, Value? Beta)
{
    internal static NormParameters Create(Func<string, Shape, Value> make, string prefix, int elements)
    {
        var gamma = make($"{prefix}.weight", [elements]);
        return new(gamma, make($"{prefix}.bias", [elements]));
    }
}
