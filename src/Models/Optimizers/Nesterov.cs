namespace GraphGrad;

/// <summary>
/// v ← momentum · v + gradient; w ← w - rate · (gradient + momentum · v): the velocity looks one step ahead (Nesterov, 1983; in
/// PyTorch's form).
/// </summary>
public sealed class Nesterov : Optimizer
{
    private readonly double momentum;

    /// <summary>Gradient descent with Nesterov's momentum.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="momentum">How much of the velocity is kept from step to step.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Nesterov(LearningRate learningRate, double momentum = 0.9, double weightDecay = 0)
        : base(learningRate, weightDecay) =>
        this.momentum = Require("momentum", momentum, momentum is > 0 and < 1, "above 0 and below 1; without momentum it is GradientDescent");

    private protected override string Name => "nesterov";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var slot = step.Slot(variable, "velocity");
        var velocity = slot * momentum + gradient;
        step.Assign(slot, velocity);
        step.Move(variable, gradient + velocity * momentum);
    }
}
