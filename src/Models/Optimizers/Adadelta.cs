namespace GraphGrad;

/// <summary>
/// v ← ρv + (1 - ρ)g²; d = √(u + epsilon) / √(v + epsilon) · g; u ← ρu + (1 - ρ)d²; w ← w - rate · d: steps in units of w (Zeiler,
/// "ADADELTA: an adaptive learning rate method", 2012).
/// </summary>
public sealed class Adadelta : Optimizer
{
    private readonly double rho;
    private readonly double epsilon;

    /// <summary>Adadelta; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">What a step is multiplied by.</param>
    /// <param name="rho">How much of the mean squares is kept from step to step.</param>
    /// <param name="epsilon">Keeps the quotient finite, and starts the movement; added inside the roots.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Adadelta(LearningRate learningRate, double rho = 0.9, double epsilon = 1e-6, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        this.rho = Require("rho", rho, rho is >= 0 and <= 1, "between 0 and 1");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
    }

    private protected override string Name => "adadelta";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var (squares, moves) = (step.Slot(variable, "v"), step.Slot(variable, "u"));
        var square = squares * rho + Ops.Square(gradient) * (1 - rho);
        var direction = Ops.Sqrt(moves + epsilon) / Ops.Sqrt(square + epsilon) * gradient;
        step.Assign(squares, square);
        step.Assign(moves, moves * rho + Ops.Square(direction) * (1 - rho));
        step.Move(variable, direction);
    }
}
