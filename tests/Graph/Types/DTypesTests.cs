namespace GraphGrad.Tests.Types;

public sealed class DTypesTests
{
    [Theory]
    [InlineData(DType.Float32, typeof(float), "float32", 4, true, false)]
    [InlineData(DType.Float64, typeof(double), "float64", 8, true, false)]
    [InlineData(DType.Int32, typeof(int), "int32", 4, false, true)]
    [InlineData(DType.Int64, typeof(long), "int64", 8, false, true)]
    [InlineData(DType.Bool, typeof(bool), "bool", 1, false, false)]
    public void Facts(DType type, Type storage, string text, int size, bool isFloat, bool isInteger)
    {
        Assert.Equal(type, DTypes.Of(storage));
        Assert.Equal(text, type.Text());
        Assert.Equal(size, type.Size());
        Assert.Equal(isFloat, type.IsFloat());
        Assert.Equal(isInteger, type.IsInteger());
    }

    [Fact]
    public void Every_type_is_covered() => Assert.Equal(5, Enum.GetValues<DType>().Length);
}
