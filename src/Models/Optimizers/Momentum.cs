namespace GraphGrad;

/// <summary>v ← momentum · v + (1 - dampening) · gradient, from v = gradient; w ← w - rate · v (Polyak, 1964; in PyTorch's form, which scales v by the rate at the end).</summary>
public sealed class Momentum : Optimizer
{
    private readonly double momentum;
    private readonly double dampening;

    /// <summary>Gradient descent with momentum.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="momentum">How much of the velocity is kept from step to step.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <param name="dampening">The share of the gradient that does not enter the velocity, after the first step; 0 for none.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Momentum(LearningRate learningRate, double momentum = 0.9, double weightDecay = 0, double dampening = 0)
        : base(learningRate, weightDecay)
    {
        this.momentum = Require("momentum", momentum, momentum is >= 0 and < 1, "at least 0 and below 1");
        this.dampening = Require("dampening", dampening, dampening is >= 0 and <= 1, "between 0 and 1");
    }

    private protected override string Name => "momentum";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var slot = step.Slot(variable, "velocity");
        var velocity = slot * momentum + (dampening == 0 ? gradient : gradient * EnteringShare(step, variable.DType));
        step.Assign(slot, velocity);
        step.Move(variable, velocity);
    }

    private Value EnteringShare(OptimizerStep step, DType dtype) => step.Shared("entering share", dtype, () =>
        Ops.Where(step.Number > 1, 1 - dampening, ScalarConstant.Of(step.Graph, 1, DType.Float64)));
}
