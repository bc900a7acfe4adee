using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Kernels with gaps read images taken apart, where that pays; what infinities meet then, <see cref="Contraction.ConvolutionInfinityTests"/> hold.</summary>
public sealed class GappedWindowsTests
{
    [Fact]
    public void Many_channels_are_taken_apart()
    {
        // In parts that are as they come, or filled up, of whose zeros gradients are freed.
        Assert.Equal((false, false), Rewritten(32, 20, 20, 2));
        Assert.Equal((false, true), Rewritten(32, 21, 20, 2));
        Assert.Equal((false, true), Rewritten(32, 20, 20, 3));
        Assert.Equal((true, false), Rewritten(31, 20, 20, 2));
        Assert.Equal((true, false), Rewritten(32, 20, 11, 2));
        Assert.Equal((true, false), Rewritten(32, 21, 21, 2, stride: 2));

        static (bool HasGaps, bool IsFilled) Rewritten(int channels, int height, int width, int dilation, int stride = 1)
        {
            var graph = new Graph();
            var (x, w) = (graph.Placeholder("x", ["batch", channels, height, width]), graph.Placeholder("w", [channels, channels, 3, 3]));
            using var session = new Session(graph);
            Value[] gradients = Gradients(Sum(Square(Conv2d(x, w, stride: stride, dilation: dilation))), x, w);
            var texts = gradients.Select(g => session.Explain(g).Rewritten.ToText()).ToArray();
            var isFilled = texts[0].Contains("images_of_parts(", StringComparison.Ordinal);
            Assert.Equal(isFilled, texts[1].Contains("kernels_of_parts(", StringComparison.Ordinal));
            return (texts[0].Contains("dilations", StringComparison.Ordinal), isFilled);
        }
    }

    /// <summary>What looks for infinities where parts are filled up needs no memory of its own.</summary>
    [Fact]
    public void Finite_gradients_allocate_nothing()
    {
        var graph = new Graph();
        Value x = graph.Placeholder("x", [2, 32, 21, 20]), w = graph.Placeholder("w", [32, 32, 3, 3]);
        var gradients = Gradients(Sum(Conv2d(x, w, dilation: 2)), x, w);
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        var function = session.Compile([x, w], gradients);
        float[] images = [.. Enumerable.Range(0, 2 * 32 * 21 * 20).Select(i => i % 7 - 3f)], kernels = [.. Enumerable.Range(0, 32 * 32 * 9).Select(i => i % 5 - 2f)];
        float[] byImages = new float[images.Length], byKernels = new float[kernels.Length];
        for (var i = 0; i < 10; i++) Run();
        var least = long.MaxValue;
        // The just-in-time compiler may replace what runs meanwhile.
        for (var attempt = 0; attempt < 50 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 5; i++) Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);

        void Run() => function.Call().Feed<float>(images).Feed<float>(kernels).Fetch<float>(byImages).Fetch<float>(byKernels).Run();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_of_each_example(bool shareImages)
    {
        const int Examples = 3, Images = 2, Channels = 32, Height = 13, Width = 12;
        var graph = new Graph();
        Value x = graph.Placeholder("x", [Examples, Images, Channels, Height, Width]), w = graph.Placeholder("w", [Channels, Channels, 3, 3]);
        var upstream = graph.Placeholder("upstream", [Examples, Images, Channels, Height - 4, Width - 4]);
        var all = shareImages ? Vectorize(v => Of(x[1], v[0]), [upstream]) : Vectorize(v => Of(v[0], v[1]), [x, upstream]);
        var random = new Random(1);
        float[] images = Fill(x), kernels = Fill(w), results = Fill(upstream);
        foreach (var isWild in new[] { false, true })
        {
            // In the part of odd lines, which has one window less, the last that the window it is filled up with reads.
            if (isWild) images[(((((1 * Images) + 1) * Channels) + 5) * Height * Width) + ((Height - 2) * Width) + 4] = float.PositiveInfinity;
            (Value, TensorData)[] feeds = [(x, Data(x, images)), (w, Data(w, kernels)), (upstream, Data(upstream, results))];
            using var session = new Session(graph, new SessionOptions { Threads = 2 });
            Assert.Contains("images_of_parts(", session.Explain(all[0]).Rewritten.ToText(), StringComparison.Ordinal);
            Assert.Contains("kernels_of_parts(", session.Explain(all[1]).Rewritten.ToText(), StringComparison.Ordinal);
            var found = session.Run(all, feeds);
            using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            for (var example = 0; example < Examples; example++)
            {
                var expected = interpreted.Run(Of(x[shareImages ? 1 : example], upstream[example]), feeds);
                for (var k = 0; k < expected.Length; k++)
                {
                    var right = expected[k].AsSpan<float>();
                    var ours = found[k].AsSpan<float>().Slice(example * right.Length, right.Length);
                    for (var i = 0; i < right.Length; i++)
                        if (float.IsFinite(right[i]) ? !(Math.Abs(right[i] - ours[i]) < 1e-4) : !right[i].Equals(ours[i])) Assert.Fail($"example {example}, gradient {k}: [{i}] is {ours[i]}, not {right[i]}");
                }
            }
        }

        Value[] Of(Value one, Value coming)
        {
            var result = Conv2d(one, w, dilation: 2);
            return Gradients(result, new GradientOptions { Upstream = coming }, one, w);
        }

        float[] Fill(Value value) => [.. Enumerable.Range(0, (int)value.Shape.ElementCount.Value).Select(_ => random.NextSingle() - 0.5f)];

        static TensorData Data(Value value, float[] numbers) => TensorData.Create<float>(numbers, [.. value.Shape.Select(d => (int)d.Value)]);
    }
}
