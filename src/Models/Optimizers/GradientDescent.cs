namespace GraphGrad;

/// <summary>w ← w - rate · gradient.</summary>
public sealed class GradientDescent : Optimizer
{
    /// <summary>Plain gradient descent.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public GradientDescent(LearningRate learningRate, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
    }

    private protected override string Name => "gradient_descent";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient) => step.Move(variable, gradient);
}
