using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>
/// An infinity or NaN, wherever it lies, reaches those elements of convolutions and their gradients that have a term with it and no others: what a form of a product adds to images, or computes and
/// cuts off, must not meet it.
/// </summary>
public sealed class ConvolutionInfinityTests
{
    private const int Seed = 1, Spatial = 3;

    private const double Tolerance = 1e-4;

    private static readonly string[] Products = ["results", "images", "kernels"];

    private static readonly float[] Wild = [float.PositiveInfinity, float.NaN, float.NegativeInfinity];

    /// <summary>
    /// For each form that gradients of images take, products of windows at a stride of 2 and of larger kernels, sums that overlap, and sliding, of one group and several; and for kernels with gaps, whose
    /// images are taken apart, extents that gaps divide.
    /// </summary>
    private static readonly Layer[] Layers =
    [
        new(32, 32, 1, [15, 16], [3, 3], Strides: [2, 2], Border: [1, 1]),
        new(32, 32, 1, [14, 13], [3, 3], Strides: [2, 2]),
        new(32, 24, 1, [13, 14], [5, 4], Strides: [2, 1], Border: [2, 1]),
        new(32, 16, 1, [16, 15], [7, 7], Strides: [2, 2], Border: [3, 3]),
        new(32, 32, 1, [13, 14], [5, 5], Border: [2, 2]),
        new(64, 64, 2, [13, 12], [3, 3], Strides: [2, 2], Border: [1, 1]),
        new(32, 32, 1, [33], [5], Strides: [2], Border: [2]),
        new(32, 16, 1, [6, 5, 7], [3, 3, 3], Strides: [2, 2, 2], Border: [1, 1, 1]),
        new(32, 32, 1, [9, 10], [3, 3], Border: [1, 1]),
        new(8, 8, 1, [15, 16], [3, 3], Strides: [2, 2], Border: [1, 1]),
        new(32, 32, 8, [11, 12], [3, 3], Strides: [2, 1], Border: [1, 1]),
        new(32, 32, 1, [18, 21], [3, 3], Dilations: [3, 3]),
        new(32, 40, 1, [16, 14], [3, 3], Dilations: [2, 2], Border: [2, 2]),
        new(32, 32, 1, [5, 12, 4], [2, 2, 1], Dilations: [1, 2, 1]),
        new(32, 32, 1, [15, 16], [3, 3], Strides: [2, 2], Dilations: [2, 2]),
    ];

    [Fact]
    public void Infinities_reach_what_has_a_term_with_them()
    {
        foreach (var layer in Layers) Check(layer);
    }

