namespace GraphGrad.Parity.Trajectories;

/// <summary>Something to minimize.</summary>
/// <param name="Name">The name of its TorchSharp twin.</param>
/// <param name="Steps">How many steps are compared.</param>
/// <param name="Start">Where the parameters start; null where libtorch's own initial weights are recorded.</param>
/// <param name="Data">What the loss is of besides the parameters.</param>
/// <param name="Loss">The loss, of parameters and data.</param>
internal sealed record Problem(string Name, int Steps, Recipe[]? Start, Recipe[] Data, Func<Value[], Value[], Value> Loss)
{
    public TensorData[] MakeData(DType type) => Make(Data, "data", type);

    public TensorData[]? MakeStart() => Start is null ? null : Make(Start, "start", DType.Float32);

    private TensorData[] Make(Recipe[] recipes, string what, DType type) => [.. recipes.Select((recipe, i) => recipe.Make($"{Name}/{what}/{i}", type))];
}

/// <summary>An optimizer with its settings.</summary>
/// <param name="Name">Begins with libtorch's name; the name of its TorchSharp twin.</param>
/// <param name="Minimize">Builds a step of GraphGrad's optimizer.</param>
internal sealed record Rule(string Name, Func<Value, Variable[], Node> Minimize)
{
    public Rule(string name, Func<Optimizer> create)
        : this(name, (loss, variables) => create().Minimize(loss, variables))
    {
    }
}

/// <summary>A problem minimized by a rule: the loss before every step.</summary>
internal sealed record Trajectory(Problem Problem, Rule Rule)
{
    // How far a loss may be from libtorch's, relative to it, at every step.
    private const double Float32Bound = 1e-4;
    private const double Float64Bound = 1e-9;

    public string Name => $"{Problem.Name}, {Rule.Name}";

    public static string StartKey(Problem problem, int index) => $"{problem.Name}/start/{index}";

    public string LossesKey(DType type) => $"{Name}/{type}";

    /// <summary>GraphGrad's losses, from the given start.</summary>
    public double[] Losses(IEnumerable<TensorData> start, DType type, Backend backend)
    {
        var graph = new Graph();
        var variables = start.Select((data, i) => graph.Variable($"p{i}", Data.Create(type, data.Numbers(), data.Extents()))).ToArray();
        var feeds = Problem.MakeData(type).Select((data, i) => (graph.Placeholder($"d{i}", data.Extents(), data.DType), data)).ToArray();
        var loss = Problem.Loss(variables, [.. feeds.Select(feed => feed.Item1)]);
        var step = Rule.Minimize(loss, variables);
        var losses = new List<double>();
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        session.Run([loss], step, Problem.Steps, feeds, traceEvery: 1, trace: (_, fetched) => losses.Add(fetched[0].Numbers()[0]));
        return [.. losses];
    }

    /// <summary>Compares with libtorch's losses; the first step that is too far off, or null.</summary>
    public string? Compare(Recording recording, Backend backend)
    {
        var start = Problem.MakeStart() ?? [.. recording.Sequence(index => StartKey(Problem, index))];
        foreach (var type in new[] { DType.Float64, DType.Float32 })
        {
            var theirs = recording[LossesKey(type)].Numbers();
            var ours = Losses(start, type, backend);
            var bound = type == DType.Float64 ? Float64Bound : Float32Bound;
            for (var step = 0; step < theirs.Length; step++)
            {
                if (Math.Abs(ours[step] - theirs[step]) <= bound * Math.Abs(theirs[step])) continue;
                return $"{Name}, {type.Text()}, {backend.ToString().ToLowerInvariant()}, step {step}: loss {ours[step]:R}, libtorch's {theirs[step]:R}";
            }
        }
        return null;
    }
}
