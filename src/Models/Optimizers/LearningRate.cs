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

    /// <summary>A rate that stays the same; an optimizer refuses one that is negative or not finite.</summary>
    public static implicit operator LearningRate(double rate) => new(rate, null);

    /// <summary>A rate that stays the same; an optimizer refuses one that is negative or not finite.</summary>
    public static implicit operator LearningRate(float rate) => new(rate, null);

    /// <summary>A rate that each run computes or is fed; an optimizer refuses what is no float scalar.</summary>
    public static implicit operator LearningRate(Value rate) => new(0, rate);

    /// <summary>The rate itself, refused in the optimizer's name if it is none.</summary>
    internal LearningRate RequiredBy(string optimizer)
    {
        if (value is null && !(double.IsFinite(number) && number >= 0))
            throw new GraphException($"{optimizer}: the learning rate is {this}; it must be a finite number of at least 0. Built at {Origin.Capture()}.");
        if (value is not null && !(value.Rank == 0 && value.DType.IsFloat()))
            throw new GraphException($"{optimizer}: the learning rate '{value.Name}' is {value.DType.Text()}{value.Shape}; it must be a float32 or float64 scalar. Built at {value.Node.Origin}.");
        return this;
    }

    /// <summary>The rate as a scalar of the given element type.</summary>
    internal Value In(Graph graph, DType dtype)
    {
        if (value is null) return ScalarConstant.Of(graph, number, dtype);
        return value.DType == dtype ? value : Ops.Cast(value, dtype);
    }

    /// <summary>The number, or the value's name.</summary>
    public override string ToString() => value?.Name ?? number.ToString(CultureInfo.InvariantCulture);
}
