namespace GraphGrad;

/// <summary>
/// Adam with Nesterov's momentum: m ← β₁m + (1 - β₁)g; v ← β₂v + (1 - β₂)g²; w ← w - rate · ((1 - μₜ) / (1 - Πμ) · g +
/// μₜ₊₁ / (1 - Πμ · μₜ₊₁) · m) / (√(v / (1 - β₂ᵗ)) + epsilon), with μₜ = β₁(1 - 0.96^(t·momentumDecay) / 2) and Πμ its product up to
/// step t (Dozat, "Incorporating Nesterov momentum into Adam", 2016).
/// </summary>
public sealed class NAdam : Optimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly double momentumDecay;

    /// <summary>NAdam; the defaults are PyTorch's but for the rate.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How much of the mean gradient is kept from step to step.</param>
    /// <param name="beta2">How much of the mean squared gradient is kept.</param>
    /// <param name="epsilon">Keeps the quotient finite.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <param name="momentumDecay">How fast the momentum warms up to beta1.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public NAdam(
        LearningRate learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, double momentumDecay = 0.004)
        : base(learningRate, weightDecay)
    {
        this.beta1 = Require("beta1", beta1, beta1 is >= 0 and < 1, "at least 0 and below 1");
        this.beta2 = Require("beta2", beta2, beta2 is >= 0 and < 1, "at least 0 and below 1");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
        this.momentumDecay = Require("momentum decay", momentumDecay, momentumDecay >= 0, "at least 0");
    }

    private protected override string Name => "nadam";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var (first, second) = (step.Slot(variable, "m"), step.Slot(variable, "v"));
        var mean = first * beta1 + gradient * (1 - beta1);
        var square = second * beta2 + Ops.Square(gradient) * (1 - beta2);
        step.Assign(first, mean);
        step.Assign(second, square);
        var ofGradient = step.Shared("share of gradient", variable.DType, () => GradientShare(step));
        var ofMean = step.Shared("share of mean", variable.DType, () => MeanShare(step));
        var correction = step.Shared("root correction", variable.DType, () => Ops.Sqrt(1 - Ops.Pow(beta2, step.Number)));
        step.Assign(variable, variable - (gradient * ofGradient + mean * ofMean) / (Ops.Sqrt(square) / correction + epsilon));
    }

    private Value GradientShare(OptimizerStep step) => step.Rate(DType.Float64) * (1 - Momentum(step.Number)) / (1 - Product(step));

    private Value MeanShare(OptimizerStep step)
    {
        var next = Momentum(step.Number + 1);
        return step.Rate(DType.Float64) * next / (1 - Product(step) * next);
    }

    private Value Momentum(Value number) => beta1 * (1 - 0.5 * Ops.Pow(0.96, number * momentumDecay));

    /// <summary>The product of all momenta up to this step, kept in a variable.</summary>
    private Value Product(OptimizerStep step) => step.Shared("momentum product", DType.Float64, () =>
    {
        var slot = step.Scalar("product", 1);
        var product = slot * Momentum(step.Number);
        step.Assign(slot, product);
        return product;
    });
}
