using static GraphGrad.Ops;

namespace GraphGrad.Tests.Loops;

/// <summary>What keeps a function for its derivative, in the body of a loop: the body is a graph of its own.</summary>
public sealed class EquationsInLoopsTests
{
    private readonly Graph graph = new();

    [Fact]
    public void A_checkpoint_in_a_scan()
    {
        var w = graph.Placeholder("w", [3, 3], DType.Float64);
        var x = graph.Placeholder("x", ["n", 4, 3], DType.Float64);
        Value One(Value row, bool keeps) => Scan(
            (h, part) =>
            {
                Value Layer(Value[] v) => Tanh(MatMul(v[0], w) + (v[1] * 0.5));
                var next = keeps ? Layer([h, part]) : Checkpoint(Layer, h, part);
                return (next, next);
            },
            Zeros(graph, [3], DType.Float64), row).Carry;
        Same(Sum(Square(Vectorize(row => One(row, keeps: false), x))), Sum(Square(Vectorize(row => One(row, keeps: true), x))), w, (w, LoopRuns.Data(1, 3, 3)), (x, LoopRuns.Data(2, 2, 4, 3)));
    }

    [Fact]
    public void An_implicit_step_of_Euler_is_the_explicit_solution_of_a_linear_equation()
    {
        var rate = graph.Placeholder("rate", [], DType.Float64);
        var start = graph.Placeholder("start", [2], DType.Float64);
        var byRoot = Scan(
            y =>
            {
                var next = Root(z => z - y + (0.1 * rate * z), y);
                return (next, next);
            },
            start, length: 4).Carry;
        var byFixedPoint = Scan(
            y =>
            {
                var next = FixedPoint(z => y - (0.1 * rate * z), y);
                return (next, next);
            },
            start, length: 4).Carry;
        var exactly = start / Pow(1 + (0.1 * rate), 4.0);
        Same(Sum(Square(byRoot)), Sum(Square(exactly)), rate, (rate, 1.3), (start, LoopRuns.Data(3, 2)));
        Same(Sum(Square(byFixedPoint)), Sum(Square(exactly)), rate, (rate, 1.3), (start, LoopRuns.Data(3, 2)));
    }

    /// <summary>What the function reads need not be a float, and a part of it may be the same in all iterations.</summary>
    [Fact]
    public void A_fixed_point_that_reads_a_condition_in_a_scan_of_each_example()
    {
        var k = graph.Placeholder("k", [], DType.Float64);
        var flag = graph.Placeholder("flag", [], DType.Bool);
        var x = graph.Placeholder("x", ["n", 3], DType.Float64);
        Value One(Value row) => Scan(
            (h, part) =>
            {
                var next = FixedPoint(z => (0.4 * k * z) + (0.3 * h) + Where(flag, part, -part), h);
                return (next, next);
            },
            Sum(row), row).Carry;
        Value Exactly(Value row) => Scan(
            (h, part) =>
            {
                var next = ((0.3 * h) + Where(flag, part, -part)) / (1 - (0.4 * k));
                return (next, next);
            },
            Sum(row), row).Carry;
        Same(Sum(Square(Vectorize(One, x))), Sum(Square(Vectorize(Exactly, x))), k, (k, 0.9), (flag, false), (x, LoopRuns.Data(4, 2, 3)));
    }

    /// <summary>Value, both modes and second derivative.</summary>
    private static void Same(Value one, Value other, Value wrt, params (Value, TensorData)[] feeds)
    {
        Value[] All(Value y) => [y, Ops.Gradient(y, wrt), Jvp(y, wrt, OnesLike(wrt)), Ops.Gradient(Sum(Ops.Gradient(y, wrt)), wrt)];
        var results = LoopRuns.Everywhere([.. All(one), .. All(other)], feeds);
        for (var part = 0; part < 4; part++)
        {
            for (var i = 0; i < results[part].Length; i++) Expect.True(LoopRuns.Close(results[part + 4][i], results[part][i], 1e-9), $"part {part}, element {i}: {results[part][i]} for {results[part + 4][i]}");
        }
    }
}
