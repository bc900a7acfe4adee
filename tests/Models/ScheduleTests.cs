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

    [Fact]
    public void Mistakes_are_named()
    {
        var graph = new Graph();
        var count = graph.Placeholder("count", [], DType.Int32);
        Errors.Throws("step schedule: every is 0; it must be above 0. Built at {here}.", () => Schedules.Step(count, 0.1, 0));
        Errors.Throws("one-cycle schedule: rising is 0.01; it must be such that of 10 steps some rise and some fall. Built at {here}.", () => Schedules.OneCycle(count, 0.1, 10, 0.01));
        Assert.StartsWith("cosine schedule: the count 'flag' is bool[]; it must be a number.", Assert.Throws<GraphException>(() => Schedules.Cosine(graph.Placeholder("flag", [], DType.Bool), 0.1, 10)).Message);
    }
}
