namespace GraphGrad.Tests.Functions;

/// <summary>Functions that can be undone, of several axes: back again, and determinants against those of their derivatives.</summary>
public sealed class BijectionTests
{
    private readonly Graph graph = new();

    private (string Name, Bijection Function, double[] Numbers, Shape Shape)[] Rows =>
    [
        ("independent", Bijection.Exp.Independent(2), [0.3, -0.2, 1, 0.1, 0.7, -1], [2, 3]),
        ("reshape", Bijection.Reshape([2, 3], [6]).Then(Bijection.Tanh).Then(Bijection.Reshape([6], [3, 2])), [0.3, -0.2, 1, 0.1, 0.7, -1], [2, 3]),
        ("joined", Bijection.Concat([Bijection.Exp, Bijection.Affine(graph.Constant(0.5), graph.Constant(-2.0))], [2, 1], -1).Independent(), [0.3, -0.2, 1], [3]),
        ("stack", Bijection.Stack([Bijection.Sigmoid, Bijection.Softplus.Then(Bijection.Log)], -1).Independent(), [0.3, -0.2], [2]),
        ("stack of vectors", Bijection.Stack([Bijection.Exp.Independent(), Bijection.Tanh], 0).Independent(), [0.3, -0.2, 1, 0.1, 0.7, -1], [2, 3]),
        ("between", Constraint.Between(-1, 3).Independent().Bijection, [0.3, -0.2, 1], [3]),
        ("above and below", Constraint.Concat([Constraint.Above(-1), Constraint.Below(graph.Constant(2.0)), Constraint.Real], [1, 1, 1]).Independent().Bijection, [0.3, -0.2, 1], [3]),
        ("below and above", Constraint.Stack([Constraint.Below(-1), Constraint.Above(graph.Constant(2.0)), Constraint.Between(graph.Constant(2.0), graph.Constant(2.5))]).Independent().Bijection, [0.3, -0.2, 1], [3]),
    ];

    [Fact]
    public void Comes_back_and_has_the_determinant_of_its_derivative()
    {
        foreach (var (name, function, numbers, shape) in Rows)
        {
            var x = Ops.Reshape(graph.Constant(numbers), shape);
            var y = function.Forward(x);
            var flat = graph.Constant(numbers);
            var determinant = Ops.SignedLogDeterminant(Ops.Jacobian(Ops.Flatten(function.Forward(Ops.Reshape(flat, shape))), flat)).LogAbs;
            using var session = new Session(graph);
            var results = session.Run([function.Inverse(y), function.LogDeterminant(x, y), determinant, function.Inverted().LogDeterminant(y, x)]);
            Assert.Equal(numbers, results[0].AsSpan<double>().ToArray(), (p, q) => Math.Abs(p - q) < 1e-12);
            Assert.True(Math.Abs(results[1].Item<double>() - results[2].Item<double>()) < 1e-12, $"{name}: {results[1].Item<double>()}, by the derivative {results[2].Item<double>()}");
            Assert.Equal(-results[2].Item<double>(), results[3].Item<double>(), 1e-12);
        }
    }

    /// <summary>As functions of what is below and on the diagonal.</summary>
    [Fact]
    public void Triangular_and_positive_definite_matrices_have_theirs()
    {
        var flat = graph.Constant([0.3, -0.2, 0.4, 1, 0.6, -0.5]);
        int[] places = [0, 3, 4, 6, 7, 8];
        Value Matrix(Value numbers) => Ops.Reshape(Ops.Scatter(Ops.Zeros(graph, [9], DType.Float64), graph.Constant(places), numbers), 3, 3);
        using var session = new Session(graph);
        foreach (var function in new[] { Constraint.LowerCholesky.Bijection, Constraint.PositiveDefinite.Bijection })
        {
            var x = Matrix(flat);
            var y = function.Forward(x);
            var determinant = Ops.SignedLogDeterminant(Ops.Jacobian(Ops.Gather(Ops.Flatten(y), graph.Constant(places)), flat)).LogAbs;
            var results = session.Run([function.Inverse(y) - x, function.LogDeterminant(x, y) - determinant]);
            Assert.All(results[0].AsSpan<double>().ToArray(), e => Assert.Equal(0, e, 1e-12));
            Assert.Equal(0, results[1].Item<double>(), 1e-12);
        }
    }

    /// <summary>Densities of numbers are summed over the axes that the function takes together; those of vectors already are.</summary>
    [Fact]
    public void Densities_are_summed_over_what_a_function_takes()
    {
        var x = graph.Constant(TensorData.Create<double>([.. Enumerable.Range(0, 24).Select(i => Math.Sin(i))], 2, 3, 4));
        var function = Bijection.Exp.Independent(2);
        var y = function.Forward(x);
        var expected = Ops.Sum(LogDensity.Normal(x) - x, [1, 2]);
        using var session = new Session(graph);
        var results = session.Run(
        [
            LogDensity.Transformed(y, function, v => LogDensity.Normal(v)) - expected,
            LogDensity.Transformed(y, function, v => Ops.Sum(LogDensity.Normal(v), -1)) - expected,
            LogDensity.Transformed(y, function, v => Ops.Sum(LogDensity.Normal(v), [-1, -2])) - expected,
        ]);
        Assert.All(results, r => Assert.All(r.AsSpan<double>().ToArray(), e => Assert.Equal(0, e, 1e-12)));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Errors.Throws("reshaping bijection: [2, 3] has 6 elements, [5] has 5; there must be as many. Built at {here}.", () => Bijection.Reshape([2, 3], [5]));
        Errors.Throws("independent bijection: the number of axes is -1; it must not be negative. Built at {here}.", () => Bijection.Exp.Independent(-1));
        Errors.Throws("joined functions: 1 functions have 2 lengths; give at least one function, and one length for each. Built at {here}.", () => Bijection.Concat([Bijection.Exp], [1, 2]));
        Errors.Throws("stack of functions: axis -1 must lie before the 1 last ones that one function takes, and each must give as many axes as it takes. Built at {here}.", () => Bijection.Stack([Bijection.StickBreaking], -1));
        Errors.Throws("constraint: there is nothing between 2 and 1. Built at {here}.", () => Constraint.Between(2, 1));
        var x = graph.Placeholder("x", [3]);
        Assert.Contains("'x' float32[3] must have 2 places along axis 0, before the 0 last axes.", Assert.Throws<GraphException>(() => Bijection.Stack([Bijection.Exp, Bijection.Log]).Forward(x)).Message);
        Assert.Contains("'x' float32[3] does not end with [2].", Assert.Throws<GraphException>(() => Bijection.Reshape([2], [2, 1]).Forward(x)).Message);
    }
}
