namespace GraphGrad.Tests.Functions;

public sealed class PoolingTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(2, 3, 7, 6);

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(2, 3, 1)]
    public void Max_pooling(int size, int stride, int padding) => FunctionCheck.All(
        v => Ops.MaxPool2d(v[0], size, stride, padding),
        x => [.. Windows(x[0], size, stride, padding).Select(window => window.Where(e => e is not null).Max()!.Value)],
        X);

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 0)]
    public void Average_pooling(int size, int stride, int padding) => FunctionCheck.All(
        v => Ops.AvgPool2d(v[0], size, stride, padding),
        x => [.. Windows(x[0], size, stride, padding).Select(window => window.Sum(e => e ?? 0) / (size * size))],
        X);

    [Fact]
    public void The_gradient_goes_to_the_first_of_equal_maxima()
    {
        TensorData ties = new float[1, 1, 2, 6] { { { { 1, 2, 5, 5, 0, 0 }, { 2, 2, 5, 5, 0, 0 } } } };
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var gradient = FunctionCheck.Gradient(v => Ops.MaxPool2d(v[0], 2), [ties], backend).AsSpan<float>().ToArray();
            Assert.Equal([0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0], gradient);
        }
    }

    [Fact]
    public void A_window_that_holds_NaN_gives_NaN()
    {
        TensorData x = new float[1, 1, 2, 2] { { { { 1, float.NaN }, { 2, 3 } } } };
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.True(float.IsNaN(FunctionCheck.Run(v => Ops.MaxPool2d(v[0], 2), [x], backend).Item<float>()));
    }

    [Fact]
    public void Refuses_padding_that_windows_can_miss_the_image_by() => Errors.Throws(
        "MaxPool2d: padding 2 is more than half of the window size 3; windows would lie outside the image. Built at {here}.",
        () => Ops.MaxPool2d(new Graph().Placeholder("x", ["batch", 1, 8, 8]), 3, padding: 2));

    /// <summary>The windows of images [2, 3, 7, 6], null outside them.</summary>
    private static IEnumerable<double?[]> Windows(double[] x, int size, int stride, int padding)
    {
        const int height = 7, width = 6;
        var (rows, columns) = (((height + (2 * padding) - size) / stride) + 1, ((width + (2 * padding) - size) / stride) + 1);
        foreach (var image in x.Chunk(height * width))
        {
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    yield return [.. from p in Enumerable.Range((stride * i) - padding, size)
                                     from q in Enumerable.Range((stride * j) - padding, size)
                                     select p is >= 0 and < height && q is >= 0 and < width ? image[(p * width) + q] : (double?)null];
                }
            }
        }
    }
}
