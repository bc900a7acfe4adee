namespace GraphGrad;

/// <summary>
/// Adam with the largest gradient in place of the root mean square: m ← β₁m + (1 - β₁)g; u ← max(β₂u, |g| + epsilon); w ← w -
/// rate / (1 - β₁ᵗ) · m / u at step t (Kingma and Ba, "Adam: a method for stochastic optimization", 2014, section 7.1).
/// </summary>
public sealed class Adamax : Optimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;

    /// <summary>Adamax; the defaults are PyTorch's but for the rate.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How much of the mean gradient is kept from step to step.</param>
    /// <param name="beta2">How much of the largest gradient is kept.</param>
    /// <param name="epsilon">Keeps the quotient finite.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Adamax(LearningRate learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        this.beta1 = Require("beta1", beta1, beta1 is >= 0 and < 1, "at least 0 and below 1");
        this.beta2 = Require("beta2", beta2, beta2 is >= 0 and < 1, "at least 0 and below 1");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
    }

    private protected override string Name => "adamax";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var (first, largest) = (step.Slot(variable, "m"), step.Slot(variable, "u"));
        var mean = first * beta1 + gradient * (1 - beta1);
        var most = Ops.Maximum(largest * beta2, Ops.Abs(gradient) + epsilon);
        step.Assign(first, mean);
        step.Assign(largest, most);
        var rate = step.Shared("corrected rate", variable.DType, () => step.Rate(DType.Float64) / (1 - Ops.Pow(beta1, step.Number)));
        step.Assign(variable, variable - rate * mean / most);
    }
}
