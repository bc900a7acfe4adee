namespace GraphGrad.Tests.Functions;

public sealed class OneHotTests
{
    [Fact]
    public void Marks_the_index_and_nothing_outside() => FunctionCheck.Values(
        v => Ops.OneHot(v[0], 3), _ => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], new[] { 0, 2, 3, -1 });

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Bool)]
    public void Has_the_type_asked_for(DType dtype)
    {
        var result = Ops.OneHot(new Graph().Placeholder("x", ["n", 2], DType.Int64), 5, dtype);
        Assert.Equal((dtype, "[n, 2, 5]"), (result.DType, result.Shape.ToString()));
    }

    [Fact]
    public void Refuses_floats() => Errors.Throws(
        "OneHot: the indices 'x' float32[2] are not int32 or int64; cast them with Cast. Built at {here}.",
        () => Ops.OneHot(new Graph().Placeholder("x", [2]), 3));
}
