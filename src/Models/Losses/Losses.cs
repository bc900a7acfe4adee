namespace GraphGrad;

/// <summary>
/// How far predictions are from targets. Means are taken over as many elements as a run has, so the batch may be unknown.
/// Where a loss broadcasts, the result has the shape of the prediction or of the target: [n] against [n, 1], which would give [n, n], is
/// the classic way to train nothing, and refused.
/// </summary>
public static partial class Losses
{
    /// <summary>(prediction - target)², of all elements.</summary>
    /// <exception cref="GraphException">Types differ or are not floats, or neither shape broadcasts to the other.</exception>
    public static Value MeanSquaredError(Value prediction, Value target, Reduction reduction = Reduction.Mean)
    {
        (prediction, target) = Broadcast("Losses.MeanSquaredError", prediction, target);
        return Reduce(Ops.Square(prediction - target), reduction);
    }

    /// <summary>|prediction - target|, of all elements; the gradient where they are equal is 0.</summary>
    /// <exception cref="GraphException">Types differ or are not floats, or neither shape broadcasts to the other.</exception>
    public static Value MeanAbsoluteError(Value prediction, Value target, Reduction reduction = Reduction.Mean)
    {
        (prediction, target) = Broadcast("Losses.MeanAbsoluteError", prediction, target);
        return Reduce(Ops.Abs(prediction - target), reduction);
    }

    /// <summary>With d = |prediction - target|: d²/2 up to delta, beyond it the line delta · (d - delta/2), of all elements.</summary>
    /// <remarks>Huber, "Robust estimation of a location parameter", 1964.</remarks>
    /// <exception cref="GraphException">Types differ or are not floats, or neither shape broadcasts to the other, or delta is not positive.</exception>
    public static Value Huber(Value prediction, Value target, double delta = 1, Reduction reduction = Reduction.Mean)
    {
        (prediction, target) = Broadcast("Losses.Huber", prediction, target);
        if (!(delta > 0)) throw new GraphException($"Losses.Huber: delta for '{prediction.Name}' is {delta}; it must be positive. Built at {Origin.Capture()}.");
        // The square of the difference, not of its magnitude: that has no second derivative at 0.
        var difference = prediction - target;
        var distance = Ops.Abs(difference);
        return Reduce(Ops.Where(distance < delta, Ops.Square(difference) * 0.5, (distance - 0.5 * delta) * delta), reduction);
    }

    /// <summary>With d = |prediction - target|: d²/(2·beta) up to beta, beyond it d - beta/2, of all elements; |d| if beta is 0.</summary>
    /// <remarks>Girshick, "Fast R-CNN", 2015. It is <see cref="Huber"/> divided by beta.</remarks>
    /// <exception cref="GraphException">Types differ or are not floats, or neither shape broadcasts to the other, or beta is negative.</exception>
    public static Value SmoothAbsoluteError(Value prediction, Value target, double beta = 1, Reduction reduction = Reduction.Mean)
    {
        (prediction, target) = Broadcast("Losses.SmoothAbsoluteError", prediction, target);
        if (!(beta >= 0)) throw new GraphException($"Losses.SmoothAbsoluteError: beta for '{prediction.Name}' is {beta}; it must not be negative. Built at {Origin.Capture()}.");
        var difference = prediction - target;
        var distance = Ops.Abs(difference);
        return Reduce(beta == 0 ? distance : Ops.Where(distance < beta, Ops.Square(difference) * 0.5 / beta, distance - 0.5 * beta), reduction);
    }

    private static Value Reduce(Value losses, Reduction reduction) => reduction switch
    {
        Reduction.Mean => Ops.Mean(losses),
        Reduction.Sum => Ops.Sum(losses),
        _ => losses,
    };

    /// <summary>Both with the shape of one of them, to which the other broadcasts.</summary>
    private static (Value Prediction, Value Target) Broadcast(string loss, Value prediction, Value target)
    {
        RequireOneType(loss, prediction, target);
        if (Repeats(target.Shape, prediction.Shape)) target = Ops.BroadcastTo(target, prediction.Shape);
        else if (Repeats(prediction.Shape, target.Shape)) prediction = Ops.BroadcastTo(prediction, target.Shape);
        RequireAlike(loss, prediction, target);
        return (prediction, target);
    }

    /// <summary>Whether one shape broadcasts to another.</summary>
    private static bool Repeats(Shape from, Shape to) => from.Rank <= to.Rank && Enumerable.Range(1, from.Rank).All(a => from[^a] == 1 || from[^a] == to[^a]);

    /// <summary>As <see cref="Broadcast"/>, of tensors with as many axes each.</summary>
    private static (Value Prediction, Value Target) OfOneRank(string loss, Value prediction, Value target)
    {
        if (prediction.Rank == target.Rank) return Broadcast(loss, prediction, target);
        RequireAlike(loss, prediction, target);
        return (prediction, target);
    }

    private static void RequireAlike(string loss, Value prediction, Value target, string otherCure = "")
    {
        RequireOneType(loss, prediction, target);
        if (!prediction.Shape.Equals(target.Shape))
            throw new GraphException($"{loss}: the prediction '{prediction.Name}' has shape {prediction.Shape}, the target '{target.Name}' {target.Shape}; they must be equal. Reshape one of them{otherCure}. Built at {Origin.Capture()}.");
    }

    private static void RequireOneType(string loss, Value prediction, Value target)
    {
        RequireFloat(loss, prediction);
        if (prediction.DType != target.DType)
            throw new GraphException($"{loss}: the prediction '{prediction.Name}' is {prediction.DType.Text()}, the target '{target.Name}' {target.DType.Text()}; cast one of them with Cast. Built at {Origin.Capture()}.");
    }

    private static void RequireFloat(string loss, Value prediction)
    {
        if (!prediction.DType.IsFloat())
            throw new GraphException($"{loss}: the prediction '{prediction.Name}' is {prediction.DType.Text()}; it must be float32 or float64. Built at {Origin.Capture()}.");
    }
}
