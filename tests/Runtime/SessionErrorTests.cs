using System.Runtime.CompilerServices;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Wrong calls are refused in whole sentences, and the session works on afterwards.</summary>
public sealed class SessionErrorTests : IDisposable
{
    private readonly Graph graph = new();
    private readonly Session session;

    public SessionErrorTests() => session = new Session(graph);

    public void Dispose() => session.Dispose();

    [Fact]
    public void A_feed_of_another_element_type()
    {
        var (x, at) = (graph.Placeholder("x", ["batch", 2]), Here());
        var y = x + 1;
        Refuses(
            $"placeholder 'x' float32[batch, 2] cannot take the feed float64[1, 2]. Feed float32 data. Built at {at}.",
            () => session.Run(y, (x, new double[,] { { 1, 2 } })));
        Assert.Equal([2f, 3f], session.Run(y, (x, new float[,] { { 1, 2 } })).AsSpan<float>());
    }

    [Fact]
    public void A_feed_of_another_rank()
    {
        var (x, at) = (graph.Placeholder("x", ["batch", 2]), Here());
        var y = x + 1;
        Refuses(
            $"placeholder 'x' float32[batch, 2] cannot take the feed float32[2]. Feed data of rank 2. Built at {at}.",
            () => session.Run(y, (x, new float[] { 1, 2 })));
    }

    [Fact]
    public void A_feed_of_another_extent()
    {
        var (x, at) = (graph.Placeholder("x", ["batch", 2]), Here());
        var y = x + 1;
        Refuses(
            $"placeholder 'x' float32[batch, 2] cannot take the feed float32[1, 3]. Axis 1 must have extent 2. Built at {at}.",
            () => session.Run(y, (x, new float[1, 3])));
    }

    [Fact]
    public void Feeds_that_disagree_on_a_symbol()
    {
        var x = graph.Placeholder("x", ["batch", 2]);
        var (y, at) = (graph.Placeholder("y", ["batch", 1]), Here());
        var z = x * y;
        Refuses(
            "placeholder 'y' float32[batch, 1]: axis 0 of the feed for 'y' is 4, but 'batch' is 3 by axis 0 of the feed for 'x'. " +
            $"Feed data whose shapes agree. Built at {at}.",
            () => session.Run(z, (x, new float[3, 2]), (y, new float[4, 1])));
    }

    [Fact]
    public void A_feed_that_contradicts_an_expression_of_symbols()
    {
        var x = graph.Placeholder("x", ["batch"]);
        var (y, at) = (graph.Placeholder("y", [Dim.Symbol("batch") * 2]), Here());
        Refuses(
            "placeholder 'y' float32[batch*2]: axis 0 of the feed for 'y' is 7, but 'batch*2' is 6, for 'batch' is 3 by axis 0 of the feed for 'x'. " +
            $"Feed data whose shapes agree. Built at {at}.",
            () => session.Run([x, y], (x, new float[3]), (y, new float[7])));
    }

    [Fact]
    public void An_extent_that_no_value_of_the_symbol_gives()
    {
        var (y, at) = (graph.Placeholder("y", [Dim.Symbol("batch") * 2]), Here());
        Refuses(
            $"placeholder 'y' float32[batch*2]: axis 0 of the feed for 'y' is 7, and batch*2 is that for no 'batch'. Feed data that fits. Built at {at}.",
            () => session.Run(y, (y, new float[7])));
    }

    [Fact]
    public void A_span_that_no_value_of_the_symbol_fits()
    {
        var (x, at) = (graph.Placeholder("x", ["n", 2]), Here());
        var function = session.Compile([x], [x * 2]);
        Refuses(
            $"placeholder 'x' float32[n, 2]: the length of the feed for 'x' is 5, and n*2 is that for no 'n'. Feed data that fits. Built at {at}.",
            () =>
            {
                function.Run<float, float>(new float[5], new float[5]);
                return null;
            });
        // No elements are as many as any.
        function.Run<float, float>(new float[0], new float[0]);
        function.Run<float, float>(new float[6], new float[6]);
    }

