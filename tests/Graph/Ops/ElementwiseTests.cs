using static GraphGrad.Ops;

namespace GraphGrad.Tests;

/// <summary>Elementwise ops beside the op table: numbers as operands, derivatives at special points, refusals.</summary>
public sealed class ElementwiseTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Numbers_take_the_type_of_the_value_beside_them()
    {
        var floats = graph.Constant([1f, 4f]);
        Assert.Equal([1f, -2f], Elements<float>(2 - floats));
        Assert.Equal([3f, 0.75f], Elements<float>(3 / floats));
        Assert.Equal([1f, 1f], Elements<float>(floats % 3));
        Assert.Equal([1f, 16f], Elements<float>(Pow(floats, 2)));
        Assert.Equal([2f, 16f], Elements<float>(Pow(2, floats)));
        Assert.Equal([false, true], Elements<bool>(floats > 1.5));
        Assert.Equal([false, true], Elements<bool>(4 <= floats));

        var integers = graph.Constant([5, -7]);
        Assert.Equal([2, -3], Elements<int>(integers / 2));
        Assert.Equal([1, -1], Elements<int>(integers % 2));
        Assert.Equal([1, 1], Elements<int>(integers & 3));
        Assert.Equal([20, -28], Elements<int>(integers << 2));
        Assert.Equal([-6, 6], Elements<int>(~integers));
        Assert.Equal([5, 3], Elements<int>(Maximum(integers, 3)));
    }

    /// <summary>Squares are summed in float32 where they keep their digits there, and in float64 elsewhere, in the same vector.</summary>
    [Fact]
    public void Lengths_keep_their_digits_whatever_the_size()
    {
        const int seed = 11;
        var random = new Random(seed);
        var (xs, ys) = (new float[20_000], new float[20_000]);
        for (var i = 0; i < xs.Length; i++)
        {
            // Mostly of ordinary size, as vectors without any other take a way of their own.
            var size = i % 64 == 0 ? Math.Pow(2, random.Next(-140, 127)) : Math.Pow(2, random.Next(-20, 20));
            (xs[i], ys[i]) = ((float)((random.NextDouble() - 0.5) * size), (float)((random.NextDouble() - 0.5) * size * Math.Pow(2, random.Next(-12, 2))));
        }
        ((xs[1], ys[1]), (xs[2], ys[2]), (xs[3], ys[3])) = ((0, 0), (float.PositiveInfinity, 1), (float.NaN, 1));
        var (x, y) = (graph.Placeholder("x", ["n"]), graph.Placeholder("y", ["n"]));
        using var session = new Session(graph);

        var found = session.Run(Hypot(x, y), (x, xs), (y, ys)).AsSpan<float>();

        Assert.Equal([0, float.PositiveInfinity, float.NaN], found[1..4].ToArray());
        for (var i = 4; i < xs.Length; i++)
        {
            var exact = Math.Sqrt(((double)xs[i] * xs[i]) + ((double)ys[i] * ys[i]));
            var unit = Math.Max((double)MathF.BitIncrement((float)exact) - (float)exact, float.Epsilon);
            Expect.True(Math.Abs(found[i] - exact) <= 1.5 * unit, $"seed {seed}: hypot({xs[i]:R}, {ys[i]:R}) = {found[i]:R}, {exact:R}");
        }
    }

    [Fact]
    public void Bools_combine()
    {
        var x = graph.Constant([0, 1, 2, 3]);
        Assert.Equal([false, true, true, false], Elements<bool>((x > 0) & (x < 3)));
        Assert.Equal([true, false, false, true], Elements<bool>(!((x > 0) & (x < 3))));
        Assert.Equal([true, false, true, true], Elements<bool>(NotEqual(x, 1) | Equal(x, 3)));
        Assert.Equal([false, true, false, false], Elements<bool>((x > 0) ^ (x > 1)));
    }

    [Fact]
    public void Equal_operands_of_an_extremum_share_the_gradient()
    {
        var (x, y) = (graph.Constant([1f, 2f, 3f]), graph.Constant([2f, 2f, 2f]));
        var gradients = Gradients(Sum(Maximum(x, y)), x, y);
        Assert.Equal([0f, 0.5f, 1f], Elements<float>(gradients[0]));
        Assert.Equal([1f, 0.5f, 0f], Elements<float>(gradients[1]));
        Assert.Equal([1f, 0.5f, 0f], Elements<float>(Gradients(Sum(Minimum(x, y)), x)[0]));
    }

    [Fact]
    public void The_gradient_of_an_absolute_value_is_0_at_0()
    {
        var x = graph.Constant([-2f, 0f, 2f]);
        Assert.Equal([-1f, 0f, 1f], Elements<float>(Gradients(Sum(Abs(x)), x)[0]));
    }

    [Fact]
    public void Powers_have_gradients_at_0()
    {
        var (x, y) = (graph.Constant([0.0, 0, 0, 2]), graph.Constant([2.0, 1, 0, 3]));
        var gradients = Gradients(Sum(Pow(x, y)), x, y);
        Assert.Equal([0, 1, 0, 12], Elements<double>(gradients[0]));
        Assert.Equal([0, 0, 0, 8 * Math.Log(2)], Elements<double>(gradients[1]));
        // A negative base has no real powers beside its whole ones, so its gradient by the exponent is no number.
        var negative = graph.Constant([-2.0]);
        Assert.Equal([12], Elements<double>(Gradients(Sum(Pow(negative, 3)), negative)[0]));
    }

    [Fact]
    public void Sigmoid_keeps_its_gradient_in_both_tails()
    {
        var x = graph.Constant([-80.0, 0, 80]);
        var gradient = Elements<double>(Gradients(Sum(Sigmoid(x)), x)[0]);
        Assert.All(new[] { Math.Exp(-80), 0.25, Math.Exp(-80) }.Zip(gradient), p => Assert.Equal(1, p.Second / p.First, 1e-12));
    }

    [Fact]
    public void Casts_carry_gradients_back_in_the_type_they_came_from()
    {
        var x = graph.Constant([1.5f, 2.5f]);
        var gradient = Gradients(Sum(Square(Cast(x, DType.Float64))), x)[0];
        Assert.Equal(DType.Float32, gradient.DType);
        Assert.Equal([3f, 5f], Elements<float>(gradient));
        Assert.Same(x, Cast(x, DType.Float32));
    }

    [Fact]
    public void The_gradient_of_steps_is_0()
    {
        var x = graph.Constant([1.5f, -2f]);
        foreach (var step in new[] { Floor(x), Ceil(x), Round(x), Trunc(x), Sign(x) })
            Assert.Equal([0f, 0f], Elements<float>(Gradients(Sum(step), x)[0]));
        Assert.Throws<GraphException>(() => Gradients(Sum(Cast(Cast(x, DType.Int32), DType.Float32)), x));
    }

    [Fact]
    public void Not_of_integers_is_bitwise()
    {
        var a = graph.Constant([1, 2], "a");
        Errors.Throws(
            "!: 'a' int32[2] is not bool; compare it with something first, or write ~ for the bitwise not of integers. Written at {here}.",
            () => !a);
    }

    [Fact]
    public void Powers_of_integers()
    {
        var a = graph.Placeholder("a", [2], DType.Int32);
        using var session = new Session(graph);
        Assert.Equal([27, -125], session.Run(Pow(a, 3), (a, new[] { 3, -5 })).AsSpan<int>().ToArray());
    }

    [Fact]
    public void Functions_of_integers()
    {
        var a = graph.Placeholder("a", [2], DType.Int64);
        Errors.Throws("exp: 'a' int64[2] is not float32 or float64; cast it with Cast. Built at {here}.", () => Exp(a));
    }

    [Fact]
    public void Shifts_of_floats()
    {
        var a = graph.Placeholder("a", [2]);
        Errors.Throws("shift_left: 'a' float32[2] is not int32 or int64; cast it with Cast. Built at {here}.", () => a << 2);
    }

    [Fact]
    public void Order_of_bools()
    {
        var (a, b) = (graph.Constant(new[] { false, false, true, true }), graph.Constant(new[] { false, true, false, true }));
        Assert.Equal([false, true, false, false], Elements<bool>(a < b));
        Assert.Equal([true, true, false, true], Elements<bool>(a <= b));
        Assert.Equal([false, false, true, false], Elements<bool>(a > b));
        Assert.Equal([true, false, true, true], Elements<bool>(a >= b));
    }

    [Fact]
    public void Comparisons_of_different_types()
    {
        var (a, b) = (graph.Placeholder("a", [2]), graph.Placeholder("b", [2], DType.Int32));
        Errors.Throws("equal: 'a' float32[2] and 'b' int32[2] differ in element type; cast one of them with Cast. Built at {here}.", () => Equal(a, b));
    }

    private static T[] Elements<T>(Value value)
        where T : unmanaged => AsWritten.Run(value).AsSpan<T>().ToArray();
}
