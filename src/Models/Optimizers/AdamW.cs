namespace GraphGrad;

/// <summary>
/// Adam with decoupled weight decay: w shrinks by rate · weightDecay · w in every step, and the gradient is left alone
/// (Loshchilov and Hutter, "Decoupled weight decay regularization", 2017).
/// </summary>
public sealed class AdamW : Adam
{
    private readonly double decay;

    /// <summary>AdamW.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How much of the mean gradient is kept from step to step.</param>
    /// <param name="beta2">How much of the mean squared gradient is kept.</param>
    /// <param name="epsilon">Keeps the quotient finite.</param>
    /// <param name="weightDecay">The share of w, times the rate, that a step takes off.</param>
    /// <param name="amsgrad">Whether to divide by the root of the largest mean square so far.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public AdamW(
        LearningRate learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01, bool amsgrad = false)
        : base(learningRate, beta1, beta2, epsilon, amsgrad: amsgrad) =>
        decay = Require("weight decay", weightDecay, weightDecay >= 0, "at least 0");

    private protected override string Name => "adamw";

    private protected override Value Decay(OptimizerStep step, Variable variable) =>
        variable * step.Shared("decay", variable.DType, () => 1 - step.Rate(DType.Float64) * decay);
}
