using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>A tensor that a program is fed: numbers between -scale and scale, or whole numbers from 0 to below a limit.</summary>
internal sealed record Fed(string Name, int[] Extents, float Scale = 1, int Limit = 0)
{
    /// <summary>Whole numbers from 0 to below the limit.</summary>
    public static Fed Whole(string name, int limit, params int[] extents) => new(name, extents, Limit: limit);

    /// <summary>A workload that computes a function of what it is fed.</summary>
    public static Workload Forward(string name, Func<Value[], Value> function, double flops, params Fed[] inputs) =>
        new(name, () => Define(function, inputs, [], DType.Float32), flops) { IsOther = true };

    /// <summary>A workload that computes a function of what it is fed, and from the gradient g of its result those of all that it is fed but whole numbers.</summary>
    public static Workload Gradient(string name, Func<Value[], Value> function, double flops, params Fed[] inputs) =>
        new(name, () => Define(function, inputs, [.. inputs.Where(i => i.Limit == 0)], DType.Float32), flops) { IsOther = true };

    /// <summary>The same in float64, with a gradient where it is asked for.</summary>
    public static Workload Wide(string name, Func<Value[], Value> function, double flops, bool gradient, params Fed[] inputs) =>
        new(name, () => Define(function, inputs, gradient ? inputs : [], DType.Float64), flops) { IsOther = true };

    private static Definition Define(Func<Value[], Value> function, Fed[] inputs, Fed[] wanted, DType type)
    {
        var definition = new Definition(seed: 30, type);
        Value[] values = [.. inputs.Select(i => i.Limit > 0 ? definition.Classes(i.Name, i.Extents, i.Limit) : definition.Input(i.Name, i.Extents, i.Scale))];
        var y = function(values);
        if (wanted.Length == 0) return definition.Fetch(y);
        Value[] by = [.. wanted.Select(w => values[Array.IndexOf(inputs, w)])];
        if (y.Rank == 0) return definition.Fetch([y, .. Gradients(y, by)]);
        var g = definition.Input("g", [.. y.Shape.Select(d => (int)d.Value)]);
        return definition.Fetch([y, .. Gradients(Sum(y * g), by)]);
    }
}
