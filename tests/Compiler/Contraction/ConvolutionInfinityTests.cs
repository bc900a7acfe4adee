namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>
/// An infinity or NaN, wherever it lies, reaches those elements of convolutions and their gradients that have a term with it and no others: what a form of a product adds to images, or computes and
/// cuts off, must not meet it.
/// </summary>
public sealed class ConvolutionInfinityTests
{
    private const int Seed = 1, Geometries = 80, ManyChannels = 32, PlacesWithTwo = 3, Interpretations = 5;

    private static readonly double[] Wild = [double.PositiveInfinity, double.NaN, double.NegativeInfinity];

    private static readonly VectorWidth[] Widths = [VectorWidth.Vector128, VectorWidth.Vector256, VectorWidth.Vector512];

    /// <summary>
    /// For each form that gradients of images take, products of windows at a stride of 2 and of larger kernels, sums that overlap, and sliding, of one group and several, with a border that is wider than windows; and for kernels with gaps, whose
    /// images are taken apart, extents that gaps divide and others.
    /// </summary>
    private static readonly ConvolutionLayer[] Layers =
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
        new(32, 33, 1, [13, 19], [3, 3], Dilations: [2, 3]),
        new(32, 32, 1, [5, 11, 4], [2, 2, 1], Dilations: [1, 2, 1]),
        new(32, 32, 1, [15, 16], [3, 3], Strides: [2, 2], Dilations: [2, 2]),
        new(8, 8, 8, [2, 4], [3, 1], Border: [1, 1], Images: 2),
    ];

    [Fact]
    public void Infinities_reach_what_has_a_term_with_them()
    {
        foreach (var layer in Layers) Check(layer);
    }

    /// <summary>Geometries of all kinds, those whose images are taken apart above all, of extents that gaps divide and others: each at one width, by one thread or two, and interpreted.</summary>
    [Fact]
    public void Infinities_reach_what_has_a_term_with_them_in_any_geometry()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Geometries; i++)
        {
            var layer = Draw(random);
            var type = layer.Channels < ManyChannels && random.Next(2) == 0 ? DType.Float64 : DType.Float32;
            var transposed = layer is { Extents.Length: 2, BorderAfter: null } && random.Next(3) == 0;
            var sums = new ConvolutionSums(layer);
            using var form = new ConvolutionForm(layer, sums, i % Interpretations == 0 ? null : Widths[i % Widths.Length], transposed, type, (i / Widths.Length % 2) + 1);
            double[] images = Fill(random, sums.Images), kernels = Fill(random, sums.Kernels), results = Fill(random, sums.Results);
            Check(string.Empty);
            foreach (var (values, extents) in new[] { (images, sums.Images), (kernels, sums.Kernels), (results, sums.Results) })
            {
                // In the first, last or some line of each axis, and sometimes in two places.
                for (var place = random.Next(PlacesWithTwo) == 0 ? 0 : 1; place < 2; place++)
                {
                    var at = extents.Aggregate(0, (at, extent) => (at * extent) + random.Next(3) switch { 0 => 0, 1 => extent - 1, _ => random.Next(extent) });
                    values[at] = Wild[random.Next(Wild.Length)];
                }
                var wild = Enumerable.Range(0, values.Length).Where(at => !double.IsFinite(values[at])).ToArray();
                Check($"{string.Join(", ", wild.Select(at => $"{values[at]} at {at}"))} of {(values == images ? "images" : values == kernels ? "kernels" : "results")}");
                foreach (var at in wild) values[at] = 0.25;
            }

            void Check(string wild) =>
                form.Check(images, kernels, results, [sums.OfResults(images, kernels), sums.OfImages(kernels, results), sums.OfKernels(images, results)], $"geometry {i} of seed {Seed}, {wild}");
        }
    }

    private static ConvolutionLayer Draw(Random random)
    {
        var axes = random.Next(6) switch { 0 => 1, 1 => 3, _ => 2 };
        var (isApart, isEven) = (axes > 1 && random.Next(4) > 0, random.Next(2) == 0);
        var (window, dilations, strides, before, after, extents) = (new int[axes], new int[axes], new int[axes], new int[axes], new int[axes], new int[axes]);
        for (var a = 0; a < axes; a++)
        {
            window[a] = axes == 3 ? random.Next(1, 4) : random.Next(8) == 0 ? random.Next(1, 6) : random.Next(2, 4);
            dilations[a] = window[a] == 1 ? 1 : axes == 3 ? random.Next(1, 3) : random.Next(1, 5);
            strides[a] = isApart ? 1 : random.Next(1, 3);
            before[a] = random.Next(3);
            after[a] = isEven ? before[a] : random.Next(3);
            // As many windows, about, as images that are taken apart have at least.
            extents[a] = Math.Max(1, (dilations[a] * (window[a] + (isApart ? 3 : 1))) + random.Next(4) - before[a] - after[a]);
        }
        if (isApart && dilations.All(d => d == 1)) return Draw(random);
        var groups = random.Next(4) == 0 ? 2 : 1;
        var (channels, kernels) = isApart ? (ManyChannels * groups, (ManyChannels + (random.Next(3) == 0 ? 3 : 0)) * groups) : (random.Next(1, 9) * groups, random.Next(1, 9) * groups);
        return new ConvolutionLayer(channels, kernels, groups, extents, window, strides, dilations, before, isEven ? null : after, Images: isApart ? 1 : random.Next(1, 3));
    }

    private static void Check(ConvolutionLayer layer)
    {
        var sums = new ConvolutionSums(layer);
        VectorWidth?[] widths = [null, .. Widths];
        ConvolutionForm[] forms = [.. widths.Select(width => new ConvolutionForm(layer, sums, width, Transposed: false)), .. layer is { Extents.Length: 2, BorderAfter: null } ? widths.Where(w => w is null or VectorWidth.Vector512).Select(width => new ConvolutionForm(layer, sums, width, Transposed: true)) : []];
        var random = new Random(Seed);
        double[] images = Fill(random, sums.Images), kernels = Fill(random, sums.Kernels), results = Fill(random, sums.Results);
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
                        form.Check(images, kernels, results, expected, $"{values[place]} at [{string.Join(", ", index)}] of {(values == images ? "images" : values == kernels ? "kernels" : "results")}");
                    values[place] = kept;
                }
            }
        }
        foreach (var form in forms) form.Dispose();
    }

    // Numbers of both types.
    private static double[] Fill(Random random, int[] extents) => [.. Enumerable.Range(0, extents.Aggregate((a, b) => a * b)).Select(_ => (double)(random.NextSingle() - 0.5f))];
}
