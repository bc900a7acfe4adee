using System.Runtime;
using System.Runtime.CompilerServices;
using GraphGrad.Compilation;
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

    [Fact]
    public void First_values_of_variables_are_no_part_of_a_plan()
    {
        var cache = new PlanCache<IExecutionPlan>(capacity: 2);
        PlanRequest Request()
        {
            var graph = new Graph();
            return SliceAnalysis.Analyze(graph, [graph.Variable("v", new float[100_000]) + 1], []);
        }
        Assert.Same(Get(cache, Request()), Get(cache, Request()));
    }

    [Fact]
    public void A_compiled_plan_does_not_keep_its_graph()
    {
        var options = new CompilerOptions();
        var cache = new PlanCache<CompiledPlan>(capacity: 2);
        var graph = CompileAndForget(cache, options);
        for (var attempt = 0; attempt < 10 && graph.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(1, cache.Count);
        Assert.False(graph.IsAlive);
    }

    [Fact]
    public void Frames_of_the_same_extents_and_threads_are_laid_out_once()
    {
        var request = Build(new Graph(), "x", 1, "batch");
        var plan = CompiledPlan.Create(request, new CompilerOptions());
        FramePlan Of(int extent, int threads = 2) => plan.FramePlan(new Dictionary<string, long> { ["batch"] = extent }, threads);
        var first = Of(5);
        Assert.Same(first, Of(5));
        Assert.NotSame(first, Of(6));
        Assert.NotSame(first, Of(5, threads: 1));
        Assert.Same(first, Of(5));
        // A program that is fed ever new extents does not keep all of them.
        for (var extent = 7; extent < 40; extent++) Of(extent);
        Assert.NotSame(first, Of(5));
    }

    [Fact]
    public void What_compares_two_plans_is_compiled_before_another_session_asks()
    {
        var options = new CompilerOptions();
        PlanSignature Signature()
        {
            var graph = new Graph();
            return new PlanSignature(SliceAnalysis.Analyze(graph, [Sum(Exp(graph.Placeholder("x", ["batch"])))], []), options with { });
        }
        var (signature, same) = (Signature(), Signature());
        signature.Rehearse();
        // Once before, so that the call itself is compiled.
        _ = JitInfo.GetCompiledMethodCount(currentThread: true);
        var before = JitInfo.GetCompiledMethodCount(currentThread: true);
        var equal = signature.Equals(same);
        Assert.Equal(before, JitInfo.GetCompiledMethodCount(currentThread: true));
        Assert.True(equal);
    }

    // Not inlined: a local of the caller would keep the graph.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CompileAndForget(PlanCache<CompiledPlan> cache, CompilerOptions options)
    {
        var graph = new Graph();
        var (table, at) = (graph.Variable("table", new float[50, 20]), graph.Placeholder("at", ["n"], DType.Int64));
        var loss = Sum(Square(Gather(table, at) + 1));
        var request = SliceAnalysis.Analyze(graph, [loss], [AssignSub(table, Gradients(loss, table)[0])]);
        cache.Get(request, options, () => CompiledPlan.Create(request, options));
        return new WeakReference(graph);
    }

    private static PlanRequest Build(Graph graph, string name, float constant, string symbol) =>
        SliceAnalysis.Analyze(graph, [graph.Placeholder(name, [symbol]) * graph.Constant([constant])], []);

    private static IExecutionPlan Get(PlanCache<IExecutionPlan> cache, PlanRequest request, string options = "options") =>
        cache.Get(request, options, () => new InterpretedPlan(request));
}
