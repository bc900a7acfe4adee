using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

public class JvpTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Sigmoid_moves_with_its_argument()
    {
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = 1 / (1 + Exp(-x));
        Assert.Equal(0.1049935854, AsWritten.Run(Jvp(y, x, OnesLike(x)), (x, 2.0)).At(0), 1e-9);
    }

    [Fact]
    public void Directions_of_several_values_are_added()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        var w = graph.Placeholder("w", [2], DType.Float64);
        var y = Sum(Sin(x) * w);
        var derivative = Jvp(y, (x, graph.Constant([1.0, 2.0])), (w, graph.Constant([3.0, 0.0])));
        var expected = (Math.Cos(0.5) * 2) + (2 * Math.Cos(1) * 3) + (3 * Math.Sin(0.5));
        Assert.Equal(expected, AsWritten.Run(derivative, (x, new[] { 0.5, 1 }), (w, new[] { 2.0, 3 })).At(0), 1e-12);
    }

    [Fact]
    public void Forward_and_reverse_mode_agree()
    {
        var x = graph.Placeholder("x", [3], DType.Float64);
        var t = graph.Constant([1.0, -2, 0.5]);
        var y = Log(Sum(Exp(x * x))) + Sum(Where(x > 0, Sqrt(x), 0));
        var forward = AsWritten.Run(Jvp(y, x, t), (x, new[] { -1.0, 0, 2 })).At(0);
        var reverse = AsWritten.Run(Sum(Ops.Gradient(y, x) * t), (x, new[] { -1.0, 0, 2 })).At(0);
        Assert.Equal(reverse, forward, 1e-12);
    }

    [Fact]
    public void Wrong_tangents_are_refused()
    {
        var x = graph.Placeholder("x", [2]);
        var y = graph.Placeholder("y", []);
        var line = x.Node.Origin.ToString();
        Errors.Throws($"jvp: the tangent 'y' is float32[], but 'x' (built at {line}) is float32[2]; they must be of one type and shape. Cast or broadcast the tangent. Built at {{here}}.", () => Jvp(x, x, y));
        Errors.Throws(
            $"hessian_vector_product: the vector 'y' is float32[], but 'x' (built at {line}) is float32[2]; they must be of one type and shape. Cast or broadcast the vector. Built at {{here}}.",
            () => HessianVectorProduct(Sum(x * x), x, y));
        Assert.Contains("depends on none of 'x'", Message(() => Jvp(y, x, x)), StringComparison.Ordinal);
        Assert.Contains("two tangents are given for 'x'", Message(() => Jvp(x, (x, x), (x, x))), StringComparison.Ordinal);
    }

    private static string Message(Func<object> action) => Assert.Throws<GraphException>(() => { _ = action(); }).Message;
}
