namespace GraphGrad;

public static partial class LogDensity
{
    /// <summary>Of what a function that can be undone makes of numbers of a known density: that of x, less the logarithm of the function's derivative there.</summary>
    /// <param name="y">The points.</param>
    /// <param name="function">The function.</param>
    /// <param name="density">The log-density of x: of what the function takes, or of its elements, of which the sum is taken.</param>
    /// <exception cref="GraphException">As the functions say.</exception>
    public static Value Transformed(Value y, Bijection function, Func<Value, Value> density)
    {
        var x = function.Inverse(y);
        var of = density(x);
        return (function.Axes > 0 ? Bijection.SumOfLast(of, Math.Max(0, function.Axes - AxesOfOne())) : of) - function.LogDeterminant(x, y);

        // What the density broadcasts with may have more axes than x. With more axes of extent 1 before x than that can be, the rank tells.
        int AxesOfOne()
        {
            var rank = of.Rank + x.Rank + 1;
            return rank - density(Ops.Reshape(x, new Shape([.. Enumerable.Repeat((Dim)1, rank - x.Rank), .. x.Shape.Dims]))).Rank;
        }
    }

    /// <summary>Of one of several distributions, each of which is taken with a probability.</summary>
    /// <param name="densities">The distributions' log-densities at the points, in the last axis.</param>
    /// <param name="logits">Logarithms of the probabilities but for a common summand, in the last axis.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Mixture(Value densities, Value logits) => Ops.LogSumExp(densities + Ops.LogSoftmax(logits), -1);
}
