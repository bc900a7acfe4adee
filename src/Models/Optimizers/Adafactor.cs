namespace GraphGrad;

/// <summary>
/// Steps relative to the size of the variable, along gradients divided by the root of their mean square, of which matrices keep only means of rows and of columns: v̂ = r·c / mean(r), for the matrices in the last two
/// axes; of vectors and scalars all of it is kept. u = g / max(√v̂, epsilon); w ← w - max(scaleFloor, rms(w)) · min(rate, 1/√t) · u / max(1, rms(u) / clip), t the number of the step (Shazeer and Stern, "Adafactor: adaptive
/// learning rates with sublinear memory cost", 2018; in PyTorch's form).
/// </summary>
public sealed class Adafactor : Optimizer
{
    private readonly double decayPower;
    private readonly double? epsilon;
    private readonly double scaleFloor;
    private readonly double clip;
    private readonly double decoupledDecay;

    /// <summary>Adafactor; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">The largest relative step, 0.01 in the paper; times it the decay is taken.</param>
    /// <param name="decayPower">Of the mean square 1 - tᵖ is kept at step t; p is not above 0.</param>
    /// <param name="epsilon">The least root of a mean square; null for the distance of 1 from the next number of the variable's type.</param>
    /// <param name="scaleFloor">Variables count as at least so large.</param>
    /// <param name="clip">How large the root of u's mean square may be; at least 1.</param>
    /// <param name="weightDecay">rate · weightDecay · w is subtracted from the variable.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Adafactor(LearningRate learningRate, double decayPower = -0.8, double? epsilon = null, double scaleFloor = 1e-3, double clip = 1, double weightDecay = 0)
        : base(learningRate, 0)
    {
        this.decayPower = Require("decay power", decayPower, decayPower <= 0, "at most 0");
        this.epsilon = epsilon is { } least ? Require("epsilon", least, least >= 0, "at least 0") : null;
        this.scaleFloor = Require("scale floor", scaleFloor, scaleFloor >= 0, "at least 0");
        this.clip = Require("clip", clip, clip >= 1, "at least 1");
        decoupledDecay = Require("weight decay", weightDecay, weightDecay >= 0, "at least 0");
    }

    private protected override string Name => "adafactor";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        var type = variable.DType;
        var share = step.Shared("share of the new square", type, () => Ops.Pow(step.Number, decayPower));
        var relative = step.Shared("relative rate", type, () => Ops.Minimum(step.Rate(DType.Float64), 1 / Ops.Sqrt(step.Number)));
        var least = epsilon ?? (type == DType.Float64 ? double.BitIncrement(1) - 1 : float.BitIncrement(1) - 1);
        var square = gradient.Rank > 1 ? Factored(step, variable, gradient, share, least) : Followed(step, variable, "v", Ops.Square(gradient), share);
        var direction = gradient / Ops.Sqrt(Ops.Maximum(square, least * least));
        var length = Ops.Maximum(RootMeanSquare(variable), scaleFloor) * relative / Ops.Maximum(RootMeanSquare(direction) / clip, 1);
        var start = decoupledDecay == 0 ? variable : variable * (1 - (step.Rate(type) * decoupledDecay));
        step.Assign(variable, start - (length * direction));
    }

    private static Value Factored(OptimizerStep step, Variable variable, Value gradient, Value share, double least)
    {
        var square = Ops.Square(gradient);
        var rows = Followed(step, variable, "rows", Ops.Mean(square, -1, keepDims: true), share);
        var columns = Followed(step, variable, "columns", Ops.Mean(square, -2, keepDims: true), share);
        return rows * columns / Ops.Maximum(Ops.Mean(rows, -2, keepDims: true), least);
    }

    /// <summary>A mean that goes by a share of the way to what is new.</summary>
    private static Value Followed(OptimizerStep step, Variable variable, string suffix, Value now, Value share)
    {
        var slot = step.Slot(variable, suffix, now.Shape);
        var next = slot + ((now - slot) * share);
        step.Assign(slot, next);
        return next;
    }

    private static Value RootMeanSquare(Value x) => Ops.Sqrt(Ops.Mean(Ops.Square(x)));
}
