namespace GraphGrad;

/// <summary>What the gradient function of <c>Ops.CustomGradient</c> sees.</summary>
public sealed class CustomGradientContext
{
    internal CustomGradientContext(IReadOnlyList<Value> inputs, Value result, Value adjoint) => (Inputs, Result, Adjoint) = (inputs, result, adjoint);

    /// <summary>The inputs of the function.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>The function's result.</summary>
    public Value Result { get; }

    /// <summary>The gradient of the loss with respect to the result, of its type and shape.</summary>
    public Value Adjoint { get; }
}
