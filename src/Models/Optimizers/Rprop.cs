namespace GraphGrad;

/// <summary>
/// Moves by the sign of the gradient alone, each element by a step of its own: s ← s · increase where the gradient keeps its sign, s · decrease
/// where it turns, within limits; w ← w - s · sign(g). Where it turned, an element stays for a step, and its gradient counts as 0
/// (Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning", 1993; in PyTorch's form).
/// </summary>
public sealed class Rprop : Optimizer
{
    private readonly double decrease;
    private readonly double increase;
    private readonly double smallest;
    private readonly double largest;

    /// <summary>Rprop; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">The first step.</param>
    /// <param name="decrease">What a step is multiplied by where the gradient turns.</param>
    /// <param name="increase">What it is multiplied by where the gradient keeps its sign.</param>
    /// <param name="smallest">The least step.</param>
    /// <param name="largest">The largest step.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Rprop(LearningRate learningRate, double decrease = 0.5, double increase = 1.2, double smallest = 1e-6, double largest = 50)
        : base(learningRate, 0)
    {
        this.decrease = Require("decrease", decrease, decrease is > 0 and < 1, "above 0 and below 1");
        this.increase = Require("increase", increase, increase > 1, "above 1");
        this.smallest = Require("smallest", smallest, smallest >= 0, "at least 0");
        this.largest = Require("largest", largest, largest >= smallest, "at least the smallest step");
    }

    private protected override string Name => "rprop";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var (before, size) = (step.Slot(variable, "gradient"), step.Slot(variable, "step"));
        var turn = Ops.Sign(gradient) * Ops.Sign(before);
        var one = ScalarConstant.Of(variable.Graph, 1, variable.DType);
        var factor = Ops.Where(turn > 0, increase, Ops.Where(turn < 0, decrease, one));
        // The rate may be computed by a run, so a first step starts from it there rather than in the slot's initial value.
        var from = Ops.Where(step.Number <= 1, step.Rate(variable.DType), size);
        var next = Ops.Minimum(Ops.Maximum(from * factor, smallest), largest);
        var seen = Ops.Where(turn < 0, 0, gradient);
        step.Assign(before, seen);
        step.Assign(size, next);
        step.Assign(variable, variable - Ops.Sign(seen) * next);
    }
}
