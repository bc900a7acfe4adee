namespace GraphGrad.Tests.Models;

/// <summary>What the training runs beside libtorch do not see of L-BFGS: its line search far from the first guess, what it moves, and what it refuses.</summary>
public sealed class LbfgsTests
{
    /// <summary>From rates that are much too small and much too large, in each iteration.</summary>
    [Theory]
    [InlineData(1e-4, Backend.Compiled)]
    [InlineData(1e-4, Backend.Interpreted)]
    [InlineData(1e4, Backend.Compiled)]
    [InlineData(1e4, Backend.Interpreted)]
    public void Searches_until_the_strong_Wolfe_conditions_hold(double rate, Backend backend)
    {
        var graph = new Graph();
        var w = graph.Variable("w", [-1.2, 1, 0.3]);
        var loss = Banana(w);
        var gradient = Ops.Gradient(loss, w);
        var step = new Lbfgs(rate, maximumIterations: 1, maximumEvaluations: 100, history: 2, strongWolfe: true).Minimize(loss);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        for (var i = 0; i < 6; i++)
        {
            var (start, before) = (session.Read(w).AsSpan<double>().ToArray(), session.Run([loss, gradient], [step]));
            var (move, after) = (session.Read(w).AsSpan<double>().ToArray().Zip(start, (b, a) => b - a).ToArray(), session.Run([loss, gradient]));
            double Along(TensorData[] at) => at[1].AsSpan<double>().ToArray().Zip(move, (a, b) => a * b).Sum();
            Assert.True(after[0].Item<double>() <= before[0].Item<double>() + (1e-4 * Along(before)) && Along(before) < 0, $"iteration {i}: the loss {after[0].Item<double>()} is not enough below {before[0].Item<double>()}");
            Assert.True(Math.Abs(Along(after)) <= -0.9 * Along(before), $"iteration {i}: the slope {Along(after)} is not enough smaller than {Along(before)}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Finds_the_minimum_in_one_call_and_stays_there(bool strongWolfe)
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var graph = new Graph();
            var w = graph.Variable("w", [-1.2, 1, 0.3]);
            var step = new Lbfgs(strongWolfe ? 1 : 0.5, maximumIterations: 30, gradientTolerance: 1e-4, changeTolerance: 0, strongWolfe: strongWolfe).Minimize(Banana(w));
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            session.Run(step, times: 10);
            var found = session.Read(w).AsSpan<double>().ToArray();
            Assert.Equal([1, 1, 1], found, (a, b) => Math.Abs(a - b) < 1e-3);
            session.Run(step, times: 3);
            Assert.Equal(found, session.Read(w).AsSpan<double>().ToArray());
        }
    }

    [Fact]
    public void Moves_variables_of_several_shapes_and_types_together()
    {
        var graph = new Graph();
        var (a, b, frozen) = (graph.Variable("a", [[1f, 2f], [3f, 4f]]), graph.Variable("b", 5.0), graph.Variable("frozen", 2.0, trainable: false));
        var distance = Ops.Cast(Ops.Sum(Ops.Square(a - 1)), DType.Float64) + Ops.Square(b + frozen);
        using var session = new Session(graph);
        session.Run(new Lbfgs(1, strongWolfe: true).Maximize(-distance), times: 2);
        Assert.Equal([1, 1, 1, 1], session.Read(a).AsSpan<float>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal(-2, session.Read(b).Item<double>(), 1e-9);
        Assert.Equal(2, session.Read(frozen).Item<double>());
    }

    /// <summary>Otherwise losses of one step could not be compared.</summary>
    [Fact]
    public void Random_numbers_are_drawn_once_for_a_step()
    {
        var graph = new Graph();
        var w = graph.Variable("w", [3.0, -2]);
        var center = Ops.RandomNormal(graph, [2], seed: 7, DType.Float64);
        using var session = new Session(graph);
        var drawn = session.Run([center], [new Lbfgs(1, maximumIterations: 40, strongWolfe: true).Minimize(Ops.Sum(Ops.Square(w - center)))])[0];
        Assert.Equal(drawn.AsSpan<double>().ToArray(), session.Read(w).AsSpan<double>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-7);
    }

    [Fact]
    public void Nan_is_seen_in_the_variables()
    {
        foreach (var strongWolfe in new[] { false, true })
        {
            var graph = new Graph();
            var w = graph.Variable("w", [-1.0]);
            using var session = new Session(graph);
            session.Run(new Lbfgs(1, strongWolfe: strongWolfe).Minimize(Ops.Sum(Ops.Sqrt(w))));
            Assert.True(double.IsNaN(session.Read(w).AsSpan<double>()[0]));
        }
    }

    [Fact]
    public void Refuses_settings_out_of_range_and_losses_without_variables()
    {
        Errors.Throws("lbfgs: the learning rate is -0.1; it must be a finite number of at least 0. Built at {here}.", () => new Lbfgs(-0.1));
        Errors.Throws("lbfgs: number of iterations is 0; it must be at least 1. Built at {here}.", () => new Lbfgs(1, 0));
        Errors.Throws("lbfgs: number of evaluations is 0; it must be at least 1. Built at {here}.", () => new Lbfgs(1, 4, 0));
        Errors.Throws("lbfgs: gradient tolerance is -1; it must be at least 0. Built at {here}.", () => new Lbfgs(1, gradientTolerance: -1));
        Errors.Throws("lbfgs: change tolerance is NaN; it must be at least 0. Built at {here}.", () => new Lbfgs(1, changeTolerance: double.NaN));
        Errors.Throws("lbfgs: history is 0; it must be at least 1. Built at {here}.", () => new Lbfgs(1, history: 0));
        Assert.StartsWith("lbfgs: the loss 'x' depends on no trainable variable.", Assert.Throws<GraphException>(() => new Lbfgs(1).Minimize(new Graph().Placeholder("x", []))).Message);
    }

    /// <summary>Rosenbrock's function of three numbers.</summary>
    private static Value Banana(Value w) => Ops.Sum((Ops.Square(w[1..] - Ops.Square(w[..2])) * 10) + Ops.Square(1 - w[..2]));
}
