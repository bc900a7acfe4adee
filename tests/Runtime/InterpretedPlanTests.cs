using GraphGrad.Execution;
using GraphGrad.Interpretation;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

public sealed class InterpretedPlanTests
{
    private static readonly SessionOptions Interpreted = new() { Backend = Backend.Interpreted };

    private readonly Graph graph = new();

    [Fact]
    public void A_branch_that_is_not_taken_is_not_evaluated()
    {
        var table = graph.Constant([1f, 2f]);
        var index = graph.Placeholder("index", [], DType.Int32);
        var entry = Gather(table, index);
        var safe = Cond(index < 2, entry, entry * 0 + 5);
        var result = Cond(index < 2, Gather(table, index), graph.Constant(-1f));
        using var session = new Session(graph, Interpreted);
        Assert.Equal(2f, session.Run(result, (index, 1)).Item<float>());
        Assert.Equal(-1f, session.Run(result, (index, 7)).Item<float>());
        Assert.Throws<GraphException>(() => session.Run(safe, (index, 7)));
    }

    [Fact]
    public void Memory_is_used_again_once_its_last_reader_is_done()
    {
        var x = graph.Placeholder("x", [1024]);
        var y = x;
        for (var i = 0; i < 20; i++) y = y * y;
        var request = SliceAnalysis.Analyze(graph, [y], []);
        using var frame = new InterpretedPlan(request).CreateFrame(new Dictionary<string, long>());
        Assert.Equal(2 * 1024 * sizeof(float), frame.ArenaBytes);
    }

    [Fact]
    public void Aliases_take_no_memory_and_no_step()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var y = StopGradient(Reshape(x, [3, 2]));
        var request = SliceAnalysis.Analyze(graph, [y], []);
        var plan = new InterpretedPlan(request);
        Assert.Empty(plan.Steps);
        using var session = new Session(graph, Interpreted);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], session.Run(y, (x, new float[,] { { 1, 2, 3 }, { 4, 5, 6 } })).AsSpan<float>());
    }

    [Fact]
    public void Random_draws_differ_by_step_and_repeat_by_session()
    {
        var v = graph.Variable("v", RandomBits(graph, [3], dtype: DType.Int32));
        var step = AssignAdd(v, RandomBits(graph, [3], dtype: DType.Int32));
        int[] once, again, other;
        using (var session = new Session(graph, Interpreted))
        {
            session.Run(step);
            session.Run(step, times: 2);
            once = session.Read(v).AsSpan<int>().ToArray();
        }
        using (var session = new Session(graph, Interpreted))
        {
            session.Run(step, times: 3);
            again = session.Read(v).AsSpan<int>().ToArray();
        }
        using (var session = new Session(graph, Interpreted with { Seed = 1 }))
        {
            session.Run(step, times: 3);
            other = session.Read(v).AsSpan<int>().ToArray();
        }
        Assert.Equal(once, again);
        Assert.NotEqual(once, other);
    }
}
