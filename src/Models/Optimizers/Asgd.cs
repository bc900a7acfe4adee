namespace GraphGrad;

/// <summary>
/// Averaged gradient descent: w ← (1 - λη)w - ηg with η = rate / (1 + λ · rate · (t - 1))^α at step t, and beside it the average of w, which starts
/// at step <c>averageFrom</c> (Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; in PyTorch's form).
/// The average is the variable named after w with the suffix <c>asgd_average</c>.
/// </summary>
public sealed class Asgd : Optimizer
{
    private readonly double lambda;
    private readonly double alpha;
    private readonly double averageFrom;

    /// <summary>ASGD; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">The step size of the first step.</param>
    /// <param name="lambda">How fast the step size falls, and the share of w that a step takes off.</param>
    /// <param name="alpha">The power with which the step size falls.</param>
    /// <param name="averageFrom">After how many steps averaging starts; before, the average is w itself.</param>
    /// <param name="weightDecay">An L2 penalty: weightDecay · w is added to the gradient.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Asgd(LearningRate learningRate, double lambda = 1e-4, double alpha = 0.75, double averageFrom = 1e6, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        this.lambda = Require("lambda", lambda, lambda >= 0, "at least 0");
        this.alpha = Require("alpha", alpha, alpha >= 0, "at least 0");
        this.averageFrom = Require("averageFrom", averageFrom, averageFrom >= 0, "at least 0");
    }

    private protected override string Name => "asgd";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var rate = step.Shared("falling rate", variable.DType, () => FallingRate(step));
        var kept = step.Shared("kept share", variable.DType, () => 1 - lambda * FallingRate(step));
        var share = step.Shared("share of average", variable.DType, () => 1 / Ops.Maximum(step.Number - 1 - averageFrom, 1));
        var moved = variable * kept - rate * gradient;
        var average = step.Slot(variable, "average");
        step.Assign(variable, moved);
        step.Assign(average, average + (moved - average) * share);
    }

    private Value FallingRate(OptimizerStep step) => step.Shared("falling rate in float64", DType.Float64, () =>
    {
        var rate = step.Rate(DType.Float64);
        return rate / Ops.Pow(1 + lambda * rate * (step.Number - 1), alpha);
    });
}
