using GraphGrad.Checking;
using GraphGrad.Execution;
using GraphGrad.Operations;

namespace GraphGrad;

/// <summary>
/// Checks gradients, for example those of a <c>CustomGradient</c>, against central differences: (f(x + h) - f(x - h)) / 2h for each element. Both are
/// computed in float64, whatever the graph's element types, so that the comparison is sharp.
/// </summary>
public static class GradientCheck
{
    /// <summary>Checks the gradients of a value, variables at what they start from.</summary>
    /// <param name="value">A float value; if it is not a scalar, a weighted sum of its elements is differentiated.</param>
    /// <param name="wrt">The values to differentiate by; one that is computed is moved by itself, without what it is computed from.</param>
    /// <param name="feeds">The point at which to check.</param>
    /// <returns>The largest distance between a gradient's element and the difference.</returns>
    /// <exception cref="GraphException">A gradient is wrong; the message names the worst element. Or there is no value to differentiate by, or the value cannot be differentiated.</exception>
    public static double Verify(Value value, Value[] wrt, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds)
    {
        using var session = new Session(value.Graph);
        return Verify(session, value, wrt, new GradientCheckOptions(), feeds);
    }

    /// <summary>Checks the gradients of a value, variables as they are in a session, which stays unchanged.</summary>
    /// <param name="session">A session for the value's graph.</param>
    /// <param name="value">A float value; if it is not a scalar, a weighted sum of its elements is differentiated.</param>
    /// <param name="wrt">The values to differentiate by; one that is computed is moved by itself, without what it is computed from.</param>
    /// <param name="options">Step and tolerances.</param>
    /// <param name="feeds">The point at which to check.</param>
    /// <returns>The largest distance between a gradient's element and the difference.</returns>
    /// <exception cref="GraphException">A gradient is wrong; the message names the worst element. Or the value cannot be differentiated.</exception>
    public static double Verify(
        Session session, Value value, Value[] wrt, GradientCheckOptions options, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds)
    {
        if (wrt.Length == 0) throw new GraphException($"gradient check: no value to differentiate by is given, so there is nothing to check; give at least one. Called at {Origin.Capture()}.");
        var given = feeds.ToArray();
        var moved = (Value[])wrt.Clone();
        var replaced = Enumerable.Range(0, wrt.Length).Where(i => wrt[i].Node.Op is not (PlaceholderOp or VariableOp)).ToArray();
        foreach (var i in replaced) moved[i] = value.Graph.StandIn($"{wrt[i].Node.Name}/moved", wrt[i].Shape, wrt[i].DType);
        var whole = new CheckpointRegion(value, [.. replaced.Select(i => wrt[i])]).Copy([.. replaced.Select(i => moved[i])]);
        var loss = whole.Rank == 0 ? whole : Ops.Sum(whole * Weights(whole));
        var gradients = Ops.Gradients(loss, moved);

        var twin = new ProgramTwin([loss, .. gradients]);
        var point = new Dictionary<Value, TensorData>();
        foreach (var (placeholder, data) in given) point[placeholder] = data ?? throw FeedBinding.FedNull(placeholder);
        foreach (var i in replaced) point[moved[i]] = session.Run(wrt[i], given);
        foreach (var variable in twin.Sources.OfType<Variable>()) point[variable] = session.Read(variable);
        using var comparison = new GradientComparison(twin, loss, point, options);
        foreach (var (x, (place, gradient)) in wrt.Zip(moved.Zip(gradients))) comparison.Compare(x, place, gradient);
        return comparison.Worst(value);
    }

    // Different for each element, so that no two errors cancel.
    private static Value Weights(Value value)
    {
        var count = value.Shape.ElementCount;
        var weights = 1 + (Ops.Sin(Ops.Iota(value.Graph, [count], dtype: value.DType)) * 0.5);
        return Ops.Reshape(weights, value.Shape);
    }
}
