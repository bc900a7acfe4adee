namespace GraphGrad.Bench.SideBySide;

/// <summary>The graph of a workload, with the data of its feeds and the first values of its variables.</summary>
internal sealed class Definition(int seed, DType type = DType.Float32)
{
    private readonly Random random = new(seed);
    private readonly List<(Value Placeholder, Array Data)> feeds = [];
    private readonly List<(Variable Variable, Array Data)> variables = [];

    public Graph Graph { get; } = new();

    public IReadOnlyList<(Value Placeholder, Array Data)> Feeds => feeds;

    public IReadOnlyList<(Variable Variable, Array Data)> Variables => variables;

    public Value[] Fetches { get; private set; } = [];

    public Node? Target { get; private set; }

    /// <summary>The bytes of what is fed, kept and fetched.</summary>
    public double Bytes =>
        feeds.Sum(f => (double)Buffer.ByteLength(f.Data)) + variables.Sum(v => (double)Buffer.ByteLength(v.Data)) + Fetches.Sum(f => (double)f.Shape.ElementCount.Value * f.DType.Size());

    /// <summary>A placeholder fed numbers between -scale and scale.</summary>
    public Value Input(string name, int[] extents, float scale = 1)
    {
        var data = Numbers(extents, scale);
        var placeholder = Graph.Placeholder(name, [.. extents.Select(e => (Dim)e)], type);
        feeds.Add((placeholder, data));
        return placeholder;
    }

    /// <summary>A placeholder fed whole numbers from 0 to below the limit.</summary>
    public Value Classes(string name, int count, int limit) => Classes(name, [count], limit);

    /// <inheritdoc cref="Classes(string, int, int)"/>
    public Value Classes(string name, int[] extents, int limit)
    {
        var data = new long[extents.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < data.Length; i++) data[i] = random.NextInt64(limit);
        var placeholder = Graph.Placeholder(name, [.. extents.Select(e => (Dim)e)], DType.Int64);
        feeds.Add((placeholder, data));
        return placeholder;
    }

    /// <summary>A variable of numbers between -scale and scale.</summary>
    public Value Weight(string name, int[] extents, float scale) => Variable(name, extents, Numbers(extents, scale));

    /// <summary>A variable all of one number.</summary>
    public Value Weight(string name, int[] extents, float[] values) => Variable(name, extents, values);

    public Value Full(string name, int extent, float value) => Variable(name, [extent], InType([.. Enumerable.Repeat(value, extent)]));

    public Definition Fetch(params Value[] values)
    {
        Fetches = values;
        return this;
    }

    public Definition Train(Value loss, Node step)
    {
        Fetches = [loss];
        Target = step;
        return this;
    }

    public Definition Loop(Node step, Value result)
    {
        Fetches = [result];
        Target = step;
        return this;
    }

    private Value Variable(string name, int[] extents, Array values)
    {
        var variable = Graph.Variable(name, values is double[] wide ? TensorData.Create(wide, extents) : TensorData.Create((float[])values, extents));
        variables.Add((variable, values));
        return variable;
    }

    private Array Numbers(int[] extents, float scale)
    {
        var data = new float[extents.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < data.Length; i++) data[i] = ((2 * random.NextSingle()) - 1) * scale;
        return InType(data);
    }

    private Array InType(float[] numbers) => type == DType.Float64 ? Array.ConvertAll(numbers, n => (double)n) : numbers;
}
