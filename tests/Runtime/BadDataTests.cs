using System.Runtime.CompilerServices;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Data that a run cannot go on with, and data that it can: both backends say the same, and the session works on.</summary>
public sealed class BadDataTests
{
    private const string DivisionByZero =
        "division by zero: an integer divisor is 0. Keep zeros out of the divisor, for example with Where, or cast both operands to a float type.";

    private readonly Graph graph = new();

    public static TheoryData<Backend> Backends => [Backend.Interpreted, Backend.Compiled];

    [Theory]
    [MemberData(nameof(Backends))]
    public void The_index_is_found_where_it_was_fed_and_the_node_of_several_on_a_line(Backend backend)
    {
        var rows = graph.Placeholder("rows", ["v", 2]);
        var (first, second) = (graph.Placeholder("first", ["n", 3], DType.Int32), graph.Placeholder("second", ["n", 3], DType.Int64));
        var (sum, at) = (Gather(rows, Cast(Flatten(first), DType.Int64)) + Gather(rows, Reshape(Transpose(second, 1, 0), [-1])), Here());
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        foreach (var n in new[] { 1, 40 })
        {
            var (good, bad) = (new int[n, 3], new long[n, 3]);
            bad[n - 1, 1] = -6;
            Refuses(
                $"gather 'gather_1': index -6 lies outside axis 0, whose extent is 5 in this run; indices count from 0 and are not wrapped. Built at {at}.",
                () => session.Run(sum, (rows, new float[5, 2]), (first, good), (second, bad)));
        }
        var computed = (Gather(rows, second % 7), Here());
        Refuses(
            $"gather 'gather_2': {(backend == Backend.Interpreted ? "index 6 lies outside axis 0, whose extent is 5 in this run" : "an index lies outside axis 0, whose extent is v")}; indices count from 0 and are not wrapped. Built at {computed.Item2}.",
            () => session.Run(computed.Item1, (rows, new float[5, 2]), (second, new long[,] { { 0, 1, 13 } })));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_gather_index_out_of_range(Backend backend)
    {
        var table = graph.Variable("table", [1f, 2f, 3f]);
        var index = graph.Placeholder("index", ["n"], DType.Int32);
        var (entries, at) = (Gather(table, index), Here());
        var step = Assign(table, table * Sum(entries));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Refuses(
            $"gather 'gather': index 3 lies outside axis 0, whose extent is 3 in this run; indices count from 0 and are not wrapped. Built at {at}.",
            () => session.Run(step, (index, new[] { 0, 3 })));
        Assert.Equal([1f, 2f, 3f], session.Read(table).AsSpan<float>());
        Assert.Equal([3f, 1f], session.Run(entries, (index, new[] { 2, 0 })).AsSpan<float>());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void An_integer_divided_by_zero(Backend backend)
    {
        var x = graph.Placeholder("x", [2], DType.Int32);
        var y = graph.Placeholder("y", [2], DType.Int32);
        var (quotient, at) = (x / y, Here());
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Refuses(
            $"divide 'divide': {DivisionByZero} Built at {at}.",
            () => session.Run(quotient, (x, new[] { 1, 2 }), (y, new[] { 1, 0 })));
        Assert.Equal([7, -3], session.Run(quotient, (x, new[] { 7, 6 }), (y, new[] { 1, -2 })).AsSpan<int>());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_failing_step_leaves_the_steps_before_it(Backend backend)
    {
        var left = graph.Variable("left", [3L]);
        var done = graph.Variable("done", [0L]);
        var step = Group(AssignSub(left, graph.Constant([1L])), AssignAdd(done, graph.Constant([6L]) / left));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Assert.Throws<GraphException>(() => session.Run(step, times: 10));
        Assert.Equal([0L], session.Read(left).AsSpan<long>());
        Assert.Equal([2L + 3 + 6], session.Read(done).AsSpan<long>());
        session.Write(left, new[] { 1L });
        session.Run(step);
        Assert.Equal([17L], session.Read(done).AsSpan<long>());
    }

    /// <summary>Done first, the update would free the product before the rows take their memory.</summary>
    [Theory]
    [MemberData(nameof(Backends))]
    public void No_variable_changes_before_what_may_fail_however_much_memory_that_takes(Backend backend)
    {
        var x = graph.Placeholder("x", [64, 64]);
        var rows = graph.Placeholder("rows", [4096], DType.Int32);
        var (w, v) = (graph.Variable("w", new float[64, 64]), graph.Variable("v", new float[64, 64]));
        var picked = Gather(x, rows);
        var step = Group(Assign(w, w + Tanh(MatMul(x, x))), Assign(v, MatMul(Transpose(picked), picked)));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var ones = TensorData.Create<float>(Enumerable.Repeat(1f, 64 * 64).ToArray(), 64, 64);
        Assert.Throws<GraphException>(() => session.Run(step, (x, ones), (rows, Enumerable.Repeat(64, 4096).ToArray())));
        Assert.All(session.Read(w).AsSpan<float>().ToArray(), element => Assert.Equal(0, element));
        session.Run(step, (x, ones), (rows, new int[4096]));
        Assert.All(session.Read(w).AsSpan<float>().ToArray(), element => Assert.Equal(1, element));
        Assert.All(session.Read(v).AsSpan<float>().ToArray(), element => Assert.Equal(4096, element));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_shared_plan_names_the_line_of_the_graph_that_runs(Backend backend)
    {
        var a = new Graph().Placeholder("divisor", [], DType.Int32);
        var b = new Graph().Placeholder("divisor", [], DType.Int32);
        var (first, atFirst) = (12 / a, Here());
        var (second, atSecond) = (12 / b, Here());
        using (var session = new Session(first.Graph, new SessionOptions { Backend = backend }))
            Refuses($"divide 'divide': {DivisionByZero} Built at {atFirst}.", () => session.Run(first, (a, 0)));
        using (var session = new Session(second.Graph, new SessionOptions { Backend = backend }))
            Refuses($"divide 'divide': {DivisionByZero} Built at {atSecond}.", () => session.Run(second, (b, 0)));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Empty_tensors_have_empty_results_and_neutral_sums(Backend backend)
    {
        var x = graph.Placeholder("x", ["n", 3]);
        var step = AssignAdd(graph.Variable("v", [1f, 1f, 1f]), Sum(x, 0));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run([x * 2, Sum(x), Max(x, 0), Mean(x)], step, (x, new float[0, 3]));
        Assert.Equal<Shape>([0, 3], results[0].Shape);
        Assert.Equal(0, results[1].Item<float>());
        Assert.Equal(Enumerable.Repeat(float.NegativeInfinity, 3), results[2].AsSpan<float>().ToArray());
        Assert.True(float.IsNaN(results[3].Item<float>()));
        Assert.Equal([1f, 1f, 1f], session.Read((Variable)graph.Variables[0]).AsSpan<float>());
        Assert.Equal(6f, session.Run(Sum(x), (x, new float[2, 3] { { 1, 1, 1 }, { 1, 1, 1 } })).Item<float>());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_loss_that_is_NaN_goes_on_by_IEEE_rules(Backend backend)
    {
        var v = graph.Variable("v", [-1f, 4f]);
        var loss = Sum(Sqrt(v));
        var step = AssignSub(v, Gradients(loss, v)[0]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Assert.True(float.IsNaN(session.Run(loss, step).Item<float>()));
        var after = session.Read(v).AsSpan<float>().ToArray();
        Assert.True(float.IsNaN(after[0]));
        Assert.Equal(3.75f, after[1]);
        session.Write(v, new[] { 1f, 4f });
        Assert.Equal(3f, session.Run(loss).Item<float>());
    }

    private static void Refuses(string message, Func<object?> action) => Assert.Equal(message, Assert.Throws<GraphException>(action).Message);

    private static void Refuses(string message, Action action) => Assert.Equal(message, Assert.Throws<GraphException>(action).Message);

    private static string Here([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => $"{Path.GetFileName(file)}:{line}";
}
