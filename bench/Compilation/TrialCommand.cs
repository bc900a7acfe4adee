using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using static GraphGrad.Ops;
using Median = GraphGrad.Bench.SideBySide.Median;

namespace GraphGrad.Bench.Compilation;

/// <summary><c>trials</c>: what it costs to find out whether a program is unstable, and what float64 costs where it is.</summary>
internal static class TrialCommand
{
    private const int Runs = 40;

    private static readonly (string Name, Func<Value[], Value> Build, Shape[] Shapes)[] Cases =
    [
        ("x * y + z", v => (v[0] * v[1]) + v[2], [["n"], ["n"], ["n"]]),
        ("x * log(x) - x", v => (v[0] * Log(v[0])) - v[0], [["n"]]),
        ("sigmoid(x) - y", v => Sigmoid(v[0]) - v[1], [["n"], ["n"]]),
        ("x + tanh(y)", v => v[0] + Tanh(v[1]), [["n"], ["n"]]),
        ("x + gelu(y)", v => v[0] + Gelu(v[1]), [["n"], ["n"]]),
        ("x - atan(x)", v => v[0] - Atan(v[0]), [["n"]]),
        ("cross-entropy of logits", v => Maximum(v[0], 0) - (v[0] * v[1]) + Log(1 + Exp(-Abs(v[0]))), [["n"], ["n"]]),
        ("x * log(x / y) - x + y", v => (v[0] * Log(v[0] / v[1])) - v[0] + v[1], [["n"], ["n"]]),
        ("divergence of rows of 10", v => Sum(v[0] * Log(v[0] / v[1]), 1), [["n", 10], ["n", 10]]),
        ("the same of their softmaxes", v => Sum(Softmax(v[0]) * (LogSoftmax(v[0]) - LogSoftmax(v[1])), 1), [["n", 10], ["n", 10]]),
        ("divergence of two normals", v => Log(v[3] / v[2]) + (((v[2] * v[2]) + Square(v[0] - v[1])) / (2 * v[3] * v[3])) - 0.5, [["n"], ["n"], ["n"], ["n"]]),
        ("log-softmax of 64", v => LogSoftmax(v[0]), [["n", 64]]),
        ("layer norm of 64", v => LayerNorm(v[0], v[1], v[2]), [["n", 64], [64], [64]]),
        ("GELU of 64", v => Gelu(v[0]), [["n", 64]]),
    ];

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each program is rewritten.", DefaultValueFactory = _ => 9 };
        var command = new Command("trials", "Measures trials for instability, value and gradients together, and what runs of what they decide take.") { rounds };
        command.SetAction(arguments => Run(arguments.GetValue(rounds)));
        return command;
    }

    private static void Run(int rounds)
    {
        var table = new Table().RoundedBorder().Title($".NET {Environment.Version}; medians of {rounds}, an open batch; runs of 65,536 elements on one thread");
        table.AddColumn(new TableColumn("").NoWrap());
        foreach (var heading in new[] { "rewriting, ms", "of that trials", "value, µs", "all in float32" }) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var (name, build, shapes) in Cases)
        {
            Rewriting(build, shapes, tries: true);
            var times = new[] { true, false }.Select(tries => Median.Of(Enumerable.Range(0, rounds).Select(_ => Rewriting(build, shapes, tries)).ToArray())).ToArray();
            table.AddRow(name, Figure(times[0]), Figure(Math.Max(0, times[0] - times[1])), Figure(Running(build, shapes, tries: true)), Figure(Running(build, shapes, tries: false)));
        }
        AnsiConsole.Write(table);
    }

    /// <summary>Milliseconds to rewrite a value and its gradients.</summary>
    private static double Rewriting(Func<Value[], Value> build, Shape[] shapes, bool tries)
    {
        var (graph, inputs) = Program(shapes);
        var value = build(inputs);
        Value[] all = [value, .. Gradients(Sum(value), new GradientOptions { Disconnected = Disconnected.Zeros }, inputs)];
        using var session = new Session(graph, new SessionOptions { Threads = 1, Float64Chains = tries });
        var start = Stopwatch.GetTimestamp();
        session.Explain(all);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Microseconds of a run of the value.</summary>
    private static double Running(Func<Value[], Value> build, Shape[] shapes, bool tries)
    {
        var (graph, inputs) = Program(shapes);
        var value = build(inputs);
        using var session = new Session(graph, new SessionOptions { Threads = 1, Float64Chains = tries });
        var random = new Random(1);
        var count = 65_536 / shapes[0].Where(d => d.IsConstant).Aggregate(1, (n, d) => n * (int)d.Value);
        var function = session.Compile(inputs, [value]);
        (float[] Data, int[] Extents)[] feeds = [.. inputs.Select(x => Extents(x) is var extents ? (Numbers(extents), extents) : default)];
        var result = new float[Count(Extents(value))];
        for (var i = 0; i < Runs; i++) Once();
        return Median.Of(Enumerable.Range(0, Runs).Select(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Once();
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }).ToArray());

        int[] Extents(Value x) => [.. x.Shape.Select(d => d.IsConstant ? (int)d.Value : count)];

        float[] Numbers(int[] extents) => [.. Enumerable.Range(0, Count(extents)).Select(_ => 0.1f + (3 * random.NextSingle()))];

        void Once()
        {
            var call = function.Call();
            foreach (var (data, extents) in feeds) call = call.Feed<float>(data, extents);
            call.Fetch(result.AsSpan()).Run();
        }
    }

    private static int Count(int[] extents) => extents.Aggregate(1, (n, e) => n * e);

    private static (Graph Graph, Value[] Inputs) Program(Shape[] shapes)
    {
        var graph = new Graph();
        return (graph, [.. shapes.Select((shape, i) => graph.Placeholder("xyzw"[i].ToString(), shape))]);
    }

    private static string Figure(double number) => number.ToString(number < 10 ? "N1" : "N0", CultureInfo.InvariantCulture);
}
