using GraphGrad.Tests.Functions;

namespace GraphGrad.Tests.Models;

/// <summary>Schedules within optimizers; their formulas are compared with libtorch's in the parity tests.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void A_rate_follows_the_count_of_the_graph()
    {
        var graph = new Graph();
        var w = graph.Variable("w", 1.0);
        var count = graph.Variable("count", 0L, trainable: false);
        var step = Ops.Group(new GradientDescent(Schedules.Step(count, 1, every: 2, factor: 0.5)).Minimize(w * 1), Ops.AssignAdd(count, graph.Constant(1L)));
        using var session = new Session(graph);
        session.Run(step, times: 5);
        Assert.Equal(1 - 1 - 1 - 0.5 - 0.5 - 0.25, session.Read(w).Item<double>());
    }

    // log 3⁵ / log 3 is below 5 in float64.
    [Theory]
    [InlineData(3, 2)]
    [InlineData(1, 3)]
    public void Restarts_come_where_waves_that_grow_end(int length, int growth) => FunctionCheck.Values(
        v => Schedules.CosineRestarts(v[0], 2, length, growth),
        x => [.. x[0].Select(t =>
        {
            var (from, size) = (0.0, (double)length);
            for (; t >= from + size; size *= growth) from += size;
            return 1 + Math.Cos(Math.PI * (t - from) / size);
        })],
        Enumerable.Range(0, 150).Select(t => (double)t).ToArray());

    [Fact]
    public void Restarts_of_equal_waves_are_periodic() => FunctionCheck.Values(
        v => Schedules.CosineRestarts(v[0], 3, length: 4, floor: 1), x => [.. x[0].Select(t => 2 + Math.Cos(Math.PI * (t % 4) / 4))], Enumerable.Range(0, 20).Select(t => (double)t).ToArray());

    // The rule itself is compared with libtorch's.
    [Fact]
    public void A_plateau_lowers_the_rate_of_an_optimizer_as_its_list_of_rates_says()
    {
        var graph = new Graph();
        var w = graph.Variable("w", 0.0);
        var plateau = new ReduceOnPlateau(graph, 1, 0.5, patience: 1, cooldown: 1);
        var (metric, metrics) = (graph.Placeholder("metric", [], DType.Float64), graph.Placeholder("metrics", ["n"], DType.Float64));
        var (step, observed, rates) = (new GradientDescent(plateau.Rate).Maximize(w * 1), plateau.Observe(metric), plateau.Rates(metrics));
        using var session = new Session(graph);
        double[] seen = [3, 2, 2, 2.5, 2, 2, 2, 2, 1, 1, 1, 1];
        var expected = session.Run(rates, (metrics, seen)).AsSpan<double>().ToArray();
        Assert.Equal(1, expected[2]);
        Assert.Equal(0.5, expected[3]);
        Assert.Equal(0.125, expected[^1]);
        var sum = 0.0;
        foreach (var (rate, number) in expected.Zip(seen))
        {
            session.Run(observed, (metric, number));
            session.Run(step);
            sum += rate;
            Assert.Equal(rate, session.Run(plateau.Rate).Item<double>());
            Assert.Equal(sum, session.Read(w).Item<double>());
        }
    }

    [Fact]
    public void Maximizing_is_minimizing_the_negative()
    {
        double After(Func<Optimizer, Variable, Node> step)
        {
            var graph = new Graph();
            var w = graph.Variable("w", 0.3);
            var node = step(new Adam(0.1, weightDecay: 0.2), w);
            using var session = new Session(graph);
            session.Run(node, times: 20);
            return session.Read(w).Item<double>();
        }
        Assert.Equal(After((rule, w) => rule.Minimize(Ops.Square(w - 2), w)), After((rule, w) => rule.Maximize(-Ops.Square(w - 2), w)));
    }

    [Fact]
    public void Weight_decay_pulls_towards_zero_when_maximizing_too()
    {
        Optimizer[] rules =
        [
            new GradientDescent(0.1, 0.2), new Momentum(0.1, 0.9, 0.2), new Nesterov(0.1, 0.9, 0.2), new Asgd(0.1, weightDecay: 0.2), new RmsProp(0.1, weightDecay: 0.2), new Adadelta(1, weightDecay: 0.2),
            new Adagrad(0.1, weightDecay: 0.2), new Adam(0.1, weightDecay: 0.2), new AdamW(0.1, weightDecay: 2), new Adamax(0.1, weightDecay: 0.2), new NAdam(0.1, weightDecay: 0.2), new RAdam(0.1, weightDecay: 0.2),
        ];
        Assert.All(rules, rule =>
        {
            var graph = new Graph();
            var w = graph.Variable("w", [1.5, -1.5]);
            var step = rule.Maximize(Ops.Sum(w) * 1e-3, w);
            using var session = new Session(graph);
            session.Run(step);
            // Upwards by the objective alone, which is weaker than the decay.
            Assert.InRange(session.Read(w).At(0), -0.5, 1.499999);
            Assert.InRange(session.Read(w).At(1), -1.499999, 0.5);
        });
    }

    /// <summary>The rates of PyTorch 1.13's SWALR, from 0.1 to 0.02 in 4 epochs.</summary>
    [Fact]
    public void Annealing_ends_at_a_rate_that_stays()
    {
        var graph = new Graph();
        var epochs = Ops.Arange(graph, 7, DType.Int64);
        using var session = new Session(graph);
        Assert.Equal([0.1, 0.0882842712474619, 0.06, 0.0317157287525381, 0.02, 0.02, 0.02], session.Run(Schedules.Anneal(epochs, 0.1, 0.02, 4)).AsSpan<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([0.1, 0.08, 0.06, 0.04, 0.02, 0.02, 0.02], session.Run(Schedules.Anneal(epochs, 0.1, 0.02, 4, linear: true)).AsSpan<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        var graph = new Graph();
        var count = graph.Placeholder("count", [], DType.Int32);
        Errors.Throws("Schedules.Step: every is 0; it must be above 0. Built at {here}.", () => Schedules.Step(count, 0.1, 0));
        Errors.Throws("Schedules.OneCycle: steps is 0; it must be at least 2. Built at {here}.", () => Schedules.OneCycle(count, 0.1, 0));
        Errors.Throws("Schedules.OneCycle: rising is 0.01; it must be such that of 10 steps some rise and some fall. Built at {here}.", () => Schedules.OneCycle(count, 0.1, 10, 0.01));
        Errors.Throws("Schedules.Sequential: 1 schedules have 1 milestones; there must be one less of them. Built at {here}.", () => Schedules.Sequential(count, [t => t], [3]));
        Errors.Throws("Schedules.Sequential: a milestone is 3; it must be above 0 and the one before. Built at {here}.", () => Schedules.Sequential(count, [t => t, t => t, t => t], [3, 3]));
        Assert.StartsWith("Observe: the metric 'count' int32[] is no float32 or float64 scalar. Built at ", Assert.Throws<GraphException>(() => new ReduceOnPlateau(graph, 0.1).Observe(count)).Message);
        Assert.StartsWith("Schedules.Cosine: the count 'flag' is bool[]; it must be a number.", Assert.Throws<GraphException>(() => Schedules.Cosine(graph.Placeholder("flag", [], DType.Bool), 0.1, 10)).Message);
    }
}
