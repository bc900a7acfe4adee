namespace GraphGrad;

/// <summary>
/// v ← αv + (1 - α)g²; w ← w - rate · g / (√v + epsilon) (Hinton, lecture 6e of "Neural networks for machine learning", 2012).
/// Centered, the square of the mean gradient is taken off v; with momentum, the quotient feeds a velocity.
/// </summary>
public sealed class RmsProp : Optimizer
{
    private readonly double alpha;
    private readonly double epsilon;
    private readonly double momentum;
    private readonly bool centered;

    /// <summary>RMSProp; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="alpha">How much of the mean squared gradient is kept from step to step.</param>
    /// <param name="epsilon">Keeps the quotient finite; added outside the root.</param>
    /// <param name="momentum">How much of the velocity is kept; 0 for none.</param>
    /// <param name="centered">Whether to divide by the standard deviation instead of the root mean square.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public RmsProp(
        LearningRate learningRate, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        this.alpha = Require("alpha", alpha, alpha is >= 0 and < 1, "at least 0 and below 1");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
        this.momentum = Require("momentum", momentum, momentum is >= 0 and < 1, "at least 0 and below 1");
        this.centered = centered;
    }

    private protected override string Name => "rmsprop";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var slot = step.Slot(variable, "v");
        var square = slot * alpha + Ops.Square(gradient) * (1 - alpha);
        step.Assign(slot, square);
        if (centered)
        {
            var first = step.Slot(variable, "m");
            var mean = first + (gradient - first) * (1 - alpha);
            step.Assign(first, mean);
            // A variance by subtraction: rounding must not make it negative.
            square = Ops.Maximum(square - Ops.Square(mean), 0);
        }
        var direction = gradient / (Ops.Sqrt(square) + epsilon);
        if (momentum > 0)
        {
            var velocity = step.Slot(variable, "velocity");
            direction = velocity * momentum + direction;
            step.Assign(velocity, direction);
        }
        step.Move(variable, direction);
    }
}
