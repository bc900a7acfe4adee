using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>What each element along an axis has more than the one before, <paramref name="order"/> times over; the axis gets shorter by that number.</summary>
    /// <param name="x">A tensor of any element type; of bool whether neighbours differ.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="order">How many times to take differences.</param>
    /// <param name="prepend">What stands before the first element of the axis, or null for nothing; unread at order 0.</param>
    /// <param name="append">What stands behind its last element, or null for nothing; unread at order 0.</param>
    /// <exception cref="GraphException">There is no such axis, the order is negative, or what is put beside x differs from it in type, rank or an extent outside the axis.</exception>
    public static Value Diff(Value x, int axis = -1, int order = 1, Value? prepend = null, Value? append = null)
    {
        var place = Axes.Find(x, axis, "diff");
        if (order < 0) throw x.Graph.Error("diff", $"the order {order} for '{x.Name}' is negative; sum with CumSum instead.");
        if (order > 0 && (prepend ?? append) is not null) x = Concat([.. new[] { prepend, x, append }.OfType<Value>()], place);
        for (var i = 0; i < order && !x.Shape[place].Is(0); i++)
        {
            var rest = x.Shape[place] - 1;
            var (after, before) = (Slice(x, place, 1, rest), Slice(x, place, 0, rest));
            x = x.DType == DType.Bool ? Xor(after, before) : after - before;
        }
        return x;
    }

    /// <summary>The integral along an axis by the trapezoidal rule, over places at equal distances.</summary>
    /// <param name="y">float32 or float64: the function's values.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="distance">How far one place is from the next.</param>
    /// <exception cref="GraphException">y is not float32 or float64, or there is no such axis.</exception>
    public static Value Trapezoid(Value y, int axis = -1, double distance = 1) => OfAreas(y, axis, distance, "trapezoid", areas => Sum(areas, axis));

    /// <summary>The integral along an axis by the trapezoidal rule, over given places.</summary>
    /// <param name="y">float32 or float64: the function's values.</param>
    /// <param name="x">The places: one for each element of the axis, or of y's shape.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="GraphException">y is not float32 or float64, x does not fit it, or there is no such axis.</exception>
    public static Value Trapezoid(Value y, Value x, int axis = -1) => OfAreas(y, x, axis, "trapezoid", areas => Sum(areas, axis));

    /// <summary>The integral from the first element of an axis to each further one by the trapezoidal rule, over places at equal distances; the axis gets shorter by one.</summary>
    /// <inheritdoc cref="Trapezoid(Value, int, double)"/>
    public static Value CumulativeTrapezoid(Value y, int axis = -1, double distance = 1) => OfAreas(y, axis, distance, "cumulative_trapezoid", areas => CumSum(areas, axis));

    /// <summary>The integral from the first element of an axis to each further one by the trapezoidal rule, over given places; the axis gets shorter by one.</summary>
    /// <inheritdoc cref="Trapezoid(Value, Value, int)"/>
    public static Value CumulativeTrapezoid(Value y, Value x, int axis = -1) => OfAreas(y, x, axis, "cumulative_trapezoid", areas => CumSum(areas, axis));

    /// <summary>The covariances of variables, one in each row, from observations, one in each column: [n, n] of [n, observations]; of one variable, [observations] or [1, observations], its variance, a scalar.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="correction">1 for the unbiased estimate from a sample, 0 for a population.</param>
    /// <exception cref="GraphException">x is not float32 or float64, or has more than two axes.</exception>
    public static Value Covariance(Value x, double correction = 1)
    {
        x = Observed(x, "covariance");
        var inner = OfPairs(x);
        x = inner.Enter(x);
        var centred = x - Mean(x, 1, keepDims: true);
        return OfVariables(inner.Leave(MatMul(centred, Transpose(centred)) / Maximum(SizeOf(x.Graph, x.Shape[1], x.DType) - correction, 0)));
    }

    /// <summary>
    /// The covariances of variables from observations that count more than once or have weights, as <see cref="Covariance(Value, double)"/>. With w the product of both numbers of an observation, the
    /// sums of products are divided by Σw less the correction or, with weights v, less the correction · Σw·v / Σw.
    /// </summary>
    /// <param name="x">float32 or float64: [variables, observations].</param>
    /// <param name="counts">[observations], integers: how often each observation was made; null for once.</param>
    /// <param name="weights">[observations] of x's type: how much each observation tells; null for all alike.</param>
    /// <param name="correction">1 for the unbiased estimate from a sample, 0 for a population.</param>
    /// <exception cref="GraphException">x is not float32 or float64, or has more than two axes, the counts are no integers or the weights not of x's type, or their shape does not fit.</exception>
    public static Value Covariance(Value x, Value? counts, Value? weights, double correction = 1)
    {
        x = Observed(x, "covariance");
        Check(counts, counts is null || counts.DType.IsInteger(), "counts", "int32 or int64");
        Check(weights, weights is null || weights.DType == x.DType, "weights", x.DType.Text());
        var ones = OnesLike(Slice(x, 0, 0, 1));
        var inner = OfPairs(x);
        x = inner.Enter(x);
        var weight = inner.Enter(weights is null ? ones : Reshape(weights, ones.Shape));
        var total = inner.Enter(counts is null ? ones : Cast(Reshape(counts, ones.Shape), ones.DType)) * weight;
        var sum = Sum(total);
        var centred = x - (Sum(x * total, 1, keepDims: true) / sum);
        var divisor = weights is null ? sum - correction : sum - (correction * Sum(total * weight) / sum);
        return OfVariables(inner.Leave(MatMul(centred * total, Transpose(centred)) / Maximum(divisor, 0)));

        void Check(Value? numbers, bool isOfType, string name, string type)
        {
            if (numbers is not null && (!isOfType || numbers.Rank != 1 || numbers.Shape[0] != x.Shape[1]))
                throw x.Graph.Error("covariance", $"the {name} '{numbers.Name}' {numbers.Type} must be {type}, one for each of the {x.Shape[1]} observations of '{x.Name}' {x.Type}.");
        }
    }

    /// <summary>Pearson's correlation coefficients of variables, one in each row, from observations, one in each column: [n, n] of [n, observations]; of one variable, [observations] or [1, observations], 1, a scalar. NaN for a variable that does not vary.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has more than two axes.</exception>
    public static Value Correlation(Value x)
    {
        x = Observed(x, "correlation");
        var inner = OfPairs(x);
        x = inner.Enter(x);
        var centred = x - Mean(x, 1, keepDims: true);
        var unit = centred / Sqrt(Sum(Square(centred), 1, keepDims: true));
        return OfVariables(inner.Leave(MatMul(unit, Transpose(unit))));
    }

    // What is left of a variable without its mean, and of its gradient without its part along the variable, may be small beside what was taken away.
    private static InnerPrecision OfPairs(Value x) => InnerPrecision.Of([x.Shape[0] * x.Shape.ElementCount], x);

    /// <summary>[variables, observations] of what may be one variable, or one number.</summary>
    private static Value Observed(Value x, string function)
    {
        if (x.Rank > 2) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have two axes: variables, observations.");
        return x.Rank == 2 ? x : Reshape(x, new Shape([1, x.Rank == 1 ? x.Shape[0] : 1]));
    }

    private static Value OfVariables(Value matrix) => matrix.Shape[0].Is(1) ? Squeeze(matrix, 0, 1) : matrix;

    private static Value OfAreas(Value y, int axis, double distance, string function, Func<Value, Value> combine)
    {
        if (!y.DType.IsFloat()) throw y.Graph.Error(function, $"'{y.Name}' {y.Type} is not float32 or float64; cast it with Cast.");
        var place = Axes.Find(y, axis, function);
        var inner = InnerPrecision.Of([y.Shape.ElementCount * 2], y);
        return inner.Leave(combine(Pairs(inner.Enter(y), place) * (distance / 2)));
    }

    private static Value OfAreas(Value y, Value x, int axis, string function, Func<Value, Value> combine)
    {
        if (!y.DType.IsFloat()) throw y.Graph.Error(function, $"'{y.Name}' {y.Type} is not float32 or float64; cast it with Cast.");
        var place = Axes.Find(y, axis, function);
        if ((x.Rank != 1 || x.Shape[0] != y.Shape[place]) && !x.Shape.Equals(y.Shape))
            throw y.Graph.Error(function, $"the places '{x.Name}' {x.Type} do not fit axis {place} of '{y.Name}' {y.Type}; give one for each element.");
        Shape single = new([.. Enumerable.Repeat((Dim)1, y.Rank)]);
        if (x.Rank != y.Rank) x = Reshape(x, single.With(place, x.Shape[0]));
        var inner = InnerPrecision.Of([y.Shape.ElementCount * 4], y, x);
        return inner.Leave(combine(Pairs(inner.Enter(y), place) * Diff(inner.Enter(x), place) * 0.5));
    }

    private static Value Pairs(Value y, int place)
    {
        if (y.Shape[place].Is(0)) return y;
        var rest = y.Shape[place] - 1;
        return Slice(y, place, 0, rest) + Slice(y, place, 1, rest);
    }
}
