using static GraphGrad.Ops;

namespace GraphGrad.Tests.OpTable;

/// <summary>Every row's derivatives: reverse mode and its reverse against central differences, forward against reverse mode.</summary>
public sealed class GradientTests
{
    public static TheoryData<string> Differentiable => [.. DifferentiableRows.Select(row => row.Name)];

    internal static IEnumerable<OpCase> DifferentiableRows => Rows.All.Where(IsDifferentiable).DistinctBy(InFloat64);

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Gradient_is_what_central_differences_give(string name)
    {
        var built = DifferentiatedRow.Of(Rows.Named(name));
        var gradients = built.Run(built.Gradients);
        using var differences = new Differences([built.Result], [built.Upstream.Data], built.Feeds);
        foreach (var (input, gradient) in built.Inputs.Zip(gradients))
        {
            var compared = differences.Check(input, gradient, built.Random, name);
            Expect.True(compared > 0 || gradient.Count == 0, $"no element of '{input.Name}' could be compared: every difference depends on the step");
        }
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Second_gradient_is_what_central_differences_of_the_first_give(string name)
    {
        var built = DifferentiatedRow.Of(Rows.Named(name));
        var weights = built.Gradients.Select(g => built.Placeholder("w", g)).ToArray();
        var weighed = built.Gradients.Zip(weights, (g, w) => Sum(g * w.Value)).Aggregate((a, b) => a + b);
        Value[] inputs = [.. built.Inputs, built.Upstream.Value];
        var second = built.Run(Gradients(weighed, new GradientOptions { Disconnected = Disconnected.Zeros }, inputs), weights);
        using var differences = new Differences(built.Gradients, [.. weights.Select(w => w.Data)], built.Feeds);
        foreach (var (input, gradient) in inputs.Zip(second)) differences.Check(input, gradient, built.Random, name);
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Forward_and_reverse_mode_agree(string name)
    {
        // ⟨u, J·t⟩ = ⟨Jᵀ·u, t⟩ for any u and t.
        var built = DifferentiatedRow.Of(Rows.Named(name));
        var tangents = built.Inputs.Select(x => built.Placeholder("t", x)).ToArray();
        var forward = Jvp(built.Result, [.. built.Inputs.Zip(tangents, (x, t) => (x, t.Value))]);
        Assert.Equal(built.Result.Type, forward.Type);
        var results = built.Run([.. built.Gradients, forward], tangents);
        var left = Products(results[^1], built.Upstream.Data).ToArray();
        var right = results.Zip(tangents, (g, t) => Products(g, t.Data)).SelectMany(p => p).ToArray();
        var scale = Math.Max(1, left.Concat(right).Sum(Math.Abs));
        Expect.True(
            Math.Abs(left.Sum() - right.Sum()) <= (built.IsFloat64 ? 1e-11 : 1e-4) * scale,
            $"{name}: forward mode gives {left.Sum():R}, reverse mode {right.Sum():R}");
    }

    private static bool IsDifferentiable(OpCase row) =>
        row.CheckGradient && RowGraph.Of(row) is { Result.DType: var type, FloatInputs.Length: > 0 } && type.IsFloat();

    // Of rows that differ only in the float type one is enough: all are differentiated in float64.
    private static string InFloat64(OpCase row)
    {
        var built = RowGraph.Of(row);
        var inputs = row.Inputs.Select(d => $"{(d.DType.IsFloat() ? DType.Float64 : d.DType)}{d.Shape}{d}");
        return $"{row.Build.Method} {built.Node.Op.Name} {built.Node.Op.Attributes} {string.Join(' ', inputs)}";
    }

    private static IEnumerable<double> Products(TensorData a, TensorData b) => Enumerable.Range(0, a.Count).Select(i => a.At(i) * b.At(i));
}
