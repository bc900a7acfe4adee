namespace GraphGrad.Tests.Functions;

public sealed class LinearTests
{
    [Fact]
    public void Is_the_product_plus_the_bias() => FunctionCheck.All(
        v => Ops.Linear(v[0], v[1], v[2]),
        x => [.. from row in x[0].Chunk(4) from o in Enumerable.Range(0, 3) select x[2][o] + row.Select((e, i) => e * x[1][(i * 3) + o]).Sum()],
        FunctionCheck.Numbers(2, 5, 4), FunctionCheck.Numbers(4, 3), FunctionCheck.Numbers(3));

    [Fact]
    public void The_bias_may_be_left_out() => FunctionCheck.All(
        v => Ops.Linear(v[0], v[1]),
        x => [x[0].Zip(x[1], (a, b) => a * b).Sum()],
        FunctionCheck.Numbers(1, 4), FunctionCheck.Numbers(4, 1));
}