    private static void Check(Layer layer)
    {
        var sums = new Sums(layer);
        VectorWidth?[] widths = [null, VectorWidth.Vector128, VectorWidth.Vector256, VectorWidth.Vector512];
        Form[] forms = [.. widths.Select(width => new Form(layer, sums, width, Transposed: false)), .. layer.Extents.Length == 2 ? widths.Where(w => w is null or VectorWidth.Vector512).Select(width => new Form(layer, sums, width, Transposed: true)) : []];
        var random = new Random(Seed);
        float[] images = Fill(sums.Images), kernels = Fill(sums.Kernels), results = Fill(sums.Results);
        var turn = 0;
        foreach (var (values, extents) in new[] { (images, sums.Images), (kernels, sums.Kernels), (results, sums.Results) })
        {
            for (var axis = 2; axis < extents.Length; axis++)
            {
                for (var line = 0; line < extents[axis]; line++)
                {
                    int[] index = [.. extents.Select((extent, a) => a == axis ? line : random.Next(extent))];
                    var place = index.Zip(extents).Aggregate(0, (at, p) => (at * p.Second) + p.First);
                    var kept = values[place];
                    values[place] = Wild[turn++ % Wild.Length];
                    double[][] expected = [sums.OfResults(images, kernels), sums.OfImages(kernels, results), sums.OfKernels(images, results)];
                    foreach (var form in forms)
                    {
                        var found = form.Run(images, kernels, results);
                        for (var i = 0; i < expected.Length; i++)
                            Compare($"{form}, {values[place]} at [{string.Join(", ", index)}] of {(values == images ? "images" : values == kernels ? "kernels" : "results")}: {Products[i]}", found[i], expected[i]);
                    }
                    values[place] = kept;
                }
            }
        }
        foreach (var form in forms) form.Dispose();

        float[] Fill(int[] extents) => [.. Enumerable.Range(0, extents.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static Value Of(Layer layer, bool transposed, Value x, Value w, int[] images)
    {
        var (stride, dilation, padding) = (PerAxis.Create(layer.StrideOf), PerAxis.Create(layer.DilationOf), layer.BorderOf);
        if (!transposed)
        {
            return layer.Extents.Length switch
            {
                1 => Conv1d(x, w, null, stride, SpatialPadding.Create(padding), dilation, layer.Groups),
                2 => Conv2d(x, w, null, stride, SpatialPadding.Create(padding), dilation, layer.Groups),
                _ => Conv3d(x, w, null, stride, SpatialPadding.Create(padding), dilation, layer.Groups),
            };
        }
        // What windows leave over at the end.
        int[] more = [.. Enumerable.Range(0, 2).Select(a => images[a + 2] - (int)(((x.Shape[a + 2].Value - 1) * layer.StrideOf[a]) + (layer.DilationOf[a] * (layer.Window[a] - 1)) + 1 - (2 * layer.BorderOf[a])))];
        return ConvTranspose2d(x, w, null, stride, PerAxis.Create(padding), PerAxis.Create(more), layer.Groups, dilation);
    }

    private static void Compare(string where, TensorData found, double[] expected)
    {
        var values = found.AsSpan<float>();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var isEqual = double.IsFinite(expected[i]) ? Math.Abs(values[i] - expected[i]) <= Tolerance : expected[i].Equals(values[i]);
            if (!isEqual) Assert.Fail($"{where}[{i}] is {values[i]}, not {expected[i]}");
        }
    }

    /// <summary>The three products of a layer, or of the transposed one, compiled at some width or interpreted.</summary>
    private sealed record Form(Layer Layer, Sums Sums, VectorWidth? Width, bool Transposed) : IDisposable
    {
        private Session? session;
        private Value[] fetches = [], feeds = [];

        /// <summary>Results, images and kernels.</summary>
        public TensorData[] Run(float[] images, float[] kernels, float[] results)
        {
            session ??= Build();
            return session.Run(fetches, (feeds[0], TensorData.Create<float>(images, Sums.Images)), (feeds[1], TensorData.Create<float>(kernels, Sums.Kernels)), (feeds[2], TensorData.Create<float>(results, Sums.Results)));
        }

        public void Dispose() => session?.Dispose();

        public override string ToString() => $"{Layer}, transposed {Transposed}, {Width?.ToString() ?? "interpreted"}";

        private Session Build()
        {
            var graph = new Graph();
            var (x, w, y) = (graph.Placeholder("x", Sums.Images), graph.Placeholder("w", Sums.Kernels), graph.Placeholder("y", Sums.Results));
            var (from, to) = Transposed ? (y, x) : (x, y);
            var result = Of(Layer, Transposed, from, w, Sums.Images);
            var gradients = Gradients(result, new GradientOptions { Upstream = to }, from, w);
            (feeds, fetches) = ([x, w, y], Transposed ? [gradients[0], result, gradients[1]] : [result, gradients[0], gradients[1]]);
            return new Session(graph, Width is { } lanes ? new SessionOptions { Width = lanes } : new SessionOptions { Backend = Backend.Interpreted });
        }
    }

    private sealed record Layer(int Channels, int Kernels, int Groups, int[] Extents, int[] Window, int[]? Strides = null, int[]? Dilations = null, int[]? Border = null)
    {
        public int[] StrideOf => Strides ?? [.. Window.Select(_ => 1)];

        public int[] DilationOf => Dilations ?? [.. Window.Select(_ => 1)];

        public int[] BorderOf => Border ?? new int[Window.Length];

        public override string ToString() =>
            $"{string.Join('×', Extents)}, {Channels} channels to {Kernels} in {Groups} groups by {string.Join('×', Window)}, strides {string.Join('×', StrideOf)}, dilations {string.Join('×', DilationOf)}, border {string.Join('×', BorderOf)}";
    }

    /// <summary>The three products of one image, by their definition.</summary>
    private sealed class Sums
    {
        private readonly Layer layer;
        private readonly int[] image, window, places, strides, dilations, border;

        public Sums(Layer layer)
        {
            this.layer = layer;
            (image, window) = (Filled(layer.Extents, 1), Filled(layer.Window, 1));
            (strides, dilations, border) = (Filled(layer.StrideOf, 1), Filled(layer.DilationOf, 1), Filled(layer.BorderOf, 0));
            places = [.. Enumerable.Range(0, Spatial).Select(a => ((image[a] + (2 * border[a]) - (dilations[a] * (window[a] - 1)) - 1) / strides[a]) + 1)];
            Images = [1, layer.Channels, .. layer.Extents];
            Kernels = [layer.Kernels, layer.Channels / layer.Groups, .. layer.Window];
            Results = [1, layer.Kernels, .. places[^layer.Extents.Length..]];
        }

        public int[] Images { get; }

        public int[] Kernels { get; }

        public int[] Results { get; }

        public double[] OfResults(float[] images, float[] kernels)
        {
            var sums = new double[Count(Results)];
            // The border is multiplied, too.
            Walk((x, w, y) => sums[y] += (double)kernels[w] * (x < 0 ? 0 : images[x]));
            return sums;
        }

        public double[] OfImages(float[] kernels, float[] results)
        {
            var sums = new double[Count(Images)];
            Walk((x, w, y) =>
            {
                if (x >= 0) sums[x] += (double)kernels[w] * results[y];
            });
            return sums;
        }

        public double[] OfKernels(float[] images, float[] results)
        {
            var sums = new double[Count(Kernels)];
            Walk((x, w, y) => sums[w] += (double)results[y] * (x < 0 ? 0 : images[x]));
            return sums;
        }

        private static int[] Filled(int[] numbers, int missing) => [.. Enumerable.Repeat(missing, Spatial - numbers.Length), .. numbers];

        private static int Count(int[] extents) => extents.Aggregate((a, b) => a * b);

        /// <summary>All terms: an element of the image, negative for one of its border, one of the kernels and one of the results.</summary>
        private void Walk(Action<int, int, int> visit)
        {
            var (channels, outputs, taps, size) = (layer.Channels / layer.Groups, layer.Kernels / layer.Groups, Count(window), Count(places));
            for (var place = 0; place < size; place++)
            {
                for (var tap = 0; tap < taps; tap++)
                {
                    var at = Element(place, tap);
                    for (var o = 0; o < layer.Kernels; o++)
                    {
                        for (var c = 0; c < channels; c++)
                        {
                            var channel = (o / outputs * channels) + c;
                            visit(at < 0 ? -1 : (channel * Count(image)) + at, (((o * channels) + c) * taps) + tap, (o * size) + place);
                        }
                    }
                }
            }
        }

        private int Element(int place, int tap)
        {
            var (at, unit) = (0, 1);
            for (var a = Spatial - 1; a >= 0; a--)
            {
                var along = (strides[a] * (place % places[a])) + (dilations[a] * (tap % window[a])) - border[a];
                if (along < 0 || along >= image[a]) return -1;
                (at, unit, place, tap) = (at + (unit * along), unit * image[a], place / places[a], tap / window[a]);
            }
            return at;
        }
    }
}