    [Fact]
    public void A_symbol_that_no_feed_tells()
    {
        var (y, at) = (graph.Placeholder("y", [Dim.Symbol("n") * Dim.Symbol("m")]), Here());
        Refuses(
            $"the symbol 'm' of 'y' float32[m*n] has no value in this run: no feed tells its extent. Feed a placeholder with an axis 'm'. Built at {at}.",
            () => session.Run(y, (y, new float[6])));
    }

    [Fact]
    public void A_missing_feed()
    {
        var x = graph.Placeholder("x", [2]);
        var (y, at) = (graph.Placeholder("y", [2]), Here());
        var z = Add(x, y);
        Refuses(
            $"nothing is fed to placeholder 'y' float32[2], which the fetch 'add' needs. Give the run a pair of placeholder and data. Built at {at}.",
            () => session.Run([x, z], (x, new float[2])));
    }

    [Fact]
    public void What_a_loop_s_function_is_called_with_has_no_value_outside()
    {
        var x = graph.Placeholder("x", [2]);
        Assert.Equal(x.Shape, While(v => Sum(v) < 9, Body, x).Shape);

        Value Body(Value v)
        {
            Refuses(
                $"'while/carry' float32[2] stands for what the function of a loop, or of Vectorize, is called with, and has a value only inside of it; 'while/multiply' needs it outside. Return from that function what you want to read. Built at {v.Node.Origin}.",
                () => session.Run(v * 3, (x, new float[2])));
            return v * 2;
        }
    }

    [Fact]
    public void A_missing_feed_of_a_target()
    {
        var (x, at) = (graph.Placeholder("x", [2]), Here());
        var v = graph.Variable("v", [0f, 0f]);
        var step = AssignAdd(v, x);
        Refuses(
            $"nothing is fed to placeholder 'x' float32[2], which the target 'v/assign' needs. Give the run a pair of placeholder and data. Built at {at}.",
            () => session.Run([], step));
    }

    [Fact]
    public void A_feed_for_what_is_no_placeholder()
    {
        var (v, at) = (graph.Variable("v", [1f]), Here());
        var y = v + 1;
        Refuses(
            $"'v' is a variable, and only placeholders are fed; store it with session.Write. Built at {at}.",
            () => session.Run(y, (v, new float[1])));
    }

    [Fact]
    public void A_placeholder_of_another_graph()
    {
        var x = graph.Placeholder("x", [2]);
        var (other, at) = (new Graph().Placeholder("x", [2]), Here());
        Refuses(
            $"Run: the fed value 'x' belongs to another graph (built at {at}); use a value of this graph.",
            () => session.Run(x + 1, (other, new float[2])));
    }

    [Fact]
    public void A_feed_given_twice()
    {
        var (x, at) = (graph.Placeholder("x", [2]), Here());
        Refuses(
            $"placeholder 'x' is fed twice in one run; feed it once. Built at {at}.",
            () => session.Run(x, (x, new float[2]), (x, new float[2])));
    }

    [Fact]
    public void A_fetch_of_another_graph()
    {
        var (other, at) = (new Graph().Placeholder("x", [2]), Here());
        Refuses(
            $"Run: the fetch 'x' belongs to another graph (built at {at}); use a value of this graph.",
            () => session.Run(other, (other, new float[2])));
    }

    [Fact]
    public void A_target_of_another_graph()
    {
        var foreign = new Graph();
        var (step, at) = (Assign(foreign.Variable("v", [1f]), foreign.Constant([1f])), Here());
        Refuses(
            $"Run: the target 'v/assign' belongs to another graph (built at {at}); run a node of this graph.",
            () => session.Run([], step));
    }

    [Fact]
    public void A_variable_of_another_graph()
    {
        var (v, at) = (new Graph().Variable("v", [1f]), Here());
        Refuses($"Read: the variable 'v' belongs to another graph (built at {at}); use a value of this graph.", () => session.Read(v));
    }

