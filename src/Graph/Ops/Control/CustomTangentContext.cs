namespace GraphGrad;

/// <summary>What the tangent function of <c>Ops.CustomGradient</c> sees.</summary>
public sealed class CustomTangentContext
{
    internal CustomTangentContext(IReadOnlyList<Value> inputs, Value result, IReadOnlyList<Value> tangents) => (Inputs, Result, Tangents) = (inputs, result, tangents);

    /// <summary>The inputs of the function.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>The function's result.</summary>
    public Value Result { get; }

    /// <summary>The tangent of each input, of its type and shape; zeros where it is constant.</summary>
    public IReadOnlyList<Value> Tangents { get; }
}
