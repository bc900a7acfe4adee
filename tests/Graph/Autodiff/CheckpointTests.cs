using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

public sealed class CheckpointTests
{
    private const int Layers = 12;
    private const int Rows = 256;
    private const int Width = 64;

    public static TheoryData<Backend, bool> Configurations => new()
    {
        { Backend.Compiled, true }, { Backend.Compiled, false }, { Backend.Interpreted, true }, { Backend.Interpreted, false },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Gradients_are_those_of_the_function(Backend backend, bool rewrite)
    {
        var (kept, _, feeds) = Network(checkpointed: false, new SessionOptions { Backend = backend, Rewrite = rewrite });
        var (again, _, _) = Network(checkpointed: true, new SessionOptions { Backend = backend, Rewrite = rewrite });
        Assert.NotEmpty(feeds);
        for (var i = 0; i < kept.Length; i++)
        {
            for (var k = 0; k < kept[i].Count; k++) Assert.Equal(kept[i].At(k), again[i].At(k), 1e-4 * (1 + Math.Abs(kept[i].At(k))));
        }
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void The_arena_shrinks(Backend backend)
    {
        var (_, kept, _) = Network(checkpointed: false, new SessionOptions { Backend = backend });
        var (_, again, _) = Network(checkpointed: true, new SessionOptions { Backend = backend });
        Expect.True(again < 0.7 * kept, $"{again} bytes with checkpoints, {kept} without");
    }

    [Fact]
    public void What_is_drawn_inside_is_drawn_alike_again()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [50], DType.Float64);
        var y = Checkpoint(v => v * RandomUniform(graph, [50], dtype: DType.Float64), x);
        using var session = new Session(graph);
        var results = session.Run([y, Ops.Gradient(Sum(y), x)], (x, Enumerable.Repeat(1.0, 50).ToArray()));
        Assert.Equal(results[0].AsSpan<double>(), results[1].AsSpan<double>());
    }

    [Fact]
    public void What_the_function_uses_from_outside_gets_gradients()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var w = graph.Placeholder("w", [], DType.Float64);
        var square = w * w;
        var y = Checkpoint(v => v * square * w, x);
        Assert.Equal([8, 12 * 3], Run(Gradients(y, x, w), (x, 3.0), (w, 2.0)));
    }

    [Fact]
    public void What_is_stabilized_is_stable_when_computed_again()
    {
        var graph = new Graph();
        var u = graph.Placeholder("u", []);
        var y = Checkpoint(v => 1 / Exp(v), u);
        using var session = new Session(graph);
        Assert.Equal(-MathF.Exp(-100), session.Run(Ops.Gradient(y, u), (u, 100f)).Item<float>(), 1e-48f);
    }

    [Fact]
    public void A_rewritten_input_still_gets_its_gradient()
    {
        // Outside the checkpoint 1 / exp(u) becomes exp(-u); the gradient by u flows through exp(u) as the function's input.
        var graph = new Graph();
        var u = graph.Placeholder("u", [], DType.Float64);
        var y = Checkpoint(v => 1 / v, Exp(u));
        Assert.Equal(-Math.Exp(-0.5), Run([Ops.Gradient(y, u)], (u, 0.5))[0], 1e-14);
    }

    [Fact]
    public void Checkpoints_nest_and_are_differentiated_again()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = Checkpoint(v => v * Checkpoint(u => Sin(u) * u, v), x);
        const double At = 0.7;
        var second = (2 * Math.Sin(At)) + (4 * At * Math.Cos(At)) - (At * At * Math.Sin(At));
        Assert.Equal(second, Run([Ops.Gradient(Ops.Gradient(y, x), x)], (x, At))[0], 1e-12);
        Assert.Equal(second, Run([Jvp(Ops.Gradient(y, x), x, OnesLike(x))], (x, At))[0], 1e-12);
        Assert.Equal(second, Run([Ops.Gradient(Jvp(y, x, OnesLike(x)), x)], (x, At))[0], 1e-12);
    }

    [Fact]
    public void A_checkpoint_is_vectorized()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3], DType.Float64);
        var w = graph.Placeholder("w", [], DType.Float64);
        var each = Vectorize(v => Gradients(Checkpoint(u => Sin(u * w), v[0]), v[0], w), [x]);
        var all = Gradients(Sum(Vectorize(v => Checkpoint(u => Sin(u * w), v), x)), x, w);
        double[] at = [0.1, 0.2, 0.3];
        var results = Run([each[0], Sum(each[1]), .. all], (x, at), (w, 2.0));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(2 * Math.Cos(2 * at[i]), results[i], 1e-14);
            Assert.Equal(2 * Math.Cos(2 * at[i]), results[4 + i], 1e-14);
        }
        Assert.Equal(at.Sum(a => a * Math.Cos(2 * a)), results[3], 1e-14);
        Assert.Equal(results[3], results[7], 1e-14);
    }

    [Fact]
    public void A_jacobian_computes_the_function_again_once_and_not_for_each_row()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3], DType.Float64);
        var jacobian = Jacobian(Checkpoint(v => Sin(v) * v, x), x, new JacobianOptions { Mode = DifferentiationMode.Reverse });
        Assert.All(GraphSlice.Of([jacobian.Node]).Where(n => n.OpName is "sin" or "cos"), n => Assert.Equal([3], n.Output.Shape));
        double[] at = [0.1, 0.2, 0.3];
        var results = Run([jacobian], (x, at));
        for (var i = 0; i < 9; i++) Assert.Equal(i % 4 == 0 ? Math.Sin(at[i / 3]) + (at[i / 3] * Math.Cos(at[i / 3])) : 0, results[i], 1e-14);
    }

    [Fact]
    public void A_branch_not_taken_stays_zero_through_a_checkpoint()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2], DType.Float64);
        var y = Where(x > 0, Checkpoint(v => Sqrt(v), x), 0);
        Assert.Equal([0, 0.25], Run([Ops.Gradient(Sum(y), x)], (x, new[] { 0.0, 4 })));
    }

    private static (TensorData[] Results, long ArenaBytes, (Value, TensorData)[] Feeds) Network(bool checkpointed, SessionOptions options)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [Rows, Width]);
        var weights = Enumerable.Range(0, Layers)
            .Select(layer => graph.Variable($"w{layer}", TensorData.Create<float>(Numbers(Width * Width, layer, 0.12f), Width, Width))).ToArray();
        var h = x;
        for (var layer = 0; layer < Layers; layer += 3)
        {
            var own = weights[layer..(layer + 3)];
            Value Block(Value v) => own.Aggregate(v, (value, w) => Tanh(MatMul(value, w)));
            h = checkpointed ? Checkpoint(Block, h) : Block(h);
        }
        var gradients = Gradients(Mean(Square(h)), weights);
        using var session = new Session(graph, options);
        var function = session.Compile([x], [.. gradients]);
        var data = Numbers(Rows * Width, 77, 1);
        var results = gradients.Select(_ => new float[Width * Width]).ToArray();
        var call = function.Feed<float>(data);
        foreach (var result in results) call = call.Fetch(result.AsSpan());
        call.Run();
        return ([.. results.Select(r => (TensorData)r)], function.ArenaBytes, [(x, data)]);
    }

    private static float[] Numbers(int count, int seed, float scale)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => scale * ((2 * random.NextSingle()) - 1))];
    }

    private static double[] Run(Value[] values, params (Value, TensorData)[] feeds)
    {
        using var session = new Session(values[0].Graph);
        return [.. session.Run(values, feeds).SelectMany(d => Enumerable.Range(0, d.Count).Select(d.At))];
    }
}
