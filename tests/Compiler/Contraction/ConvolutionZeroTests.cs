using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>
/// Elements of convolutions that are sums of zeros are exactly zero, where much is zero as behind a ReLU: an optimizer that divides by the root of what squares add up to makes of the least
/// rounding a whole step. Of gradients by kernels every term may be zero for another reason; of results and of images' gradients, all that lies under a window is.
/// </summary>
public sealed class ConvolutionZeroTests
{
    private const int Seed = 1;

    /// <summary>Images, channels, kernels, groups, extents, windows, and how they move; for each product that convolutions may take.</summary>
    private static readonly Layer[] Layers =
    [
        new(4, 32, 32, 1, [14, 14], [3, 3]),
        new(2, 64, 64, 1, [28, 28], [3, 3]),
        new(1, 128, 128, 1, [7, 7], [3, 3]),
        new(2, 24, 20, 1, [12, 13], [3, 3]),
        new(2, 32, 32, 1, [15, 15], [3, 3], Stride: 2),
        new(2, 32, 32, 1, [16, 16], [3, 3], Dilation: 2),
        new(2, 32, 16, 1, [16, 15], [5, 5]),
        new(2, 32, 32, 1, [17, 16], [5, 5], Stride: 2),
        new(2, 32, 32, 1, [14, 14], [7, 7]),
        new(2, 32, 32, 1, [12, 12], [1, 1]),
        new(2, 32, 32, 1, [12, 20], [1, 7]),
        new(2, 32, 32, 1, [20, 12], [7, 1]),
        new(2, 3, 32, 1, [20, 20], [7, 7], Stride: 2),
        new(2, 1, 32, 1, [20, 28], [3, 3]),
        new(1, 1, 32, 1, [14, 28], [5, 5]),
        new(2, 3, 8, 1, [20, 20], [3, 3]),
        new(2, 8, 8, 1, [20, 20], [3, 3], Stride: 2),
        new(2, 64, 64, 4, [28, 28], [3, 3]),
        new(4, 48, 48, 2, [10, 9], [3, 3]),
        new(9, 64, 64, 2, [7, 7], [3, 3]),
        new(2, 64, 64, 4, [16, 16], [3, 3], Stride: 2),
        new(2, 64, 64, 4, [16, 16], [3, 3], Dilation: 2),
        new(2, 64, 64, 4, [16, 16], [5, 5]),
        new(2, 64, 64, 2, [16, 16], [5, 5], Stride: 2),
        new(2, 32, 32, 32, [20, 20], [3, 3]),
        new(2, 32, 32, 32, [20, 20], [3, 3], Stride: 2),
        new(2, 32, 64, 32, [20, 20], [5, 5]),
        new(4, 32, 32, 32, [7, 7], [3, 3]),
        new(2, 32, 32, 1, [50], [3]),
        new(2, 32, 32, 2, [50], [5]),
        new(1, 16, 16, 1, [6, 7, 8], [3, 3, 3]),
    ];

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Sums_of_zeros_are_zero(VectorWidth width)
    {
        foreach (var layer in Layers) Check(layer, transposed: false, width);
    }

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Sums_of_zeros_are_zero_in_transposed_convolutions(VectorWidth width)
    {
        foreach (var layer in Layers.Where(l => l.Extents.Length == 2 && l.Dilation == 1 && l.Images == 2)) Check(layer, transposed: true, width);
    }

