namespace GraphGrad.Tests.Functions;

/// <summary>Reflections in LAPACK's form: what they multiply to, and their derivatives.</summary>
public sealed class ReflectionTests
{
    private static readonly double[,] Matrix = { { 1, 2, -0.5 }, { -0.3, 1, 4 }, { 2, 0.7, 1 }, { 0.1, -2, 0.4 } };

    [Fact]
    public void Product_and_triangle_give_back_the_matrix()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [4, 3], DType.Float64);
        using var session = new Session(graph);
        var (packed, tau) = Ops.HouseholderReflections(a);
        var triangle = Ops.TriangularUpper(packed);
        var product = Ops.MatMul(Ops.HouseholderProduct(packed, tau), triangle[..3]);
        var whole = Ops.HouseholderMultiply(packed, tau, triangle);
        var back = Ops.HouseholderMultiply(packed, tau, a, transpose: true);
        AssertNear(Matrix, session.Run(product, (a, Matrix)));
        AssertNear(Matrix, session.Run(whole, (a, Matrix)));
        Assert.Equal(session.Run(triangle, (a, Matrix)).AsSpan<double>().ToArray(), session.Run(back, (a, Matrix)).AsSpan<double>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-14);
    }

    [Fact]
    public void Derivatives_agree_with_central_differences()
    {
        var graph = new Graph();
        var (a, t) = (graph.Placeholder("a", [4, 3], DType.Float64), graph.Placeholder("t", [3], DType.Float64));
        var (packed, tau) = Ops.HouseholderReflections(a);
        GradientCheck.Verify(packed, [a], (a, Matrix));
        GradientCheck.Verify(tau, [a], (a, Matrix));
        double[] factors = [0.4, 0, 1.3];
        GradientCheck.Verify(Ops.HouseholderProduct(a, t), [a, t], (a, Matrix), (t, factors));
        GradientCheck.Verify(Ops.Gradient(Ops.Sum(Ops.Square(Ops.HouseholderProduct(a, t))), t), [a, t], (a, Matrix), (t, factors));
        GradientCheck.Verify(Ops.HouseholderMultiply(a, t, Ops.SwapLast(a), left: false), [a, t], (a, Matrix), (t, factors));
    }

    [Fact]
    public void A_finished_column_is_left_as_it_is()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [3, 2], DType.Float64);
        using var session = new Session(graph);
        var (packed, tau) = Ops.HouseholderReflections(a);
        double[,] finished = { { -3, 1 }, { 0, 4 }, { 0, 0 } };
        AssertNear(finished, session.Run(packed, (a, finished)));
        Assert.Equal([0, 0], session.Run(tau, (a, finished)).AsSpan<double>().ToArray());
    }

    private static void AssertNear(double[,] expected, TensorData actual) =>
        Assert.Equal(expected.Cast<double>(), actual.AsSpan<double>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-14);
}
