namespace GraphGrad;

/// <summary>
/// Adam that begins as momentum, until the mean squared gradient has enough steps behind it: m ← β₁m + (1 - β₁)g; v ← β₂v + (1 - β₂)g²;
/// w ← w - rate · m̂ · r√(1 - β₂ᵗ) / (√v + epsilon) where ρₜ = ρ - 2tβ₂ᵗ / (1 - β₂ᵗ) is above 5, else w ← w - rate · m̂, with
/// m̂ = m / (1 - β₁ᵗ), ρ = 2 / (1 - β₂) - 1 and r² = (ρₜ - 4)(ρₜ - 2)ρ / ((ρ - 4)(ρ - 2)ρₜ) (Liu et al., "On the variance of the
/// adaptive learning rate and beyond", 2019; in PyTorch's form).
/// </summary>
public sealed class RAdam : Optimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;

    /// <summary>RAdam; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How much of the mean gradient is kept from step to step.</param>
    /// <param name="beta2">How much of the mean squared gradient is kept.</param>
    /// <param name="epsilon">Keeps the quotient finite.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public RAdam(LearningRate learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        this.beta1 = Require("beta1", beta1, beta1 is >= 0 and < 1, "at least 0 and below 1");
        this.beta2 = Require("beta2", beta2, beta2 is >= 0 and < 1, "at least 0 and below 1");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
    }

    private protected override string Name => "radam";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var (first, second) = (step.Slot(variable, "m"), step.Slot(variable, "v"));
        var mean = first * beta1 + gradient * (1 - beta1);
        var square = second * beta2 + Ops.Square(gradient) * (1 - beta2);
        step.Assign(first, mean);
        step.Assign(second, square);
        var rate = step.Shared("corrected rate", variable.DType, () => step.Rate(DType.Float64) / (1 - Ops.Pow(beta1, step.Number)));
        var rectification = step.Shared("rectification", variable.DType, () => Rectification(step));
        // The rectification is negative while there is none.
        var adaptive = Ops.Where(rectification < 0, 1, rectification / (Ops.Sqrt(square) + epsilon));
        step.Assign(variable, variable - rate * mean * adaptive);
    }

    /// <summary>r√(1 - β₂ᵗ), or -1 before the first rectified step.</summary>
    private Value Rectification(OptimizerStep step)
    {
        var power = Ops.Pow(beta2, step.Number);
        var limit = 2 / (1 - beta2) - 1;
        var length = limit - 2 * step.Number * power / (1 - power);
        var squared = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length);
        return Ops.Where(length > 5, Ops.Sqrt(Ops.Maximum(squared, 0) * (1 - power)), -1);
    }
}
