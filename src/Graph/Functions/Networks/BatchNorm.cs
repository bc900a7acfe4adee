using GraphGrad.Operations;

namespace GraphGrad;

/// <summary>What <see cref="Ops.BatchNorm"/> computes.</summary>
/// <param name="Output">The normalized batch.</param>
/// <param name="Mean">The mean of each channel over the batch.</param>
/// <param name="Variance">The population variance of each channel over the batch.</param>
/// <param name="Count">How many elements of each channel the batch holds, a scalar of the batch's element type.</param>
public readonly record struct BatchNormResult(Value Output, Value Mean, Value Variance, Value Count);

public static partial class Ops
{
    /// <summary>
    /// Normalizes each channel by its own mean and variance over the batch, as in training:
    /// (x - mean) / √(var + epsilon) · gamma + beta.
    /// </summary>
    /// <remarks>Ioffe and Szegedy, "Batch normalization", 2015.</remarks>
    /// <param name="x">float32 or float64.</param>
    /// <param name="gamma">The scale of each channel, or null for 1.</param>
    /// <param name="beta">The shift of each channel, or null for 0.</param>
    /// <param name="axis">The axis of channels: 1 for images as batch, channel, height, width.</param>
    /// <param name="epsilon">Keeps the quotient finite where a channel is constant.</param>
    /// <exception cref="GraphException">x is not a float or has no such axis, or of known extents only one element a channel, or gamma or beta is not a vector of one number a channel.</exception>
    public static BatchNormResult BatchNorm(Value x, Value? gamma = null, Value? beta = null, int axis = 1, double epsilon = 1e-5)
    {
        var channel = Axes.Find(x, axis, "batch norm");
        var others = Enumerable.Range(0, x.Rank).Where(a => a != channel).ToArray();
        if (CountOf(x, others).IsOne)
            throw x.Graph.Error("batch norm", $"'{x.Name}' {x.Type} has one element for each channel, which is its own mean, so all would come out 0; take a larger batch, or BatchNormInference.");
        var mean = Mean(x, others, keepDims: true);
        var centered = x - mean;
        var variance = Mean(Square(centered), others, keepDims: true);
        var output = ScaleAndShift("batch norm", x, centered * Rsqrt(variance + epsilon), gamma, beta, [channel]);
        return new BatchNormResult(output, Squeeze(mean, others), Squeeze(variance, others), SizeOf(x.Graph, CountOf(x, others), x.DType));
    }

    /// <summary>
    /// Normalizes each channel by given statistics, as in inference: (x - mean) / √(variance + epsilon) · gamma + beta.
    /// </summary>
    /// <inheritdoc cref="BatchNorm" path="/remarks"/>
    /// <param name="x">float32 or float64.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="gamma">The scale of each channel, or null for 1.</param>
    /// <param name="beta">The shift of each channel, or null for 0.</param>
    /// <param name="axis">The axis of channels.</param>
    /// <param name="epsilon">Keeps the quotient finite where a variance is 0.</param>
    /// <exception cref="GraphException">x is not a float or has no such axis, or another argument is not a vector of one number a channel.</exception>
    public static Value BatchNormInference(
        Value x, Value mean, Value variance, Value? gamma = null, Value? beta = null, int axis = 1, double epsilon = 1e-5)
    {
        var centered = x - AlongAxes("batch norm", "the mean", mean, x, [axis]);
        var scale = Rsqrt(AlongAxes("batch norm", "the variance", variance, x, [axis]) + epsilon);
        return ScaleAndShift("batch norm", x, centered * scale, gamma, beta, [axis]);
    }

    /// <summary>
    /// Moves running statistics toward those of a batch: running = (1 - momentum) · running + momentum · batch, the variance as
    /// its unbiased estimate. Group the result with the training step.
    /// </summary>
    /// <param name="runningMean">Holds the mean of each channel; starts at 0, not trainable.</param>
    /// <param name="runningVariance">Holds the variance of each channel; starts at 1, not trainable.</param>
    /// <param name="batch">What <see cref="BatchNorm"/> found.</param>
    /// <param name="momentum">The weight of the new batch.</param>
    /// <exception cref="GraphException">A variable is not a vector of one number a channel.</exception>
    public static Node UpdateRunningStatistics(Variable runningMean, Variable runningVariance, BatchNormResult batch, double momentum = 0.1)
    {
        var unbiased = batch.Variance * (batch.Count / (batch.Count - 1));
        return Group(
            Assign(runningMean, runningMean * (1 - momentum) + batch.Mean * momentum),
            Assign(runningVariance, runningVariance * (1 - momentum) + unbiased * momentum));
    }
}
