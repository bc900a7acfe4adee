using System.Globalization;

namespace GraphGrad;

/// <summary>
/// How far an optimizer moves in a step: a number, or a float scalar of the graph, such as a placeholder, a variable or a
/// schedule computed from a step count. Converts implicitly from both.
/// </summary>
public readonly struct LearningRate
{
    private readonly double number;
    private readonly Value? value;

    private LearningRate(double number, Value? value)
    {
        this.number = number;
        this.value = value;
    }

    /// <summary>A rate that stays the same.</summary>
    /// <exception cref="GraphException">The number is negative or not finite.</exception>
    public static implicit operator LearningRate(double rate) =>
        double.IsFinite(rate) && rate >= 0
            ? new LearningRate(rate, null)
            : throw new GraphException($"LearningRate: the learning rate {rate.ToString(CultureInfo.InvariantCulture)} is not a finite number of at least 0. Built at {Origin.Capture()}.");

    /// <summary>A rate that stays the same.</summary>
    /// <exception cref="GraphException">The number is negative or not finite.</exception>
    public static implicit operator LearningRate(float rate) => (double)rate;

    /// <summary>A rate that each run computes or is fed.</summary>
    /// <exception cref="GraphException">The value is not a float scalar.</exception>
    public static implicit operator LearningRate(Value rate) =>
        rate.Rank == 0 && rate.DType.IsFloat()
            ? new LearningRate(0, rate)
            : throw new GraphException($"LearningRate: the learning rate '{rate.Name}' is {rate.DType.Text()}{rate.Shape}; it must be a float32 or float64 scalar. Built at {rate.Node.Origin}.");

    /// <summary>The rate as a scalar of the given element type.</summary>
    internal Value In(Graph graph, DType dtype)
    {
        if (value is null) return ScalarConstant.Of(graph, number, dtype);
        return value.DType == dtype ? value : Ops.Cast(value, dtype);
    }

    /// <summary>The number, or the value's name.</summary>
    public override string ToString() => value?.Name ?? number.ToString(CultureInfo.InvariantCulture);
}
