namespace GraphGrad;

/// <summary>v ← momentum · v + gradient; w ← w - rate · v (Polyak, 1964; in PyTorch's form, which scales v by the rate at the end).</summary>
public sealed class Momentum : Optimizer
{
    private readonly double momentum;

    /// <summary>Gradient descent with momentum.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="momentum">How much of the velocity is kept from step to step.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Momentum(LearningRate learningRate, double momentum = 0.9, double weightDecay = 0)
        : base(learningRate, weightDecay) =>
        this.momentum = Require("momentum", momentum, momentum is >= 0 and < 1, "at least 0 and below 1");

    private protected override string Name => "momentum";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var slot = step.Slot(variable, "velocity");
        var velocity = slot * momentum + gradient;
        step.Assign(slot, velocity);
        step.Move(variable, velocity);
    }
}
