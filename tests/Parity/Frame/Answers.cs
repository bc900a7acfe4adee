namespace GraphGrad.Parity;

/// <summary>Which of the weights' turns belongs to what, on both sides.</summary>
internal static class Turns
{
    public const int OfResult = 0;
    public const int OfGradient = 1;
}

/// <summary>The tensors of one run of a case by part: results, gradients by each float input, second derivatives by each.</summary>
internal sealed record Answers(TensorData[] Values, TensorData[] Gradients, TensorData[] Seconds)
{
    public IEnumerable<(Part Part, int Index, TensorData Data)> All =>
    [
        .. Values.Select((data, i) => (Part.Value, i, data)),
        .. Gradients.Select((data, i) => (Part.Gradient, i, data)),
        .. Seconds.Select((data, i) => (Part.Second, i, data)),
    ];

    public static string Key(Case row, int set, DType type, Part part, int index) => $"{row.Name}/{set}/{type}/{part}/{index}";

    /// <summary>
    /// GraphGrad's answers. Results are weighted, summed and differentiated by every float input; those gradients are weighted, summed and
    /// differentiated again.
    /// </summary>
    public static Answers Of(Case row, int set, DType type, Backend backend)
    {
        var graph = new Graph();
        var feeds = new List<(Value, TensorData)>();
        Value Feed(string name, TensorData data)
        {
            var placeholder = graph.Placeholder(name, data.Extents(), data.DType);
            feeds.Add((placeholder, data));
            return placeholder;
        }
        Value[] Weights(Value[] values, string name, int turn) =>
            [.. values.Select((value, i) => Feed($"{name}{i}", Data.Weights(type, [.. value.Shape.Select(d => int.Parse(d.ToString()))], turn)))];

        var inputs = row.Inputs(set, type).Select((data, i) => Feed($"x{i}", data)).ToArray();
        var values = row.Build(inputs).Values;
        var floats = inputs.Where(x => x.DType.IsFloat()).ToArray();
        var outputs = values.Where(y => y.DType.IsFloat()).ToArray();
        Value[] gradients = [], seconds = [];
        if (floats.Length > 0 && outputs.Length > 0 && row.Derivatives >= Derivatives.First)
        {
            gradients = Vjp(outputs, floats, Weights(outputs, "w", Turns.OfResult), Disconnected.Zeros);
            if (row.Derivatives == Derivatives.Second)
                seconds = Vjp(gradients, floats, Weights(gradients, "u", Turns.OfGradient), Disconnected.Zeros);
        }

        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run([.. values, .. gradients, .. seconds], feeds.ToArray());
        return new Answers(results[..values.Length], results[values.Length..^seconds.Length], results[^seconds.Length..]);
    }
}
