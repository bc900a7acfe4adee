using static GraphGrad.Ops;

namespace GraphGrad.Tests;

/// <summary>What is composed of reductions, their edges and their refusals.</summary>
public sealed class ReductionTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Axes_disappear_or_stay_as_1()
    {
        var x = graph.Placeholder("x", ["batch", 3, 4]);
        Assert.Equal([], Sum(x).Shape);
        Assert.Equal([1, 1, 1], Sum(x, keepDims: true).Shape);
        Assert.Equal(["batch", 3], Max(x, -1).Shape);
        Assert.Equal(["batch", 3, 1], Min(x, -1, keepDims: true).Shape);
        Assert.Equal([4], Prod(x, [0, 1]).Shape);
        Assert.Equal([1, 1, 4], Mean(x, [0, 1], keepDims: true).Shape);
    }

    [Fact]
    public void A_mean_over_a_symbol_divides_by_what_the_run_has()
    {
        var x = graph.Placeholder("x", ["batch", 2]);
        TensorData data = new float[,] { { 1, 2 }, { 3, 5 }, { 5, 8 } };
        Assert.Equal([3f, 5f], AsWritten.Run(Mean(x, 0), (x, data)).AsSpan<float>().ToArray());
        Assert.Equal(4f, AsWritten.Run(Mean(x), (x, data)).Item<float>());
        Assert.True(float.IsNaN(AsWritten.Run(Mean(x), (x, new float[0, 2])).Item<float>()));
    }

    [Fact]
    public void Any_and_all()
    {
        var x = graph.Constant([[true, false], [false, false]]);
        Assert.True(AsWritten.Run(Any(x)).Item<bool>());
        Assert.False(AsWritten.Run(All(x)).Item<bool>());
        Assert.Equal([true, false], AsWritten.Run(Any(x, 1)).AsSpan<bool>().ToArray());
        Assert.Equal([true, false], AsWritten.Run(All(Not(x[AxisIndex.Slice(step: -1)]), 1)).AsSpan<bool>().ToArray());
        var empty = graph.Constant(new bool[0]);
        Assert.False(AsWritten.Run(Any(empty)).Item<bool>());
        Assert.True(AsWritten.Run(All(empty)).Item<bool>());
    }

    [Fact]
    public void The_first_extremum_wins_and_NaN_before_all()
    {
        var x = graph.Constant([[1f, 3f, 3f], [2f, float.NaN, float.PositiveInfinity]]);
        Assert.Equal([1L, 1L], AsWritten.Run(ArgMax(x)).AsSpan<long>().ToArray());
        Assert.Equal([0L, 1L], AsWritten.Run(ArgMin(x, 1)).AsSpan<long>().ToArray());
        var integers = graph.Constant([[4, -1], [4, -2]]);
        Assert.Equal([0L, 0L], AsWritten.Run(ArgMax(integers, 0)).AsSpan<long>().ToArray());
        Assert.Equal([2, 1], AsWritten.Run(ArgMin(integers, 1, keepDims: true)).Extents.ToArray());
    }

    [Fact]
    public void Equal_extrema_share_the_gradient()
    {
        var x = graph.Placeholder("x", [4]);
        TensorData data = new[] { 2f, 5f, 5f, 1f };
        Assert.Equal([0f, 0.5f, 0.5f, 0f], AsWritten.Run(Gradient(Max(x), x), (x, data)).AsSpan<float>().ToArray());
        Assert.Equal([0f, 0f, 0f, 1f], AsWritten.Run(Gradient(Min(x), x), (x, data)).AsSpan<float>().ToArray());
    }

    [Fact]
    public void Sums_of_many_elements_lose_few_digits()
    {
        // A running sum of 2^22 times 0.1f is off by more than a hundredth.
        const int Count = 1 << 22;
        var x = graph.Placeholder("x", ["n", "m"]);
        var tenth = new float[Count];
        Array.Fill(tenth, 0.1f);
        var exact = Count * (double)0.1f;
        Assert.Equal(exact, AsWritten.Run(Sum(x), (x, TensorData.Create<float>(tenth, Count, 1))).Item<float>(), exact * 1e-6);
        var columns = AsWritten.Run(Sum(x, 0), (x, TensorData.Create<float>(tenth, Count / 4, 4)));
        for (var i = 0; i < 4; i++) Assert.Equal(exact / 4, columns.At(i), exact * 1e-6);
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var flags = graph.Placeholder("flags", [2], DType.Bool);
        var numbers = graph.Placeholder("numbers", [2], DType.Int32);
        var scalar = graph.Placeholder("scalar", []);
        Errors.Throws("sum: 'x' float32[2, 3] has no axis 2; axes are 0 … 1, or -2 … -1 counted from the end. Built at {here}.", () => Sum(x, 2));
        Errors.Throws("max: axis 0 of 'x' float32[2, 3] is named twice; name each axis once. Built at {here}.", () => Max(x, [0, -2]));
        Errors.Throws("mean: 'numbers' int32[2] is not float32 or float64; cast it with Cast. Built at {here}.", () => Mean(numbers));
        Errors.Throws("argmax: 'scalar' float32[] is a scalar, it has no axis 1. Built at {here}.", () => ArgMax(scalar, 1));
        Errors.Throws(
            "argmin: axis 1 of 'empty' float32[2, 0] has no elements, so none of them is the extremum. Built at {here}.",
            () => ArgMin(graph.Placeholder("empty", [2, 0])));
        var none = graph.Placeholder("none", [2, 0], DType.Int64);
        const string cure = "has no elements there, so none of them is the extremum; slice or pad so that there is one, or cast it to a float type, whose extremum is infinite.";
        Errors.Throws($"max: 'none' int64[2, 0] {cure} Built at {{here}}.", () => Max(none));
        Errors.Throws($"min: 'none' int64[2, 0] {cure} Built at {{here}}.", () => Min(none, [0, 1]));
        Errors.Throws($"min: 'none' int64[2, 0] {cure} Built at {{here}}.", () => Min(none, -1));
        Assert.Equal("int64[0]", Max(none, 0).Type.ToString());
        Assert.Equal("float32[2]", Max(Cast(none, DType.Float32), 1).Type.ToString());
    }
}
