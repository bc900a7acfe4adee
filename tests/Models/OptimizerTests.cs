using GraphGrad.Tests.Functions;

namespace GraphGrad.Tests.Models;

/// <summary>Each rule against the same rule written as a plain loop over numbers, in the order of PyTorch's documentation.</summary>
public sealed class OptimizerTests
{
    private const int Steps = 200;
    private static readonly double[] Start = [1.5, -0.7, 0.2];

    public static TheoryData<string> Names => [.. Rules.Keys];

    private static Dictionary<string, (Func<Optimizer> Create, Func<double, State, double, int, double> Update)> Rules { get; } = new()
    {
        ["gradient descent"] = (() => new GradientDescent(0.05), (w, _, g, _) => w - (0.05 * g)),
        ["gradient descent, decay"] = (() => new GradientDescent(0.05, weightDecay: 0.1), (w, _, g, _) => w - (0.05 * (g + (0.1 * w)))),
        ["momentum"] = (() => new Momentum(0.02), (w, s, g, _) => w - (0.02 * (s.M = (0.9 * s.M) + g))),
        ["nesterov"] = (() => new Nesterov(0.02, 0.8), (w, s, g, _) =>
        {
            s.M = (0.8 * s.M) + g;
            return w - (0.02 * (g + (0.8 * s.M)));
        }),
        ["adam"] = (() => new Adam(0.1), (w, s, g, t) => w - Adam(s, g, t, 0.1)),
        ["adam, decay"] = (() => new Adam(0.1, 0.8, 0.99, 1e-6, weightDecay: 0.2), (w, s, g, t) => w - Adam(s, g + (0.2 * w), t, 0.1, 0.8, 0.99, 1e-6)),
        ["adamw"] = (() => new AdamW(0.1, weightDecay: 0.3), (w, s, g, t) => (w * (1 - (0.1 * 0.3))) - Adam(s, g, t, 0.1)),
        ["rmsprop"] = (() => new RmsProp(0.01), (w, s, g, _) =>
        {
            s.V = (0.99 * s.V) + (0.01 * g * g);
            return w - (0.01 * g / (Math.Sqrt(s.V) + 1e-8));
        }),
        ["rmsprop, centered with momentum"] = (() => new RmsProp(0.01, 0.9, momentum: 0.5, centered: true), (w, s, g, _) =>
        {
            s.V = (0.9 * s.V) + (0.1 * g * g);
            s.M += 0.1 * (g - s.M);
            s.Buffer = (0.5 * s.Buffer) + (g / (Math.Sqrt(s.V - (s.M * s.M)) + 1e-8));
            return w - (0.01 * s.Buffer);
        }),
        ["adagrad"] = (() => new Adagrad(0.3), (w, s, g, _) =>
        {
            s.V += g * g;
            return w - (0.3 * g / (Math.Sqrt(s.V) + 1e-10));
        }),
        ["adagrad, decay"] = (() => new Adagrad(0.3, rateDecay: 0.05, start: 0.1), (w, s, g, t) =>
        {
            if (t == 1) s.V = 0.1;
            s.V += g * g;
            return w - (0.3 / (1 + ((t - 1) * 0.05)) * g / (Math.Sqrt(s.V) + 1e-10));
        }),
        ["momentum, dampened"] = (() => new Momentum(0.05, 0.8, dampening: 0.3), (w, s, g, t) => w - (0.05 * (s.M = t == 1 ? g : (0.8 * s.M) + (0.7 * g)))),
        ["adam, amsgrad"] = (() => new Adam(0.1, 0.8, 0.9, amsgrad: true), (w, s, g, t) =>
        {
            s.M = (0.8 * s.M) + (0.2 * g);
            s.V = (0.9 * s.V) + (0.1 * g * g);
            s.Buffer = Math.Max(s.Buffer, s.V);
            return w - (0.1 * (s.M / (1 - Math.Pow(0.8, t))) / (Math.Sqrt(s.Buffer / (1 - Math.Pow(0.9, t))) + 1e-8));
        }),
        ["adadelta"] = (() => new Adadelta(1), (w, s, g, _) =>
        {
            s.V = (0.9 * s.V) + (0.1 * g * g);
            var move = Math.Sqrt(s.Buffer + 1e-6) / Math.Sqrt(s.V + 1e-6) * g;
            s.Buffer = (0.9 * s.Buffer) + (0.1 * move * move);
            return w - move;
        }),
        ["adamax"] = (() => new Adamax(0.1), (w, s, g, t) =>
        {
            s.M = (0.9 * s.M) + (0.1 * g);
            s.V = Math.Max(0.999 * s.V, Math.Abs(g) + 1e-8);
            return w - (0.1 / (1 - Math.Pow(0.9, t)) * s.M / s.V);
        }),
        ["nadam"] = (() => new NAdam(0.1), (w, s, g, t) =>
        {
            double Mu(int n) => 0.9 * (1 - (0.5 * Math.Pow(0.96, n * 0.004)));
            s.Buffer = (t == 1 ? 1 : s.Buffer) * Mu(t);
            s.M = (0.9 * s.M) + (0.1 * g);
            s.V = (0.999 * s.V) + (0.001 * g * g);
            var scale = Math.Sqrt(s.V / (1 - Math.Pow(0.999, t))) + 1e-8;
            return w - (0.1 * (1 - Mu(t)) / (1 - s.Buffer) * g / scale) - (0.1 * Mu(t + 1) / (1 - (s.Buffer * Mu(t + 1))) * s.M / scale);
        }),
        ["radam"] = (() => new RAdam(0.1, 0.9, 0.99), (w, s, g, t) =>
        {
            s.M = (0.9 * s.M) + (0.1 * g);
            s.V = (0.99 * s.V) + (0.01 * g * g);
            var (power, limit) = (Math.Pow(0.99, t), 199.0);
            var length = limit - (2 * t * power / (1 - power));
            var mean = s.M / (1 - Math.Pow(0.9, t));
            if (length <= 5) return w - (0.1 * mean);
            var rectified = Math.Sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length));
            return w - (0.1 * mean * rectified * Math.Sqrt(1 - power) / (Math.Sqrt(s.V) + 1e-8));
        }),
        ["asgd"] = (() => new Asgd(0.1, lambda: 0.01), (w, s, g, t) =>
        {
            var rate = 0.1 / Math.Pow(1 + (0.01 * 0.1 * (t - 1)), 0.75);
            return (w * (1 - (0.01 * rate))) - (rate * g);
        }),
        ["rprop"] = (() => new Rprop(0.01), (w, s, g, t) =>
        {
            var turn = g * s.M;
            s.V = Math.Clamp((t == 1 ? 0.01 : s.V) * (turn > 0 ? 1.2 : turn < 0 ? 0.5 : 1), 1e-6, 50);
            s.M = turn < 0 ? 0 : g;
            return w - (Math.Sign(s.M) * s.V);
        }),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Follows_its_rule(string name)
    {
        var (create, update) = Rules[name];
        var (expected, states) = (Start.ToArray(), Start.Select(_ => new State()).ToArray());
        for (var step = 1; step <= Steps; step++)
        {
            for (var i = 0; i < expected.Length; i++)
                expected[i] = update(expected[i], states[i], Slope(expected[i], i), step);
        }
        foreach (var backend in Enum.GetValues<Backend>())
        {
            foreach (var dtype in new[] { DType.Float64, DType.Float32 })
            {
                var graph = new Graph();
                var w = graph.Variable("w", Ops.Cast(graph.Constant(Start), dtype));
                var node = create().Minimize(Loss(w));
                using var session = new Session(graph, new SessionOptions { Backend = backend });
                session.Run(node, times: Steps);
                var actual = FunctionCheck.Elements(session.Read(w));
                // A variance by subtraction has few digits left in float32.
                var tolerance = dtype == DType.Float64 ? 1e-12 : name.Contains("centered") ? 0.05 : 2e-5;
                Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= tolerance);
            }
        }
    }

    /// <summary>At a single number rows and columns are the number, and the rule that of vectors: one of them checks the other.</summary>
    [Fact]
    public void Adafactor_keeps_means_of_rows_and_columns_of_matrices_only()
    {
        var graph = new Graph();
        var (matrix, vector) = (graph.Variable("matrix", [[1.5]]), graph.Variable("vector", [1.5]));
        var step = new Adafactor(0.1).Minimize(Ops.Sum(Ops.Square(matrix - 3)) + Ops.Sum(Ops.Square(vector - 3)));
        Assert.Equal(["adafactor_step", "matrix/adafactor_columns", "matrix/adafactor_rows", "vector/adafactor_v"], graph.Variables.Where(v => !v.Trainable).Select(v => v.Name).Order());
        using var session = new Session(graph);
        session.Run(step, times: 50);
        Assert.Equal(session.Read(vector).At(0), session.Read(matrix).AsSpan<double>()[0], 1e-13);
        Assert.InRange(session.Read(vector).At(0), 2.5, 3.5);
    }

    [Fact]
    public void The_average_of_asgd_starts_late()
    {
        var graph = new Graph();
        var w = graph.Variable("w", [8.0]);
        var step = new Asgd(0.5, lambda: 0, averageFrom: 1).Minimize(Ops.Sum(Ops.Square(w)) / 2);
        using var session = new Session(graph);
        // w: 4, 2, 1, 0.5. The average follows up to the third step, and takes one half of the fourth.
        session.Run(step, times: 4);
        var average = graph.Variables.Single(v => v.Name == "w/asgd_average");
        Assert.Equal([0.75], session.Read(average).AsSpan<double>().ToArray());
    }

    [Fact]
    public void The_learning_rate_may_be_fed_or_computed()
    {
        var graph = new Graph();
        var rate = graph.Placeholder("rate", []);
        var w = graph.Variable("w", [1.0]);
        var step = new GradientDescent(rate).Minimize(Ops.Sum(w * 3));
        using var session = new Session(graph);
        session.Run(step, (rate, 0.5f));
        session.Run(step, (rate, 0.25f));
        Assert.Equal([1 - 1.5 - 0.75], session.Read(w).AsSpan<double>().ToArray());
    }

    [Fact]
    public void Moves_all_trainable_variables_that_the_loss_depends_on_and_no_others()
    {
        var graph = new Graph();
        var (a, b) = (graph.Variable("a", 1f), graph.Variable("b", 1f));
        var (frozen, unused) = (graph.Variable("frozen", 1f, trainable: false), graph.Variable("unused", 1f));
        var step = new GradientDescent(0.5).Minimize(a * 2 + b + frozen);
        using var session = new Session(graph);
        session.Run(step);
        Assert.Equal([0f, 0.5f, 1f, 1f], new[] { a, b, frozen, unused }.Select(v => session.Read(v).Item<float>()));
    }

    [Fact]
    public void Moves_only_the_variables_given()
    {
        var graph = new Graph();
        var (a, b) = (graph.Variable("a", 1f), graph.Variable("b", 1f));
        var step = new GradientDescent(0.5).Minimize(a * 2 + b, b);
        using var session = new Session(graph);
        session.Run(step);
        Assert.Equal([1f, 0.5f], new[] { a, b }.Select(v => session.Read(v).Item<float>()));
    }

    [Fact]
    public void State_is_named_after_the_variable_and_not_trainable()
    {
        var graph = new Graph();
        var w = graph.Variable("layer/w", [1f, 2f]);
        new Adam(0.1).Minimize(Ops.Sum(Ops.Square(w)));
        var state = graph.Variables.Where(v => v != w).ToArray();
        Assert.Equal(["adam_step", "layer/w/adam_m", "layer/w/adam_v"], state.Select(v => v.Name).Order());
        Assert.All(state, v => Assert.False(v.Trainable));
    }

    [Fact]
    public void Refuses_a_loss_without_variables() => Assert.StartsWith(
        "gradient_descent: the loss 'x' depends on no trainable variable. Make it of what graph.Variable returns, without trainable: false, or differentiate by something else with Gradients. Built at OptimizerTests.cs:",
        Assert.Throws<GraphException>(() => new GradientDescent(0.1).Minimize(new Graph().Placeholder("x", []))).Message);

    [Fact]
    public void Refuses_gradients_of_another_shape() => Assert.StartsWith(
        "momentum: the gradient 'g' is float32[3], its variable 'w' float32[2]; they must be of one type and shape. Built at OptimizerTests.cs:",
        Assert.Throws<GraphException>(() =>
        {
            var graph = new Graph();
            return new Momentum(0.1).Apply([graph.Placeholder("g", [3])], [graph.Variable("w", [1f, 2f])]);
        }).Message);

    [Fact]
    public void Refuses_settings_out_of_range()
    {
        Errors.Throws("adam: the learning rate is -1; it must be a finite number of at least 0. Built at {here}.", () => new Adam(-1.0));
        Errors.Throws("momentum: the learning rate is NaN; it must be a finite number of at least 0. Built at {here}.", () => new Momentum(float.NaN));
        Errors.Throws("adam: beta2 is 1; it must be at least 0 and below 1. Built at {here}.", () => new Adam(0.1, beta2: 1));
        Errors.Throws("adadelta: rho is 1.5; it must be between 0 and 1. Built at {here}.", () => new Adadelta(1, rho: 1.5));
        Errors.Throws("rprop: increase is 1; it must be above 1. Built at {here}.", () => new Rprop(0.1, increase: 1));
        Errors.Throws("adafactor: clip is 0.5; it must be at least 1. Built at {here}.", () => new Adafactor(0.1, clip: 0.5));
        Errors.Throws("adafactor: decay power is 1; it must be at most 0. Built at {here}.", () => new Adafactor(0.1, decayPower: 1));
        Errors.Throws("muon: number of polynomial steps is 100; it must be at least 0 and below 100. Built at {here}.", () => new Muon(0.1, polynomialSteps: 100));
        Assert.StartsWith("muon: 'w' float32[2] is no matrix; move vectors,", Assert.Throws<GraphException>(() => new Muon(0.1).Minimize(Ops.Sum(new Graph().Variable("w", [1f, 2f])))).Message);
        Errors.Throws("momentum: dampening is 2; it must be between 0 and 1. Built at {here}.", () => new Momentum(0.1, dampening: 2));
        Assert.StartsWith(
            "adam: the learning rate 'rate' is float32[2]; it must be a float32 or float64 scalar. Built at OptimizerTests.cs:",
            Assert.Throws<GraphException>(() => new Adam(new Graph().Placeholder("rate", [2]))).Message);
    }

    /// <summary>Σ (w - c)² + w⁴ / 4: convex, with another curvature for each number.</summary>
    private static Value Loss(Value w)
    {
        var centers = Ops.Cast(w.Graph.Constant([0.0, 1, 2]), w.DType);
        return Ops.Sum(Ops.Square(w - centers) + Ops.Square(Ops.Square(w)) * 0.25);
    }

    private static double Slope(double w, int center) => (2 * (w - center)) + (w * w * w);

    private static double Adam(State s, double g, int t, double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        s.M = (beta1 * s.M) + ((1 - beta1) * g);
        s.V = (beta2 * s.V) + ((1 - beta2) * g * g);
        var (mean, square) = (s.M / (1 - Math.Pow(beta1, t)), s.V / (1 - Math.Pow(beta2, t)));
        return rate * mean / (Math.Sqrt(square) + epsilon);
    }

    private sealed class State
    {
        public double M { get; set; }

        public double V { get; set; }

        public double Buffer { get; set; }
    }
}
