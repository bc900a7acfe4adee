namespace GraphGrad;

/// <summary>The two maps between which the activation of a transformer layer lies, as <see cref="Ops.Linear"/>'s but of outputs by inputs.</summary>
/// <param name="In">[F, E].</param>
/// <param name="InBias">[F], or null for none.</param>
/// <param name="Out">[E, F].</param>
/// <param name="OutBias">[E], or null for none.</param>
public sealed record FeedForwardParameters(Value In, Value? InBias, Value Out, Value? OutBias);
