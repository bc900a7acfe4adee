using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The weights and the bias of one layer that does what a convolution or a linear layer and <see cref="BatchNormInference"/> behind it do: weights · s and (bias - mean) · s + beta, with
    /// s = gamma / √(variance + epsilon). For weights to be saved; a session folds what is constant by itself.
    /// </summary>
    /// <param name="weights">The layer's, float32 or float64.</param>
    /// <param name="bias">One for each output, or null for none.</param>
    /// <param name="mean">The mean of each output.</param>
    /// <param name="variance">The variance of each output.</param>
    /// <param name="gamma">The scale of each output, or null for 1.</param>
    /// <param name="beta">The shift of each output, or null for 0.</param>
    /// <param name="axis">The axis of outputs: 0 of a convolution, 1 of a transposed one or of <see cref="Linear"/>.</param>
    /// <param name="epsilon">The norm's.</param>
    /// <exception cref="GraphException">The weights are not a float or have no such axis, or another argument is not a vector of one number an output.</exception>
    public static (Value Weights, Value Bias) FoldBatchNorm(
        Value weights, Value? bias, Value mean, Value variance, Value? gamma = null, Value? beta = null, int axis = 0, double epsilon = 1e-5)
    {
        const string function = "fold batch norm";
        RequireFloat(function, weights);
        Dim outputs = weights.Shape[Axes.Find(weights, axis, function)];
        foreach (var (what, vector) in new[] { ("bias", bias), ("mean", mean), ("variance", variance), ("gamma", gamma), ("beta", beta) })
        {
            if (vector is not null && (vector.DType != weights.DType || !vector.Shape.Equals([outputs])))
                throw weights.Graph.Error(function, $"the {what} '{vector.Name}' {vector.Type} must be one {weights.DType.Text()} for each of the {outputs} outputs of '{weights.Name}' {weights.Type}.");
        }
        var scale = Rsqrt(variance + epsilon);
        if (gamma is not null) scale *= gamma;
        var shift = (bias is null ? -mean : bias - mean) * scale;
        return (weights * AlongAxes(function, "the scale", scale, weights, [axis]), beta is null ? shift : shift + beta);
    }
}
