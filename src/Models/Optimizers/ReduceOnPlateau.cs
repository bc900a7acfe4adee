using System.Globalization;

namespace GraphGrad;

/// <summary>
/// A learning rate that falls when a metric, such as the loss on data held back, has not become better for some epochs. Rate, best metric and counts are variables of the graph, so they are saved and
/// loaded with it: <c>var plateau = new ReduceOnPlateau(graph, 0.1); var step = new Adam(plateau.Rate).Minimize(loss)</c>, and <c>session.Run(plateau.Observe(metric))</c> after each epoch. As PyTorch's
/// ReduceLROnPlateau.
/// </summary>
public sealed class ReduceOnPlateau
{
    private readonly Settings settings;
    private readonly Variable[] state;

    /// <summary>A rate that falls; the defaults are PyTorch's.</summary>
    /// <param name="graph">The graph of the variables.</param>
    /// <param name="rate">The first rate.</param>
    /// <param name="factor">What the rate is multiplied by.</param>
    /// <param name="patience">How many epochs without a better metric are endured.</param>
    /// <param name="threshold">By how much a metric must be better than the best to count: as a share of it, or as a difference.</param>
    /// <param name="relativeThreshold">Whether the threshold is a share of the best metric.</param>
    /// <param name="cooldown">How many epochs after a fall are not counted.</param>
    /// <param name="floor">The rate stays above.</param>
    /// <param name="maximize">Whether larger metrics are better, as of an accuracy.</param>
    /// <param name="epsilon">A fall by no more than this is left out.</param>
    /// <param name="name">What the variables' names begin with.</param>
    /// <exception cref="GraphException">The factor is not from 0 up and below 1.</exception>
    public ReduceOnPlateau(
        Graph graph, double rate, double factor = 0.1, int patience = 10, double threshold = 1e-4, bool relativeThreshold = true, int cooldown = 0, double floor = 0, bool maximize = false, double epsilon = 1e-8,
        string name = "plateau")
    {
        if (!(factor is >= 0 and < 1))
            throw new GraphException($"ReduceOnPlateau: the factor is {factor.ToString(CultureInfo.InvariantCulture)}; it must be at least 0 and below 1. Built at {Origin.Capture()}.");
        settings = new(rate, factor, patience, threshold, relativeThreshold, cooldown, floor, maximize, epsilon);
        state = [.. settings.Start.Zip(["rate", "best", "waited", "cooling"]).Select(s => graph.Variable($"{name}/{s.Second}", s.First, trainable: false))];
    }

    /// <summary>The rate as it stands: a float64 scalar.</summary>
    public Value Rate => state[0];

    /// <summary>Takes note of the metric of an epoch when it runs; NaN is never better.</summary>
    /// <exception cref="GraphException">The metric is no scalar of a float type.</exception>
    public Node Observe(Value metric)
    {
        if (metric.Rank != 0 || !metric.DType.IsFloat())
            throw new GraphException($"Observe: the metric '{metric.Name}' {metric.DType.Text()}{metric.Shape} is no float32 or float64 scalar. Built at {metric.Node.Origin}.");
        var next = settings.Next([.. state], Ops.Cast(metric, DType.Float64));
        return Ops.Group([.. state.Zip(next).Select(s => Ops.Assign(s.First, s.Second))]);
    }

    /// <summary>The rates after each of a list of metrics, as from the first epoch on: what the settings would have made of a run. No variable changes.</summary>
    /// <exception cref="GraphException">The metrics are no vector of floats.</exception>
    public Value Rates(Value metrics)
    {
        if (metrics.Rank != 1 || !metrics.DType.IsFloat())
            throw new GraphException($"Rates: the metrics '{metrics.Name}' {metrics.DType.Text()}{metrics.Shape} are no vector of float32 or float64. Built at {metrics.Node.Origin}.");
        var (_, outputs) = Ops.Scan(
            (carries, inputs) =>
            {
                var next = settings.Next(carries, inputs[0]);
                return (next, [next[0]]);
            },
            [.. settings.Start.Select(number => metrics.Graph.Constant(number))], [Ops.Cast(metrics, DType.Float64)]);
        return outputs[0];
    }

    private sealed record Settings(double Rate, double Factor, int Patience, double Threshold, bool RelativeThreshold, int Cooldown, double Floor, bool Maximize, double Epsilon)
    {
        public double[] Start => [Rate, Maximize ? double.NegativeInfinity : double.PositiveInfinity, 0, 0];

        /// <summary>Rate, best metric, how many epochs it has been waited for a better one, and how many are still not counted.</summary>
        public Value[] Next(Value[] state, Value metric)
        {
            var (rate, best, waited, cooling) = (state[0], state[1], state[2], state[3]);
            var sign = Maximize ? 1 : -1;
            var bound = RelativeThreshold ? best * (1 + (sign * Threshold)) : best + (sign * Threshold);
            var isBetter = Maximize ? metric > bound : metric < bound;
            var isCooling = cooling > 0;
            waited = Ops.Where(isBetter | isCooling, 0, waited + 1);
            var falls = waited > Patience;
            var lower = Ops.Maximum(rate * Factor, Floor);
            return
            [
                Ops.Where(falls & (rate - lower > Epsilon), lower, rate),
                Ops.Where(isBetter, metric, best),
                Ops.Where(falls, 0, waited),
                Ops.Where(falls, Cooldown, Ops.Maximum(cooling - 1, 0)),
            ];
        }
    }
}
