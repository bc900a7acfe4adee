using static GraphGrad.Ops;
using static GraphGrad.Tests.Functions.ConvolutionTests;

namespace GraphGrad.Tests.Functions;

public sealed class PoolingVariantTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(2, 3, 7, 6);

    [Theory]
    [InlineData(2, 2, 0, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(3, 3, 1, 2)]
    [InlineData(2, 5, 1, 1)]
    public void Windows_that_stick_out_at_the_end(int size, int stride, int padding, int dilation)
    {
        FunctionCheck.All(
            v => MaxPool2d(v[0], size, stride, padding, dilation, ceiling: true),
            x => Each(x[0], size, stride, padding, dilation, window => window.Where(e => e.Inside).Max(e => e.Value)), X);
        if (dilation > 1) return;
        FunctionCheck.All(
            v => AvgPool2d(v[0], size, stride, padding, ceiling: true, countPadding: false),
            x => Each(x[0], size, stride, padding, 1, window => window.Where(e => e.Inside).Average(e => e.Value)), X);
        FunctionCheck.All(
            v => AvgPool2d(v[0], size, stride, padding, ceiling: true),
            x => Each(x[0], size, stride, padding, 1, window => window.Sum(e => e.Value) / window.Count(e => e.Counts)), X);
    }

    [Fact]
    public void A_divisor_of_ones_own() => Agree(v => AvgPool2d(v[0], (3, 2), 2, 1, divisor: 5), v => AvgPool2d(v[0], (3, 2), 2, 1) * 1.2, X);

    [Fact]
    public void Norms_of_windows()
    {
        Agree(v => LpPool2d(v[0], 2, (3, 2), 2), v => Sqrt(AvgPool2d(Square(v[0]), (3, 2), 2) * 6), X);
        Agree(v => LpPool2d(Abs(v[0]), 3, 2), v => Pow(AvgPool2d(Pow(Abs(v[0]), 3), 2) * 4, 1.0 / 3), X);
        Agree(v => ExpandDims(LpPool1d(v[0][.., .., 0], 2, 3, 1), 2), v => LpPool2d(v[0][.., .., 0..1], 2, (1, 3), 1), X);
    }

    [Fact]
    public void Sequences_and_volumes_are_images_too()
    {
        Agree(v => ExpandDims(MaxPool1d(v[0][.., .., 0], 3, 2, 1), 2), v => MaxPool2d(v[0][.., .., 0..1], (1, 3), (1, 2), (0, 1)), X);
        Agree(v => ExpandDims(AvgPool1d(v[0][.., .., 0], 3, 2, 1, ceiling: true, countPadding: false), 2), v => AvgPool2d(v[0][.., .., 0..1], (1, 3), (1, 2), (0, 1), ceiling: true, countPadding: false), X);
        Agree(v => Squeeze(MaxPool3d(ExpandDims(v[0], 2), (1, 3, 2), (1, 2, 2)), 2), v => MaxPool2d(v[0], (3, 2), 2), X);
        Agree(v => Squeeze(AvgPool3d(ExpandDims(v[0], 2), (1, 3, 2), (1, 2, 1)), 2), v => AvgPool2d(v[0], (3, 2), (2, 1)), X);
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(7, 2)]
    [InlineData(9, 1)]
    public void Adaptive_pooling(int rows, int columns)
    {
        FunctionCheck.All(v => AdaptiveAvgPool2d(v[0], (rows, columns)), x => Parts(x[0], rows, columns, part => part.Average()), X);
        FunctionCheck.All(v => AdaptiveMaxPool2d(v[0], (rows, columns)), x => Parts(x[0], rows, columns, part => part.Max()), X);
        Agree(v => ExpandDims(AdaptiveAvgPool1d(v[0][.., .., 0], columns), 2), v => AdaptiveAvgPool2d(v[0][.., .., 0..1], (1, columns)), X);
        Agree(v => Squeeze(AdaptiveMaxPool3d(ExpandDims(v[0], 2), (1, rows, columns)), 2), v => AdaptiveMaxPool2d(v[0], (rows, columns)), X);
        Agree(v => ExpandDims(AdaptiveMaxPool1d(v[0][.., .., 0], columns), 2), v => AdaptiveMaxPool2d(v[0][.., .., 0..1], (1, columns)), X);
    }

    [Fact]
    public void Indices_lead_back_to_the_maxima()
    {
        foreach (var pooled in new Func<Value, (Value Output, Value Indices)>[]
        {
            x => MaxPool2dWithIndices(x, 2), x => MaxPool2dWithIndices(x, (3, 2), (2, 1), 1), x => MaxPool2dWithIndices(x, 2, 3, 0, 2, ceiling: true), x => AdaptiveMaxPool2dWithIndices(x, (3, 4)),
        })
        {
            FunctionCheck.Values(
                v => { var (_, indices) = pooled(v[0]); return Stack([.. Enumerable.Range(0, 6).Select(k => Gather(Reshape(v[0], [6, 42])[k], Reshape(indices, [6, -1])[k]))]); },
                _ => FunctionCheck.Elements(FunctionCheck.Run(v => pooled(v[0]).Output, [X])), X);
        }
        Agree(v => ExpandDims(MaxPool1dWithIndices(v[0][.., .., 0], 3, 2, 1).Output, 2), v => MaxPool2d(v[0][.., .., 0..1], (1, 3), (1, 2), (0, 1)), X);
        FunctionCheck.Values(v => MaxPool1dWithIndices(v[0], 3, 2, 1).Indices, _ => [1, 1, 4], new double[1, 1, 5] { { { 1, 5, 5, 2, 3 } } });
    }

    [Fact]
    public void Unpooling_puts_maxima_back() => FunctionCheck.All(
        v => { var (output, indices) = MaxPool2dWithIndices(v[0], (3, 2)); return MaxUnpool2d(output, indices, 7, 6); },
        x =>
        {
            var expected = new double[x[0].Length];
            for (var at = 0; at < expected.Length; at++)
            {
                var (plane, row, column) = (at / 42, at % 42 / 6 / 3, at % 6 / 2);
                var window = Enumerable.Range(0, 6).Select(k => x[0][(plane * 42) + ((Math.Min(row, 1) * 3) + (k / 2)) * 6 + (column * 2) + (k % 2)]);
                expected[at] = row < 2 && x[0][at] == window.Max() ? x[0][at] : 0;
            }
            return expected;
        },
        X);

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var x = new Graph().Placeholder("x", ["batch", 1, "h", 8]);
        Errors.Throws("MaxPool2d: 'x' float32[batch, 1, h, 8] has the unknown extent h; windows that stick out at the end can be counted only where it is known. Pad, and leave ceiling out. Built at {here}.", () => MaxPool2d(x, 3, ceiling: true));
        Errors.Throws("AvgPool2d: 'x' float32[batch, 1, h, 8] has the unknown extent h; elements of windows that stick out can be counted only where extents are known. Built at {here}.", () => AvgPool2d(x, 3, padding: 1, countPadding: false));
        Errors.Throws("AdaptiveMaxPool2d: 'x' float32[batch, 1, h, 8] has the unknown extent h; it can be cut into 2 parts only where it is known. Built at {here}.", () => AdaptiveMaxPool2d(x, 2));
        Errors.Throws("AvgPool2d: the divisor is 0; give another, or none to divide by the number of elements. Built at {here}.", () => AvgPool2d(x, 3, divisor: 0));
        Errors.Throws("MaxPool1d: 'x' float32[batch, 1, h, 8] must have 3 axes: batch, channels, length. Reshape it. Built at {here}.", () => MaxPool1d(x, 3));
        Errors.Throws("LpPool2d: the order 0 must be positive. Built at {here}.", () => LpPool2d(x, 0, 3));
    }

    private static double[] Each(double[] x, int size, int stride, int padding, int dilation, Func<(bool Inside, bool Counts, double Value)[], double> reduce)
    {
        var (rows, columns) = (Count(7), Count(6));
        return
        [
            .. from image in x.Chunk(42)
               from i in Enumerable.Range(0, rows)
               from j in Enumerable.Range(0, columns)
               select reduce([.. from p in Enumerable.Range(0, size)
                                 from q in Enumerable.Range(0, size)
                                 let row = (stride * i) - padding + (dilation * p)
                                 let column = (stride * j) - padding + (dilation * q)
                                 let inside = row is >= 0 and < 7 && column is >= 0 and < 6
                                 select (inside, row < 7 + padding && column < 6 + padding, inside ? image[(row * 6) + column] : 0)]),
        ];

        int Count(int extent)
        {
            var count = 0;
            // Windows that begin before the end, until one reaches it.
            for (var start = -padding; start < extent; start += stride)
            {
                count++;
                if (start + (dilation * (size - 1)) >= extent + padding - 1) break;
            }
            return count;
        }
    }

    private static double[] Parts(double[] x, int rows, int columns, Func<IEnumerable<double>, double> reduce) =>
    [
        .. from image in x.Chunk(42)
           from i in Enumerable.Range(0, rows)
           from j in Enumerable.Range(0, columns)
           select reduce(from row in Part(7, rows, i) from column in Part(6, columns, j) select image[(row * 6) + column]),
    ];

    private static IEnumerable<int> Part(int extent, int parts, int part)
    {
        var start = (int)Math.Floor((double)part * extent / parts);
        return Enumerable.Range(start, (int)Math.Ceiling((part + 1.0) * extent / parts) - start);
    }
}
