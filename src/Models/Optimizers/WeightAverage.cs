using System.Globalization;

namespace GraphGrad;

/// <summary>
/// Averages of variables over training, of which a model is often better than of the last values: the mean of all that were taken note of (stochastic weight averaging; Izmailov and others, "Averaging weights leads to wider
/// optima and better generalization", 2018), or an exponential one that forgets. The averages are variables, named after those they are of. As PyTorch's AveragedModel:
/// <c>var average = new WeightAverage(variables); session.Run(step); session.Run(average.Update()); session.Run(average.Of(logits), feeds)</c>.
/// </summary>
public sealed class WeightAverage
{
    private readonly double? decay;
    private readonly Variable count;

    /// <summary>Averages of which none has been taken note of yet; until then <see cref="Of"/> computes with zeros.</summary>
    /// <param name="variables">float32 or float64, of one graph.</param>
    /// <param name="decay">How much of an average is kept from note to note, PyTorch's 0.999; null for the mean of all notes.</param>
    /// <param name="name">The variables' names end so.</param>
    /// <exception cref="GraphException">There is no variable, one is no float, or the decay is not between 0 and 1.</exception>
    public WeightAverage(IReadOnlyList<Variable> variables, double? decay = null, string name = "average")
    {
        if (variables.Count == 0) throw new GraphException($"weight average: there is no variable; give at least one. Built at {Origin.Capture()}.");
        if (!(decay is null or (>= 0 and <= 1))) throw new GraphException($"weight average: the decay is {decay.Value.ToString(CultureInfo.InvariantCulture)}; it must be between 0 and 1. Built at {Origin.Capture()}.");
        foreach (var variable in variables)
        {
            if (!variable.DType.IsFloat()) throw new GraphException($"weight average: '{variable.Name}' is {variable.DType.Text()}; it must be float32 or float64. Built at {Origin.Capture()}.");
        }
        var graph = variables[0].Graph;
        this.decay = decay;
        Variables = [.. variables];
        Averages = [.. variables.Select(v => graph.Variable($"{v.Name}/{name}", Ops.BroadcastTo(ScalarConstant.Of(graph, 0, v.DType), v.Shape), trainable: false))];
        count = graph.Variable($"{name}_count", 0L, trainable: false);
    }

    /// <summary>What is averaged.</summary>
    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>The averages, in the order of the variables.</summary>
    public IReadOnlyList<Variable> Averages { get; }

    /// <summary>Takes note of the variables as they are when a run begins, so run it after the step, by itself. The first note is the average.</summary>
    public Node Update()
    {
        var isFirst = Ops.Equal(count, 0);
        var updates = Variables.Zip(Averages, (now, average) =>
        {
            var next = decay is { } kept ? (average * kept) + (now * (1 - kept)) : average + ((now - average) / Ops.Cast(count + 1, now.DType));
            return Ops.Assign(average, Ops.Where(isFirst, now, next));
        });
        return Ops.Group([.. updates, Ops.AssignAdd(count, count.Graph.Constant(1L))]);
    }

    /// <summary>A value as the averages give it in the place of the variables; by <see cref="Ops.Substitute"/>.</summary>
    public Value Of(Value value) => Ops.Substitute(value, [.. Variables.Zip(Averages, (now, average) => ((Value)now, (Value)average))]);
}
