using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>The three products of a layer, or of the transposed one, compiled at some width or interpreted.</summary>
internal sealed record ConvolutionForm(ConvolutionLayer Layer, ConvolutionSums Sums, VectorWidth? Width, bool Transposed, DType Type = DType.Float32, int Threads = 1) : IDisposable
{
    private static readonly string[] Products = ["results", "images", "kernels"];

    private Session? session;
    private Value[] fetches = [], feeds = [];

    /// <summary>Results, images and kernels.</summary>
    public double[][] Run(double[] images, double[] kernels, double[] results)
    {
        session ??= Build();
        var found = session.Run(fetches, (feeds[0], Data(images, Sums.Images)), (feeds[1], Data(kernels, Sums.Kernels)), (feeds[2], Data(results, Sums.Results)));
        return [.. found.Select(data => Type == DType.Float32 ? Array.ConvertAll(data.AsSpan<float>().ToArray(), v => (double)v) : data.AsSpan<double>().ToArray())];
    }

    /// <summary>Runs it, and compares with what should come out: where that is not finite, the same must.</summary>
    /// <param name="expected">Results, images and kernels.</param>
    /// <param name="what">What is said of a failure.</param>
    public void Check(double[] images, double[] kernels, double[] results, double[][] expected, string what)
    {
        var tolerance = Type == DType.Float32 ? 1e-4 : 1e-12;
        var found = Run(images, kernels, results);
        for (var k = 0; k < found.Length; k++)
        {
            Assert.Equal(expected[k].Length, found[k].Length);
            for (var i = 0; i < expected[k].Length; i++)
            {
                var (right, ours) = (expected[k][i], found[k][i]);
                if (double.IsFinite(right) ? !(Math.Abs(ours - right) <= tolerance) : !right.Equals(ours)) Assert.Fail($"{this}, {what}: {Products[k]}[{i}] is {ours}, not {right}");
            }
        }
    }

    public void Dispose() => session?.Dispose();

    public override string ToString() => $"{Layer}, transposed {Transposed}, {Type}, {Width?.ToString() ?? "interpreted"}, {Threads} threads";

    private TensorData Data(double[] values, int[] extents) => Type == DType.Float32 ? TensorData.Create<float>(Array.ConvertAll(values, v => (float)v), extents) : TensorData.Create<double>(values, extents);

    private Session Build()
    {
        var graph = new Graph();
        Value x = graph.Placeholder("x", Sums.Images, Type), w = graph.Placeholder("w", Sums.Kernels, Type), y = graph.Placeholder("y", Sums.Results, Type);
        var (from, to) = Transposed ? (y, x) : (x, y);
        var result = Transposed ? Layer.Transposed(from, w) : Layer.Of(from, w);
        var gradients = Gradients(result, new GradientOptions { Upstream = to }, from, w);
        (feeds, fetches) = ([x, w, y], Transposed ? [gradients[0], result, gradients[1]] : [result, gradients[0], gradients[1]]);
        return new Session(graph, Width is { } lanes ? new SessionOptions { Width = lanes, Threads = Threads } : new SessionOptions { Backend = Backend.Interpreted });
    }
}
