namespace GraphGrad.Tests.Types;

public sealed class TensorTextTests
{
    [Fact]
    public void Scalars_and_vectors_stand_on_one_line()
    {
        Assert.Equal("1.5", ((TensorData)1.5f).ToString());
        Assert.Equal("true", ((TensorData)true).ToString());
        Assert.Equal("[3, 2]", ((TensorData)new[] { 2.9999998f, 2.0000002f }).ToString());
        Assert.Equal("[-1, 10]", ((TensorData)new[] { -1, 10 }).ToString());
        Assert.Equal("[]", ((TensorData)Array.Empty<float>()).ToString());
        Assert.Equal("[1E-07, NaN, -Infinity]", ((TensorData)new[] { 1e-7, double.NaN, double.NegativeInfinity }).ToString());
    }

    [Fact]
    public void Matrices_have_a_line_for_each_row_and_aligned_columns()
    {
        Assert.Equal("[[ 1, 10],\n [-1,  5]]", ((TensorData)new[,] { { 1, 10 }, { -1, 5 } }).ToString());
        Assert.Equal("[[[1],\n  [2]],\n\n [[3],\n  [4]]]", ((TensorData)new[,,] { { { 1L }, { 2 } }, { { 3 }, { 4 } } }).ToString());
        Assert.Equal("[[],\n []]", ((TensorData)new float[2, 0]).ToString());
    }

    [Fact]
    public void The_middle_of_long_axes_is_left_out()
    {
        var numbers = Enumerable.Range(0, 2000).ToArray();
        Assert.Equal("[0, 1, 2, …, 1997, 1998, 1999]", ((TensorData)numbers).ToString());
        Assert.Equal("[[   0, 1000],\n [   1, 1001],\n [   2, 1002],\n …,\n [ 997, 1997],\n [ 998, 1998],\n [ 999, 1999]]", Columns().ToString());

        static TensorData Columns()
        {
            var columns = new int[1000, 2];
            for (var i = 0; i < 1000; i++) (columns[i, 0], columns[i, 1]) = (i, 1000 + i);
            return columns;
        }
    }
}
