namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>The three products of a layer, by their definition.</summary>
internal sealed class ConvolutionSums
{
    private const int Spatial = 3;

    private readonly ConvolutionLayer layer;
    private readonly int[] image, window, places, strides, dilations, border;

    public ConvolutionSums(ConvolutionLayer layer)
    {
        this.layer = layer;
        (image, window) = (Filled(layer.Extents, 1), Filled(layer.Window, 1));
        (strides, dilations, border) = (Filled(layer.StrideOf, 1), Filled(layer.DilationOf, 1), Filled(layer.Before, 0));
        var after = Filled(layer.After, 0);
        places = [.. Enumerable.Range(0, Spatial).Select(a => ((image[a] + border[a] + after[a] - (dilations[a] * (window[a] - 1)) - 1) / strides[a]) + 1)];
        Images = [layer.Images, layer.Channels, .. layer.Extents];
        Kernels = [layer.Kernels, layer.Channels / layer.Groups, .. layer.Window];
        Results = [layer.Images, layer.Kernels, .. places[^layer.Extents.Length..]];
    }

    public int[] Images { get; }

    public int[] Kernels { get; }

    public int[] Results { get; }

    public double[] OfResults(double[] images, double[] kernels)
    {
        var sums = new double[Count(Results)];
        // The border is multiplied, too.
        Walk((x, w, y) => sums[y] += kernels[w] * (x < 0 ? 0 : images[x]));
        return sums;
    }

    public double[] OfImages(double[] kernels, double[] results)
    {
        var sums = new double[Count(Images)];
        Walk((x, w, y) =>
        {
            if (x >= 0) sums[x] += kernels[w] * results[y];
        });
        return sums;
    }

    public double[] OfKernels(double[] images, double[] results)
    {
        var sums = new double[Count(Kernels)];
        Walk((x, w, y) => sums[w] += results[y] * (x < 0 ? 0 : images[x]));
        return sums;
    }

    private static int[] Filled(int[] numbers, int missing) => [.. Enumerable.Repeat(missing, Spatial - numbers.Length), .. numbers];

    private static int Count(int[] extents) => extents.Aggregate((a, b) => a * b);

    /// <summary>All terms: an element of the image, negative for one of its border, one of the kernels and one of the results.</summary>
    private void Walk(Action<int, int, int> visit)
    {
        var (channels, outputs, taps, elements, size) = (layer.Channels / layer.Groups, layer.Kernels / layer.Groups, Count(window), Count(image), Count(places));
        for (var place = 0; place < size; place++)
        {
            for (var tap = 0; tap < taps; tap++)
            {
                var at = Element(place, tap);
                for (var n = 0; n < layer.Images; n++)
                {
                    for (var o = 0; o < layer.Kernels; o++)
                    {
                        for (var c = 0; c < channels; c++)
                        {
                            var channel = (n * layer.Channels) + (o / outputs * channels) + c;
                            visit(at < 0 ? -1 : (channel * elements) + at, (((o * channels) + c) * taps) + tap, (((n * layer.Kernels) + o) * size) + place);
                        }
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
