namespace GraphGrad;

/// <summary>The step that an optimizer is building: its assignments, and the scalars that all variables share.</summary>
internal sealed class OptimizerStep(Graph graph, string name, LearningRate rate)
{
    private readonly Dictionary<(string What, DType DType), Value> shared = [];
    private readonly List<Node> updates = [];

    public Graph Graph => graph;

    public IReadOnlyList<Node> Updates => updates;

    /// <summary>The learning rate in an element type.</summary>
    public Value Rate(DType dtype) => Shared("rate", dtype, () => rate.In(graph, dtype));

    /// <summary>The number of the step, from 1, as a float64 scalar; counted in an int64 variable.</summary>
    public Value Number => Shared("number", DType.Float64, () =>
    {
        var steps = graph.Variable($"{name}_step", 0L, trainable: false);
        var next = steps + 1;
        Assign(steps, next);
        return Ops.Cast(next, DType.Float64);
    });

    /// <summary>A scalar built once, cast to the element type where it is another.</summary>
    public Value Shared(string what, DType dtype, Func<Value> build)
    {
        if (shared.TryGetValue((what, dtype), out var known)) return known;
        var built = build();
        return shared[(what, dtype)] = built.DType == dtype ? built : Ops.Cast(built, dtype);
    }

    /// <summary>A variable that starts at a number everywhere, of the type and shape of the one it serves.</summary>
    public Variable Slot(Variable variable, string suffix, double start = 0) => Slot(variable, suffix, variable.Shape, start);

    /// <summary>A variable of another shape that starts at a number everywhere, of the type of the one it serves.</summary>
    public Variable Slot(Variable variable, string suffix, Shape shape, double start = 0)
    {
        var initial = Ops.BroadcastTo(ScalarConstant.Of(graph, start, variable.DType), shape);
        return graph.Variable($"{variable.Name}/{name}_{suffix}", initial, trainable: false);
    }

    /// <summary>A float64 scalar that all variables share.</summary>
    public Variable Scalar(string suffix, double start) => graph.Variable($"{name}_{suffix}", start, trainable: false);

    public void Assign(Variable variable, Value value) => updates.Add(Ops.Assign(variable, value));

    /// <summary>variable - rate · direction, assigned.</summary>
    public void Move(Variable variable, Value direction) => Assign(variable, variable - Rate(variable.DType) * direction);
}