    [Fact]
    public void Two_assignments_to_one_variable()
    {
        var v = graph.Variable("v", [1f]);
        var (first, atFirst) = (Assign(v, v + 1), Here());
        var (second, atSecond) = (Assign(v, v * 2), Here());
        Refuses(
            $"variable 'v' is assigned twice in one run, at {atFirst} and at {atSecond}; all assignments of a run take effect together at its end. " +
            "Combine the two values in the graph, or run one after the other.",
            () => session.Run([], Group(first, second)));
        session.Run(first);
        Assert.Equal([2f], session.Read(v).AsSpan<float>());
    }

    [Fact]
    public void Reading_a_variable_before_initialization()
    {
        using var strict = new Session(graph, new SessionOptions { AutoInitialize = false });
        var (v, at) = (graph.Variable("v", [1f]), Here());
        var message = "variable 'v' has no value yet in this session. Call session.Initialize() or write it first, " +
            $"or leave SessionOptions.AutoInitialize on. Built at {at}.";
        Refuses(message, () => strict.Read(v));
        Refuses(message, () => strict.Run(v + 1));
        strict.Initialize();
        Assert.Equal([2f], strict.Run(v + 1).AsSpan<float>());
    }

    [Fact]
    public void An_initializer_that_depends_on_a_feed()
    {
        var (x, atX) = (graph.Placeholder("x", [1]), Here());
        var (v, at) = (graph.Variable("v", x + 1), Here());
        Refuses(
            $"variable 'v': its initializer depends on the placeholder 'x' (built at {atX}); an initializer is evaluated before anything is fed or stored. " +
            $"Make it of constants and random draws. Built at {at}.",
            () => session.Read(v));
    }

    [Fact]
    public void Writing_data_of_another_shape()
    {
        var (v, at) = (graph.Variable("v", [1f, 2f]), Here());
        Refuses(
            $"variable 'v' float32[2] cannot hold float32[3]. Write data of its type and shape. Built at {at}.",
            () =>
            {
                session.Write(v, new float[3]);
                return null;
            });
        Refuses(
            $"variable 'v' float32[2] has 2 elements of float32; the span has 2 of float64. Give a span of its type and length. Built at {at}.",
            () =>
            {
                session.WriteSpan<double>(v, [1, 2]);
                return null;
            });
    }

    [Fact]
    public void Options_out_of_range()
    {
        Refuses(
            "SessionOptions.Threads is 0; a session needs at least one thread.",
            () => new Session(graph, new SessionOptions { Threads = 0 }));
        Refuses(
            "SessionOptions.Backend is 7; use Backend.Compiled or Backend.Interpreted.",
            () => new Session(graph, new SessionOptions { Backend = (Backend)7 }));
    }

    [Fact]
    public void Fetching_from_no_step()
    {
        var v = graph.Variable("v", [1f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        Refuses("times is 0; it must be at least 1.", () => session.Run([v], step, times: 0));
        Refuses(
            "times is -1; it must be at least 0.",
            () =>
            {
                session.Run(step, times: -1);
                return null;
            });
    }

    [Fact]
    public void A_session_used_after_dispose()
    {
        var v = graph.Variable("v", [1f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        var gone = new Session(graph);
        var function = gone.Compile([], [v]);
        gone.Run(step);
        gone.Dispose();
        gone.Dispose();
        Action[] uses =
        [
            () => gone.Run(step),
            () => gone.Run(v),
            () => gone.Run(v + 1),
            () => gone.Read(v),
            () => gone.Write(v, new float[1]),
            () => gone.Initialize(),
            () => gone.Compile([], [v]),
            () => function.Fetch(new float[1].AsSpan()).Run(),
        ];
        foreach (var use in uses)
        {
            var error = Assert.Throws<ObjectDisposedException>(use);
            Assert.Equal(
                "the session was disposed, and its variables with it; make a new Session for the graph.\nObject name: 'Session'.",
                error.Message.ReplaceLineEndings("\n"));
        }
    }

    private static void Refuses(string message, Func<object?> action) => Assert.Equal(message, Assert.Throws<GraphException>(action).Message);

    private static string Here([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => $"{Path.GetFileName(file)}:{line}";
}
