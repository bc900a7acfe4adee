using GraphGrad.Execution;
using GraphGrad.Interpretation;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

public sealed class PlanCacheTests
{
    [Fact]
    public void Equal_structure_shares_a_plan_whatever_the_names()
    {
        var cache = new PlanCache<IExecutionPlan>(capacity: 8);
        var first = Get(cache, Build(new Graph(), "x", 2f, "batch"));
        Assert.Same(first, Get(cache, Build(new Graph(), "y", 2f, "batch")));
        Assert.NotSame(first, Get(cache, Build(new Graph(), "x", 3f, "batch")));
        Assert.NotSame(first, Get(cache, Build(new Graph(), "x", 2f, "rows")));
        Assert.NotSame(first, Get(cache, Build(new Graph(), "x", 2f, "batch"), "other options"));
        Assert.Equal(4, cache.Count);
    }

    [Fact]
    public void Which_variable_is_assigned_matters()
    {
        var cache = new PlanCache<IExecutionPlan>(capacity: 8);
        var graph = new Graph();
        var (a, b) = (graph.Variable("a", [1f]), graph.Variable("b", [2f]));
        var forward = SliceAnalysis.Analyze(graph, [], [Group(Assign(a, b), Assign(b, a))]);
        var same = SliceAnalysis.Analyze(graph, [], [Group(Assign(a, b), Assign(b, a))]);
        var crossed = SliceAnalysis.Analyze(graph, [], [Group(Assign(a, a), Assign(b, b))]);
        Assert.Same(Get(cache, forward), Get(cache, same));
        Assert.NotSame(Get(cache, forward), Get(cache, crossed));
    }

    [Fact]
    public void The_longest_unused_is_given_up()
    {
        var cache = new PlanCache<IExecutionPlan>(capacity: 2);
        PlanRequest Request(float constant) => Build(new Graph(), "x", constant, "batch");
        var first = Get(cache, Request(1));
        var second = Get(cache, Request(2));
        Assert.Same(first, Get(cache, Request(1)));
        Get(cache, Request(3));
        Assert.Equal(2, cache.Count);
        Assert.Same(first, Get(cache, Request(1)));
        Assert.NotSame(second, Get(cache, Request(2)));
    }

    [Fact]
    public void What_failed_is_tried_again()
    {
        var cache = new PlanCache<IExecutionPlan>(capacity: 2);
        var request = Build(new Graph(), "x", 1, "batch");
        Assert.Throws<GraphException>(() => cache.Get(request, "options", () => throw new GraphException("no")));
        Assert.Equal(0, cache.Count);
        Assert.NotNull(Get(cache, request));
    }

    [Fact]
    public void Much_constant_data_is_not_kept()
    {
        var cache = new PlanCache<IExecutionPlan>(capacity: 2);
        var graph = new Graph();
        Get(cache, SliceAnalysis.Analyze(graph, [graph.Constant(new float[100_000]) + 1], []));
        Assert.Equal(0, cache.Count);
    }

    private static PlanRequest Build(Graph graph, string name, float constant, string symbol) =>
        SliceAnalysis.Analyze(graph, [graph.Placeholder(name, [symbol]) * graph.Constant([constant])], []);

    private static IExecutionPlan Get(PlanCache<IExecutionPlan> cache, PlanRequest request, string options = "options") =>
        cache.Get(request, options, () => new InterpretedPlan(request));
}
