using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;
using static GraphGrad.Tests.Functions.ConvolutionTests;

namespace GraphGrad.Tests.Functions;

public sealed class ResamplingTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(1, 2, 3, 4);

    [Fact]
    public void Pixels_as_many_as_before_stay()
    {
        var image = FunctionCheck.Numbers(1, 2, 2, 4);
        Assert.Equal(image.AsSpan<double>(), FunctionCheck.Run(v => InterpolateBy(v[0], 1.2, InterpolationMode.Linear), [image]).AsSpan<double>());
    }

    [Fact]
    public void Nearest_pixels()
    {
        Agree(v => Interpolate(v[0], (6, 12)), v => Reshape(BroadcastTo(Reshape(v[0], 1, 2, 3, 1, 4, 1), [1, 2, 3, 2, 4, 3]), 1, 2, 6, 12), X);
        Agree(v => InterpolateBy(v[0], 2), v => Interpolate(v[0], (6, 8)), X);
        Agree(v => InterpolateBy(v[0], 1.2), v => Picked(v[0], [0, 0, 1], [0, 0, 1, 2]), X);
        Agree(v => InterpolateBy(v[0], 2.2), v => Picked(v[0], [0, 0, 0, 1, 1, 2], [0, 0, 0, 1, 1, 2, 2, 3]), X);
        FunctionCheck.All(v => Interpolate(v[0], 3), x => [x[0][0], x[0][1], x[0][3]], FunctionCheck.Numbers(1, 1, 5));
        FunctionCheck.All(v => Interpolate(v[0], 3, InterpolationMode.NearestExact), x => [x[0][0], x[0][2], x[0][4]], FunctionCheck.Numbers(1, 1, 5));
    }

    private static Value Picked(Value image, long[] rows, long[] columns) => Gather(Gather(image, image.Graph.Constant(rows), 2), image.Graph.Constant(columns), 3);

    [Theory]
    [InlineData(InterpolationMode.Linear)]
    [InlineData(InterpolationMode.Cubic)]
    public void What_is_linear_stays_linear_between_corners(InterpolationMode mode) => FunctionCheck.All(
        v => Interpolate(v[0], 7, mode, alignCorners: true)[0, 0, 2..5],
        // Half the step; cubic convolution needs two neighbours on each side.
        _ => [1, 1.5, 2],
        TensorData.Create<double>([0, 1, 2, 3], 1, 1, 4));

    [Fact]
    public void Values_between_pixels()
    {
        TensorData ramp = new double[1, 1, 4] { { { 0, 2, 6, 1 } } };
        FunctionCheck.All(v => Interpolate(v[0], 8, InterpolationMode.Linear), _ => [0, 0.5, 1.5, 3, 5, 4.75, 2.25, 1], ramp);
        FunctionCheck.All(v => Interpolate(v[0], 3, InterpolationMode.Linear, alignCorners: true), _ => [0, 4, 1], ramp);
        // A quarter beside a pixel: weights -27/256, 225/256, 67/256 and -9/256.
        FunctionCheck.All(
            v => Interpolate(v[0], 8, InterpolationMode.Cubic)[0, 0, 3..5],
            _ => [(-0.10546875 * 0) + (0.87890625 * 2) + (0.26171875 * 6) - (0.03515625 * 1), (-0.03515625 * 0) + (0.26171875 * 2) + (0.87890625 * 6) - (0.10546875 * 1)],
            ramp);
        Agree(v => InterpolateBy(v[0], 1.6, InterpolationMode.Linear)[.., .., 0], v => InterpolateBy(v[0][.., .., 0], 1.6, InterpolationMode.Linear), X);
    }

    /// <summary>Values and gradients are those of known extents, for several extents in one session.</summary>
    [Theory]
    [InlineData(InterpolationMode.Nearest, false)]
    [InlineData(InterpolationMode.NearestExact, false)]
    [InlineData(InterpolationMode.Linear, false)]
    [InlineData(InterpolationMode.Linear, true)]
    [InlineData(InterpolationMode.Cubic, false)]
    [InlineData(InterpolationMode.Cubic, true)]
    public void Extents_may_be_symbols(InterpolationMode mode, bool alignCorners)
    {
        Func<Value, Value>[] functions =
        [
            .. new[] { 2, 1, 0.5, 1.5, 0.75, 3, 1.125, 2.640625 }.Select(f => (Func<Value, Value>)(v => InterpolateBy(v, f, mode, alignCorners))),
            v => InterpolateBy(v, [0.5, 4], mode, alignCorners),
            v => Interpolate(v, [5, 1], mode, alignCorners),
            v => Interpolate(v, 6, mode, alignCorners),
        ];
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", ["n", 2, "h", "w"], DType.Float64);
            var (fetches, sessionOptions) = (functions.SelectMany(f => Both(x, f)).ToArray(), new SessionOptions { Backend = backend });
            using var session = new Session(graph, sessionOptions);
            foreach (var (h, w) in new[] { (3, 4), (2, 7), (9, 2), (6, 6) })
            {
                var image = FunctionCheck.Numbers(1, 2, h, w);
                var known = new Graph();
                var y = known.Constant(image);
                using var other = new Session(known, sessionOptions);
                var (actual, expected) = (session.Run(fetches, (x, image)), other.Run([.. functions.SelectMany(f => Both(y, f))]));
                for (var i = 0; i < actual.Length; i++)
                {
                    Assert.Equal(expected[i].Shape, actual[i].Shape);
                    Closeness.AssertClose(actual[i], k => expected[i].At(k), ulps: 8, 1e-13, signOfZero: false, $"{backend} {h}x{w} of function {i / 2}, {(i % 2 == 0 ? "value" : "gradient")}");
                }
            }
        }

        static Value[] Both(Value v, Func<Value, Value> function)
        {
            var image = function(v);
            return [image, Gradient(Sum(image * image), v)];
        }
    }

    [Fact]
    public void Numbers_for_each_axis_are_written_as_a_tuple_or_a_list()
    {
        var (weights, graph) = (FunctionCheck.Numbers(5, 2, 3, 2), new Graph());
        Agree(v => Interpolate(v[0], [6, 5]), v => Interpolate(v[0], (6, 5)), X);
        Agree(v => Interpolate(v[0], [6]), v => Interpolate(v[0], 6), X);
        Agree(v => MaxPool2d(v[0], [2, 3], stride: [1, 2]), v => MaxPool2d(v[0], (2, 3), stride: (1, 2)), X);
        Agree(v => Conv2d(v[0], v[1], stride: [2, 1], padding: [1, 2], dilation: [1]), v => Conv2d(v[0], v[1], stride: (2, 1), padding: (1, 2)), X, weights);
        PerAxis size = [3, 4, 5];
        SpatialPadding padding = [2, 1];
        Assert.Equal("(3, 4, 5)", $"{size}");
        Assert.Equal([3, 4, 5], Listed(size.GetEnumerator()));
        Assert.Equal([2, 1], Listed(padding.GetEnumerator()));
        Assert.Empty(Listed(SpatialPadding.Same.GetEnumerator()));
        var x = graph.Placeholder("x", [1, 2, 3, 4]);
        Errors.Throws("interpolate: the size (3, 4, 5) has 3 numbers, but 'x' float32[1, 2, 3, 4] has 2 spatial axes; give one number for each, or one for all. Built at {here}.", () => Interpolate(x, [3, 4, 5]));

        static List<int> Listed(IEnumerator<int> numbers)
        {
            var list = new List<int>();
            while (numbers.MoveNext()) list.Add(numbers.Current);
            return list;
        }
    }

    [Fact]
    public void Pixels_and_channels_shuffle()
    {
        var x = FunctionCheck.Numbers(2, 8, 2, 3);
        FunctionCheck.All(v => PixelShuffle(v[0], 2), d => [.. from n in Range(2) from c in Range(2) from i in Range(4) from j in Range(6) select d[0][(((((n * 8) + (c * 4) + (i % 2 * 2) + (j % 2)) * 2) + (i / 2)) * 3) + (j / 2)]], x);
        Agree(v => PixelUnshuffle(PixelShuffle(v[0], 2), 2), v => v[0], x);
        FunctionCheck.All(v => ChannelShuffle(v[0], 4), d => [.. from n in Range(2) from c in Range(8) from k in Range(6) select d[0][(((n * 8) + (c % 4 * 2) + (c / 4)) * 6) + k]], x);
    }

    [Fact]
    public void Columns_of_windows()
    {
        Agree(
            v => MatMul(Reshape(v[1], 5, 12), Unfold2d(v[0], (3, 2), (2, 1), 1, (1, 2))),
            v => Reshape(Conv2d(v[0], v[1], null, (2, 1), 1, (1, 2)), 1, 5, -1),
            X, FunctionCheck.Numbers(5, 2, 3, 2));
        // The transpose: ⟨unfold(x), y⟩ = ⟨x, fold(y)⟩.
        Agree(
            v => Sum(v[0] * Fold2d(v[1], 3, 4, (3, 2), (2, 1), 1, (1, 2))),
            v => Sum(Unfold2d(v[0], (3, 2), (2, 1), 1, (1, 2)) * v[1]),
            X, FunctionCheck.Numbers(1, 12, 8));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var graph = new Graph();
        var (x, ids) = (graph.Placeholder("x", ["batch", 6, 4, "w"]), graph.Placeholder("ids", [1, 1, 4], DType.Int32));
        Errors.Throws("interpolate: 'x' float32[batch, 6, 4, w] has the extent w on axis 3; means of pixels need a known one. Give it, or interpolate without antialiasing. Built at {here}.", () => Interpolate(x, 2, InterpolationMode.Linear, antialias: true));
        Errors.Throws("InterpolateBy: 'x' float32[batch, 6, 4, w] has the unknown extent w, of which 1.2 times is no dim; give a known extent, a factor that is a whole number of 64ths, as 1.5, or the size with Interpolate. Built at {here}.", () => InterpolateBy(x, 1.2));
        Errors.Throws("interpolate: 'none' float32[1, 1, 0] has no pixels on axis 2; there is nothing to interpolate. Built at {here}.", () => Interpolate(graph.Placeholder("none", [1, 1, 0]), 2));
        Errors.Throws("interpolate: corners cannot be aligned where the nearest pixels of 'ids' are taken; interpolate linearly or cubically. Built at {here}.", () => Interpolate(ids, 2, alignCorners: true));
        Errors.Throws("interpolate: 'ids' int32[1, 1, 4] is not float32 or float64; cast it with Cast, or take the nearest pixels. Built at {here}.", () => Interpolate(ids, 2, InterpolationMode.Linear));
        Errors.Throws("pixel_shuffle: axis 1 of 'x' float32[batch, 6, 4, w] has extent 6, which 4 does not divide evenly. Built at {here}.", () => PixelShuffle(x, 2));
        Errors.Throws("fold2d: 'x' float32[batch, 6, 4, w] must have three axes: batch, channels times elements of a window, windows. Reshape it. Built at {here}.", () => Fold2d(x, 3, 3, 2));
    }

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);
}
