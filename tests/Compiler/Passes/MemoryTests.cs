using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Passes;
using GraphGrad.Execution;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>How much memory a program takes, and that what shares it is right.</summary>
public sealed class MemoryTests
{
    private readonly Graph graph = new();
    private readonly Random random = new(1);

    public static TheoryData<VectorWidth> Widths => [.. Enum.GetValues<VectorWidth>().Where(w => w.IsAccelerated())];

    /// <summary>A row of scores becomes weights, and their gradient, where the scores were.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Softmax_and_its_gradient_write_over_what_they_read(VectorWidth width)
    {
        var (a, b, g) = (Fed("a", 37, 9), Fed("b", 9, 53), Fed("g", 53, 11));
        var result = MatMul(Softmax(MatMul(a.Value, b.Value)), g.Value);
        Value[] fetches = [result, .. Gradients(Sum(result * result), a.Value, b.Value)];
        Agree(width, fetches, [a, b, g]);
        // Scores, exponentials, weights and two gradients of that size are made; three are alive at once.
        Assert.InRange(ArenaBytes(fetches, []), 1, (3 * 37 * 53 * 4) + (37 * 53 * 2));
    }

    /// <summary>The derivative of an activation is computed from what went into it, which is kept anyway.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void An_activation_of_many_elements_is_computed_again_by_its_gradient(VectorWidth width)
    {
        var (x, w, v) = (Fed("x", 129, 17), Fed("w", 17, 517), Fed("v", 517, 5));
        var loss = Mean(Square(MatMul(Gelu(MatMul(x.Value, w.Value)), v.Value)));
        Value[] fetches = [loss, .. Gradients(loss, w.Value, v.Value)];
        Agree(width, fetches, [x, w, v]);
        Assert.InRange(ArenaBytes(fetches, []), 1, (2 * 129 * 517 * 4) + 40_000);
    }

    /// <summary>What a reshape of other axes reads has to be in memory, though its arithmetic is cheap.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void A_derivative_that_is_read_in_another_shape_is_stored(VectorWidth width)
    {
        var x = Fed("x", 64, 33, 33);
        Value[] fetches = [x.Value - (Gradient(Mean(Tanh(Reshape(x.Value, 99, 88, 4, 2))), x.Value) * 1000)];
        Agree(width, fetches, [x]);
    }

    [Fact]
    public void The_last_slice_of_a_sum_adds_to_those_before_it_even_if_it_is_smaller()
    {
        // Two images are a product of two axes of terms, the third alone is one of neighbours, which begins its sums anew.
        var (x, w) = (graph.Placeholder("x", ["batch", 8, 40, 40]), graph.Placeholder("w", [19, 8, 1, 1]));
        var gradient = Gradients(Sum(Square(Conv2d(x, w))), w)[0];
        foreach (var images in new[] { 1, 2, 3, 5, 7 })
        {
            (Value, TensorData)[] feeds =
            [
                (x, TensorData.Create<float>([.. Enumerable.Range(0, images * 8 * 40 * 40).Select(i => (i * 7919 % 1009 / 1009f) - 0.5f)], [images, 8, 40, 40])),
                (w, TensorData.Create<float>([.. Enumerable.Range(0, 19 * 8).Select(i => (i * 31 % 101 / 101f) - 0.5f)], [19, 8, 1, 1])),
            ];
            var expected = Run(new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            foreach (var threads in new[] { 1, 2 })
            {
                var actual = Run(new SessionOptions { Threads = threads });
                for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], expected.Max(Math.Abs) * 2e-5f);
            }

            float[] Run(SessionOptions options)
            {
                using var session = new Session(graph, options);
                return session.Run(gradient, feeds).AsSpan<float>().ToArray();
            }
        }
    }

    [Fact]
    public void A_weight_is_updated_in_place_though_its_gradient_needed_others()
    {
        var x = graph.Placeholder("x", [64, 128]);
        var h = (Value)x;
        for (var layer = 0; layer < 3; layer++) h = Relu(MatMul(h, graph.Variable($"w{layer}", new float[128, 128])));
        var step = new Adam(0.01f).Minimize(Mean(Square(h - 1)));
        var program = Compile([], [step]);
        Assert.All(program.Commits, c => Assert.Equal(0, c.To.Type.Shape.Rank));
        // One gradient of a weight at a time: each is used up by its update at once.
        Assert.InRange(BufferPlan.Assign(program.Arena, [], 1, _ => 0, g => g.Cut(_ => 0), out _, out _), 1, (128 * 128 * 4) + (5 * 64 * 128 * 4) + 1000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Variables_take_each_others_old_values(bool unroll)
    {
        var (a, b, c, d) = (Variable("a"), Variable("b"), Variable("c"), Variable("d"));
        var step = Group(Assign(a, b), Assign(b, a + 1), Assign(c, d), Assign(d, c));
        using var compiled = new Session(graph, new SessionOptions { Unroll = unroll });
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        foreach (var session in new[] { compiled, interpreted }) session.Run(step, times: 3);
        foreach (var variable in new[] { a, b, c, d }) Assert.Equal(interpreted.Read(variable).AsSpan<float>(), compiled.Read(variable).AsSpan<float>());

        Variable Variable(string name) => graph.Variable(name, TensorData.Create(Numbers(50), 50));
    }

    private void Agree(VectorWidth width, Value[] fetches, (Value Value, TensorData Data)[] feeds)
    {
        var expected = Run(new SessionOptions { Backend = Backend.Interpreted });
        var one = Run(new SessionOptions { Width = width, Threads = 1 });
        var two = Run(new SessionOptions { Width = width, Threads = 2 });
        for (var i = 0; i < fetches.Length; i++)
        {
            Assert.Equal(one[i].AsSpan<float>(), two[i].AsSpan<float>());
            for (var k = 0; k < expected[i].AsSpan<float>().Length; k++)
                Assert.Equal(expected[i].AsSpan<float>()[k], one[i].AsSpan<float>()[k], 1e-3f * Math.Max(1, Math.Abs(expected[i].AsSpan<float>()[k])));
        }

        TensorData[] Run(SessionOptions options)
        {
            using var session = new Session(graph, options);
            return session.Run(fetches, feeds);
        }
    }

    private long ArenaBytes(Value[] fetches, Node[] targets) => BufferPlan.Assign(Compile(fetches, targets).Arena, [], 1, _ => 0, g => g.Cut(_ => 0), out _, out _);

    private CompiledProgram Compile(Value[] fetches, Node[] targets) =>
        Pipeline.Compile(CompiledPlan.SourceOf(SliceAnalysis.Analyze(graph, fetches, targets)), new CompilerOptions());

    private (Value Value, TensorData Data) Fed(string name, params int[] extents) =>
        (graph.Placeholder(name, extents), TensorData.Create(Numbers(extents.Aggregate((a, b) => a * b)), extents));

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}
