namespace GraphGrad;

/// <summary>
/// s ← s + g²; w ← w - rate / (1 + (t - 1) · decay) · g / (√s + epsilon) at step t (Duchi, Hazan and Singer, "Adaptive subgradient
/// methods for online learning and stochastic optimization", 2011).
/// </summary>
public sealed class Adagrad : Optimizer
{
    private readonly double rateDecay;
    private readonly double start;
    private readonly double epsilon;

    /// <summary>Adagrad; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="rateDecay">How fast the rate falls with the number of steps; 0 for not at all.</param>
    /// <param name="start">What the sum of squares starts from.</param>
    /// <param name="epsilon">Keeps the quotient finite; added outside the root.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Adagrad(LearningRate learningRate, double rateDecay = 0, double start = 0, double epsilon = 1e-10, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        this.rateDecay = Require("rate decay", rateDecay, rateDecay >= 0, "at least 0");
        this.start = Require("start", start, start >= 0, "at least 0");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
    }

    private protected override string Name => "adagrad";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var slot = step.Slot(variable, "sum", start);
        var sum = slot + Ops.Square(gradient);
        step.Assign(slot, sum);
        var direction = gradient / (Ops.Sqrt(sum) + epsilon);
        if (rateDecay > 0)
            direction *= step.Shared("decayed share", variable.DType, () => 1 / (1 + (step.Number - 1) * rateDecay));
        step.Move(variable, direction);
    }
}
