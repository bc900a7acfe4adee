using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>A program as data: it can be built in float32 or float64, cut down and printed.</summary>
internal sealed record RandomProgram(ProgramStep[] Steps, int[] Outputs)
{
    /// <summary>The program in a graph of its own.</summary>
    public BuiltProgram Build(DType floats) => Build(
        floats, (graph, name, data) => graph.Placeholder(name, data.Shape, data.DType));

    /// <summary>With a symbol in the place of one extent, wherever an input has it.</summary>
    /// <exception cref="GraphException">A step needs to know the extent.</exception>
    public BuiltProgram BuildSymbolic(DType floats, int extent) => Build(
        floats, (graph, name, data) => graph.Placeholder(name, Shape.Create([.. data.Shape.Select(d => d.Is(extent) ? "n" : d)]), data.DType));

    /// <summary>With variables in the place of float inputs.</summary>
    public BuiltProgram BuildTrainable(DType floats, Func<bool>? isVariable = null) => Build(
        floats, (graph, name, data) => data.DType.IsFloat() && isVariable?.Invoke() != false ? graph.Variable(name, data) : graph.Placeholder(name, data.Shape, data.DType));

    private BuiltProgram Build(DType floats, Func<Graph, string, TensorData, Value> input)
    {
        var graph = new Graph();
        var values = new Value[Steps.Length];
        var feeds = new List<(Value, TensorData)>();
        for (var i = 0; i < Steps.Length; i++)
        {
            var step = Steps[i];
            if (step.Data is { } data)
            {
                data = data.DType.IsFloat() ? data.As(floats) : data;
                values[i] = input(graph, $"v{i}", data);
                if (values[i] is not Variable) feeds.Add((values[i], data));
            }
            else
            {
                values[i] = step.Build([.. step.Operands.Select(o => values[o])], floats);
            }
        }
        return new BuiltProgram(graph, values, [.. Outputs.Select(o => values[o])], [.. feeds]);
    }

    /// <summary>Without the steps that no output needs.</summary>
    public RandomProgram WithoutUnused()
    {
        var needed = new bool[Steps.Length];
        foreach (var output in Outputs) needed[output] = true;
        for (var i = Steps.Length - 1; i >= 0; i--)
        {
            if (needed[i]) foreach (var operand in Steps[i].Operands) needed[operand] = true;
        }
        var kept = Enumerable.Range(0, Steps.Length).Where(i => needed[i]).ToArray();
        var numbers = new int[Steps.Length];
        for (var i = 0; i < kept.Length; i++) numbers[kept[i]] = i;
        return new RandomProgram(
            [.. kept.Select(i => Steps[i] with { Operands = [.. Steps[i].Operands.Select(o => numbers[o])] })],
            [.. Outputs.Select(o => numbers[o])]);
    }

    public override string ToString() =>
        string.Join("\n", Steps.Select((step, i) => step.Statement(i)).Append($"// outputs: {string.Join(", ", Outputs.Select(o => $"v{o}"))}"));
}

/// <summary>A random program as a graph.</summary>
internal sealed record BuiltProgram(Graph Graph, Value[] Values, Value[] Outputs, (Value Placeholder, TensorData Data)[] Feeds)
{
    public Value[] FloatInputs => [.. Feeds.Select(f => f.Placeholder).Where(p => p.DType.IsFloat())];
}
