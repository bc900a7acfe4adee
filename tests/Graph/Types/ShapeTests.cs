namespace GraphGrad.Tests.Types;

public sealed class ShapeTests
{
    private static readonly Shape Images = ["batch", 28, 28];

    [Fact]
    public void Text_lists_the_extents()
    {
        Assert.Equal("[batch, 28, 28]", Images.ToString());
        Assert.Equal("[]", Shape.Scalar.ToString());
        Assert.Equal("[2, 3]", ((Shape)new[] { 2, 3 }).ToString());
    }

    [Fact]
    public void Axes_count_from_both_ends()
    {
        Assert.Equal(3, Images.Rank);
        Assert.Equal("batch", Images[0]);
        Assert.Equal(28, Images[^1]);
        Assert.Equal(["batch", 28, 28], Images.ToArray());
    }

    [Fact]
    public void Element_count_is_a_dim()
    {
        Assert.Equal(Dim.Symbol("batch") * 784, Images.ElementCount);
        Assert.Equal(1, Shape.Scalar.ElementCount);
        Assert.Equal(0, Shape.Create([3, 0]).ElementCount);
    }

    [Fact]
    public void Static_means_no_symbols()
    {
        Assert.False(Images.IsStatic);
        Assert.True(Shape.Create([2, 0]).IsStatic);
        Assert.True(Shape.Scalar.IsStatic);
    }

    [Fact]
    public void Equality_is_structural()
    {
        Shape same = [Dim.Symbol("batch"), 28, 28];
        Assert.Equal(Images, same);
        Assert.Equal(Images.GetHashCode(), same.GetHashCode());
        Assert.False(Images.Equals(["batch", 28, 27]));
        Assert.False(Images.Equals(["batch", 28]));
        Assert.False(Images.Equals((object)"[batch, 28, 28]"));
    }

    [Fact]
    public void Axes_are_replaced_and_removed_in_copies()
    {
        Assert.Equal(["batch", 5, 28], Images.With(1, 5));
        Assert.Equal([28], Images.Without(0, 2));
        Assert.Equal(["batch", 28, 28], Images);
    }

    [Fact]
    public void Evaluation_binds_the_symbols() =>
        Assert.Equal([6, 4], Shape.Create([Dim.Symbol("n") * 2, Dim.Symbol("n") + 1]).Evaluate(_ => 3));

    [Fact]
    public void Negative_extents_are_refused() => Errors.Throws(
        "Shape.Create: a shape cannot have the negative extent -1; use a symbol such as \"batch\" for an unknown extent. Built at {here}.",
        () => Shape.Create([2, -1]));

    [Fact]
    public void Extents_that_come_out_negative_are_refused() => Errors.Throws(
        "extent 'n - 3' of shape [n - 3, 2] is -1 for the shapes of this run; it must lie in 0 … 2147483647.",
        () => Shape.Create([Dim.Symbol("n") - 3, 2]).Evaluate(_ => 2));

    [Fact]
    public void Tensors_of_more_than_an_array_holds_are_refused() => Errors.Throws(
        "a tensor of shape [n, n] would have more than 2147483647 elements in this run.",
        () => Shape.Create(["n", "n"]).Evaluate(_ => 50_000));

    [Fact]
    public void An_empty_axis_makes_any_other_extent_harmless() =>
        Assert.Equal([0, 50_000, 50_000], Shape.Create([0, "n", "n"]).Evaluate(_ => 50_000));
}