    private static void Check(Layer layer, bool transposed, VectorWidth width)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [layer.Images, transposed ? layer.Kernels : layer.Channels, .. layer.Extents.Select(e => (Dim)e)]);
        int[] kernels = [layer.Kernels, layer.Channels / layer.Groups, .. layer.Window];
        var w = graph.Placeholder("w", kernels);
        var y = (transposed, layer.Window.Length) switch
        {
            (true, _) => ConvTranspose2d(x, w, stride: layer.Stride, padding: (Border(0), Border(1)), groups: layer.Groups),
            (_, 1) => Conv1d(x, w, stride: layer.Stride, padding: Border(0), dilation: layer.Dilation, groups: layer.Groups),
            (_, 2) => Conv2d(x, w, stride: layer.Stride, padding: (Border(0), Border(1)), dilation: layer.Dilation, groups: layer.Groups),
            _ => Conv3d(x, w, padding: Border(0)),
        };
        int[] images = [.. x.Shape.Select(d => (int)d.Value)], results = [.. y.Shape.Select(d => (int)d.Value)];
        var upstream = graph.Placeholder("upstream", results);
        var gradients = Gradients(y, new GradientOptions { Upstream = upstream }, x, w);
        using var session = new Session(graph, new SessionOptions { Width = width });
        var random = new Random(Seed);
        var kernel = Fill(kernels, _ => true);
        // So sparse that most sums over images have no term, and many one or two.
        var scattered = 0.7 / Math.Sqrt(layer.Images * layer.Extents.Aggregate(1, (a, b) => a * b));
        var (inputs, coming) = (Fill(images, _ => random.NextDouble() < scattered), Fill(results, _ => random.NextDouble() < scattered));
        var terms = Terms(layer, transposed ? coming : inputs, transposed ? inputs : coming, kernels);
        Compare("kernels", session.Run(gradients[1], (x, inputs), (w, kernel), (upstream, coming)), terms.Kernels);

        // At few places, the same in all channels, so that windows are empty.
        var rare = 0.5 / layer.Window.Aggregate((a, b) => a * b);
        (inputs, coming) = (Fill(images, AtPlaces(images, rare)), Fill(results, AtPlaces(results, rare)));
        terms = Terms(layer, transposed ? coming : inputs, transposed ? inputs : coming, kernels);
        var found = session.Run([y, gradients[0]], (x, inputs), (w, kernel), (upstream, coming));
        Compare("results", found[0], transposed ? terms.Images : terms.Results);
        Compare("images", found[1], transposed ? terms.Results : terms.Images);

        TensorData Fill(int[] extents, Func<int, bool> isThere) =>
            TensorData.Create<float>([.. Enumerable.Range(0, extents.Aggregate((a, b) => a * b)).Select(i => isThere(i) ? random.NextSingle() + 0.5f : 0)], extents);

        Func<int, bool> AtPlaces(int[] extents, double density)
        {
            var places = extents[2..].Aggregate((a, b) => a * b);
            var there = Enumerable.Range(0, extents[0] * places).Select(_ => random.NextDouble() < density).ToArray();
            return i => there[(i / places / extents[1] * places) + (i % places)];
        }

        int Border(int axis) => layer.Dilation * (layer.Window[axis] / 2);

        void Compare(string what, TensorData actual, int[] terms)
        {
            Assert.Equal(terms.Length, actual.Count);
            Assert.InRange(terms.Count(n => n == 0), terms.Length / 8, terms.Length - 1);
            for (var i = 0; i < terms.Length; i++)
                Expect.True((actual.At(i) == 0) == (terms[i] == 0), $"{width}, {layer}, transposed: {transposed}, seed {Seed}: {what}[{i}] is {actual.At(i)}, of {terms[i]} terms other than zero");
        }
    }

    /// <summary>How many terms other than zero each element has: of what images give, of what comes back to them, and of kernels.</summary>
    private static (int[] Results, int[] Images, int[] Kernels) Terms(Layer layer, TensorData images, TensorData results, int[] kernels)
    {
        var x = images.AsSpan<float>();
        var y = results.AsSpan<float>();
        var (forward, back, sums) = (new int[y.Length], new int[x.Length], new int[kernels.Aggregate((a, b) => a * b)]);
        var (extents, counts) = (Three(images.Extents), Three(results.Extents));
        int[] window = [.. Enumerable.Repeat(1, 3 - layer.Window.Length), .. layer.Window];
        var taps = window[0] * window[1] * window[2];
        var (channels, outputs) = (layer.Channels / layer.Groups, layer.Kernels / layer.Groups);
        for (var image = 0; image < layer.Images; image++)
        {
            for (var place = 0; place < counts[0] * counts[1] * counts[2]; place++)
            {
                for (var tap = 0; tap < taps; tap++)
                {
                    var (k, j, i) = (Element(2, place % counts[2], tap % window[2]), Element(1, place / counts[2] % counts[1], tap / window[2] % window[1]), Element(0, place / counts[2] / counts[1], tap / window[2] / window[1]));
                    if (i < 0 || j < 0 || k < 0) continue;
                    var element = (((i * extents[1]) + j) * extents[2]) + k;
                    for (var group = 0; group < layer.Groups; group++)
                    {
                        for (var o = group * outputs; o < (group + 1) * outputs; o++)
                        {
                            var at = (((image * layer.Kernels) + o) * counts[0] * counts[1] * counts[2]) + place;
                            for (var c = 0; c < channels; c++)
                            {
                                var from = (((image * layer.Channels) + (group * channels) + c) * extents[0] * extents[1] * extents[2]) + element;
                                if (x[from] != 0) forward[at]++;
                                if (y[at] != 0) back[from]++;
                                if (x[from] != 0 && y[at] != 0) sums[(((o * channels) + c) * taps) + tap]++;
                            }
                        }
                    }
                }
            }
        }
        return (forward, back, sums);

        int Element(int axis, int place, int tap)
        {
            if (axis < 3 - layer.Extents.Length) return 0;
            var at = (layer.Stride * place) + (layer.Dilation * (tap - (window[axis] / 2)));
            return at < extents[axis] ? at : -1;
        }
    }

    /// <summary>The extents of images, with those before them that they lack.</summary>
    private static int[] Three(ReadOnlySpan<int> extents) => [.. Enumerable.Repeat(1, 5 - extents.Length), .. extents[2..].ToArray()];

    /// <summary>Some convolution; of a transposed one, the one that it is the transpose of.</summary>
    private sealed record Layer(int Images, int Channels, int Kernels, int Groups, int[] Extents, int[] Window, int Stride = 1, int Dilation = 1)
    {
        public override string ToString() =>
            $"{Images} images {string.Join('×', Extents)}, {Channels} channels to {Kernels} in {Groups} groups by {string.Join('×', Window)}, stride {Stride}, dilation {Dilation}";
    }
}
