using System.Buffers;
using System.Numerics.Tensors;

namespace GraphGrad.Tests.Types;

public sealed class TensorDataTests
{
    [Fact]
    public void Numbers_are_scalars_of_their_type()
    {
        TensorData[] numbers = [1f, 2.0, 3, 4L, true];
        Assert.Equal([DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.Bool], numbers.Select(n => n.DType));
        Assert.All(numbers, n => Assert.Equal(Shape.Scalar, n.Shape));
        Assert.Equal([1, 2, 3, 4, 1], numbers.Select(n => n.At(0)));
    }

    [Fact]
    public void Arrays_of_any_rank_are_copied_row_by_row()
    {
        var source = new[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        TensorData data = source;
        source[0, 0] = 9;
        Assert.Equal([2, 3], data.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], data.AsSpan<int>());
        Assert.Equal([2, 1, 2], TensorData.FromArray(new[,,] { { { 1.0, 2 } }, { { 3, 4 } } }).Shape);
        Assert.Equal([false, true], TensorData.FromArray(new[] { false, true }).AsSpan<bool>());
    }

    [Fact]
    public void The_tensors_of_several_fetches_are_not_one() =>
        Errors.Throws(
            "an array of 2 tensors is not one tensor: it is what a run of several fetches returns. Take one of them, or fetch a single value. Built at {here}.",
            () => (TensorData)new TensorData[] { 1f, 2f });

    [Fact]
    public void Arrays_of_arrays_are_rows()
    {
        var data = TensorData.FromArray(new float[][][] { [[1], [2]], [[3], [4]], [[5], [6]] });
        Assert.Equal([3, 2, 1], data.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], data.AsSpan<float>());
    }

    [Fact]
    public void Empty_arrays_keep_their_extents()
    {
        TensorData data = new float[0, 3];
        Assert.Equal([0, 3], data.Shape);
        Assert.Equal(0, data.Count);
        Assert.Equal("[]", data.ToString());
        Assert.Equal(data, TensorData.Create<float>([], 0, 3));
    }

    [Fact]
    public void Tensors_come_and_go()
    {
        var tensor = Tensor.Create([1f, 2f, 3f, 4f, 5f, 6f], [2, 3]);
        TensorData data = tensor;
        Assert.Equal([2, 3], data.Shape);
        var back = data.ToTensor<float>();
        Assert.Equal(6f, back[1, 2]);
        TensorData slice = tensor[NRange.All, new NRange(1, 3)];
        Assert.Equal([2f, 3f, 5f, 6f], slice.AsSpan<float>());
    }

    [Fact]
    public void Equality_is_bitwise()
    {
        Assert.Equal(TensorData.FromArray(new[] { float.NaN }), TensorData.FromArray(new[] { float.NaN }));
        Assert.NotEqual(TensorData.FromArray(new[] { 0f }), TensorData.FromArray(new[] { -0f }));
        Assert.NotEqual(TensorData.FromArray(new[] { 1f, 2f }), TensorData.FromArray(new[,] { { 1f, 2f } }));
        Assert.NotEqual((TensorData)0, (TensorData)0f);
        Assert.Equal(TensorData.FromArray(new[] { 1, 2 }).GetHashCode(), TensorData.FromArray(new[] { 1, 2 }).GetHashCode());
    }

    [Fact]
    public void Text_shows_the_elements()
    {
        Assert.Equal("1.5", ((TensorData)1.5f).ToString());
        Assert.Equal("[true, false]", TensorData.FromArray(new[] { true, false }).ToString());
        Assert.Equal("[0, 1, 2, 3, 4, 5, 6, 7, 8]", TensorData.FromArray(Enumerable.Range(0, 9).ToArray()).ToString());
    }

    [Theory]
    [InlineData(DType.Float32, 2.5, 2.5)]
    [InlineData(DType.Float64, 2.5, 2.5)]
    [InlineData(DType.Int32, -2.5, -2)]
    [InlineData(DType.Int64, 7, 7)]
    [InlineData(DType.Bool, 3, 1)]
    public void Filled_holds_one_number_everywhere(DType type, double number, double stored)
    {
        var data = TensorData.Filled(type, number, 2, 2);
        Assert.Equal(new TensorType(type, [2, 2]), data.Type);
        Assert.True(data.TryUniform(out var uniform));
        Assert.Equal(stored, uniform);
    }

    [Fact]
    public void Uniform_is_bitwise_and_exact()
    {
        Assert.False(TensorData.FromArray(new[] { 0f, -0f }).TryUniform(out _));
        Assert.True(TensorData.FromArray(new[] { float.NaN, float.NaN }).TryUniform(out _));
        Assert.False(((TensorData)((1L << 53) + 2)).TryUniform(out _));
        Assert.False(TensorData.Create<float>([], 0).TryUniform(out _));
    }

    [Fact]
    public void Item_is_the_only_element()
    {
        Assert.Equal(4f, TensorData.FromArray(new[,] { { 4f } }).Item<float>());
        Errors.Throws("Item needs exactly one element; the data has shape [2]; read it by AsSpan, or fetch one element. Read at {here}.", () => TensorData.FromArray(new[] { 1, 2 }).Item<int>());
    }

    [Fact]
    public void Reading_another_type_is_refused() => Errors.Throws(
        "the data is float32, not float64; read it as its own type. Read at {here}.", () => ((TensorData)1f).AsSpan<double>().Length);

    [Fact]
    public void Elements_must_fill_the_shape() => Errors.Throws(
        "3 elements do not fill the shape [2, 2], which holds 4. Built at {here}.", () => TensorData.Create([1f, 2f, 3f], 2, 2));

    [Fact]
    public void Rows_of_different_length_are_refused() => Errors.Throws(
        "inner arrays must have equal lengths; the first has shape [2], another [1]. Built at {here}.",
        () => TensorData.FromArray(new float[][] { [1, 2], [3] }));

    [Fact]
    public void An_empty_array_of_arrays_is_refused() => Errors.Throws(
        "an empty array of arrays has no inner extent; use a rectangular array such as new float[0, 3]. Built at {here}.",
        () => TensorData.FromArray(Array.Empty<float[]>()));

    [Theory]
    [InlineData(typeof(byte), "Byte")]
    [InlineData(typeof(decimal), "Decimal")]
    [InlineData(typeof(string), "String")]
    public void Other_element_types_are_refused(Type type, string name) => Errors.Throws(
        $"'{name}' is not an element type; use float, double, int, long or bool.",
        () => TensorData.FromArray(Array.CreateInstance(type, 2)));
}
