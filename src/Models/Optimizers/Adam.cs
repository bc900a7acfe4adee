namespace GraphGrad;

/// <summary>
/// Adaptive moments: m ← β₁m + (1 - β₁)g; v ← β₂v + (1 - β₂)g²; w ← w - rate · m̂ / (√v̂ + epsilon) with m̂ = m / (1 - β₁ᵗ) and
/// v̂ = v / (1 - β₂ᵗ) at step t (Kingma and Ba, "Adam: a method for stochastic optimization", 2014). With amsgrad, v̂ is made of the
/// largest v so far, so that a step never grows again (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018).
/// </summary>
public class Adam : Optimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly bool amsgrad;

    /// <summary>Adam; the defaults are the paper's.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How much of the mean gradient is kept from step to step.</param>
    /// <param name="beta2">How much of the mean squared gradient is kept.</param>
    /// <param name="epsilon">Keeps the quotient finite.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient; see <see cref="AdamW"/> for the other kind.</param>
    /// <param name="amsgrad">Whether to divide by the root of the largest mean square so far.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Adam(
        LearningRate learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool amsgrad = false)
        : base(learningRate, weightDecay)
    {
        this.amsgrad = amsgrad;
        this.beta1 = Require("beta1", beta1, beta1 is >= 0 and < 1, "at least 0 and below 1");
        this.beta2 = Require("beta2", beta2, beta2 is >= 0 and < 1, "at least 0 and below 1");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
    }

    private protected override string Name => "adam";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var (first, second) = (step.Slot(variable, "m"), step.Slot(variable, "v"));
        var mean = first + (gradient - first) * (1 - beta1);
        var square = second * beta2 + Ops.Square(gradient) * (1 - beta2);
        step.Assign(first, mean);
        step.Assign(second, square);
        if (amsgrad)
        {
            var largest = step.Slot(variable, "largest_v");
            square = Ops.Maximum(largest, square);
            step.Assign(largest, square);
        }
        // Both corrections drawn into scalars, c = √(1 - β₂ᵗ): m̂ / (√v/c + ε) = m̂ · c / (√v + ε·c), one division an element.
        var rate = step.Shared("corrected rate", variable.DType, () => step.Rate(DType.Float64) * Correction2(step) / Correction1(step));
        var floor = step.Shared("corrected epsilon", variable.DType, () => Correction2(step) * epsilon);
        step.Assign(variable, Decay(step, variable) - rate * mean / (Ops.Sqrt(square) + floor));
    }

    /// <summary>The variable as the step starts from it.</summary>
    private protected virtual Value Decay(OptimizerStep step, Variable variable) => variable;

    // In float64: 1 - β₂ᵗ is as small as 0.001, where float32 would leave four digits.
    private Value Correction1(OptimizerStep step) => step.Shared("correction1", DType.Float64, () => 1 - Ops.Pow(beta1, step.Number));

    private Value Correction2(OptimizerStep step) => step.Shared("correction2", DType.Float64, () => Ops.Sqrt(1 - Ops.Pow(beta2, step.Number)));
}
