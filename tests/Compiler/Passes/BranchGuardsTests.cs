using GraphGrad.Compilation.Passes;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

public sealed class BranchGuardsTests
{
    private readonly Graph graph = new();
    private readonly Value predicate;
    private readonly Value other;
    private readonly Value x;

    public BranchGuardsTests()
    {
        predicate = graph.Placeholder("predicate", [], DType.Bool);
        other = graph.Placeholder("other", [], DType.Bool);
        x = graph.Placeholder("x", [2]);
    }

    [Fact]
    public void What_one_branch_needs_is_guarded_and_what_both_need_is_not()
    {
        var shared = x + 1;
        var left = shared * 2;
        var right = shared * 3;
        var guards = Guards(Cond(predicate, left, right));
        Assert.Equal([new BranchLiteral(predicate, true)], guards[left.Node]);
        Assert.Equal([new BranchLiteral(predicate, false)], guards[right.Node]);
        Assert.DoesNotContain(shared.Node, guards.Keys);
        Assert.DoesNotContain(predicate.Node, guards.Keys);
    }

    [Fact]
    public void Branches_within_branches_guard_together()
    {
        var inner = x * 2;
        var guards = Guards(Cond(predicate, Cond(other, inner, x), x));
        Assert.Equal([new BranchLiteral(predicate, true), new BranchLiteral(other, true)], guards[inner.Node]);
    }

    [Fact]
    public void Another_reader_lifts_the_guard()
    {
        var left = x * 2;
        Assert.DoesNotContain(left.Node, Guards(Cond(predicate, left, x), left + 1).Keys);
        Assert.DoesNotContain(left.Node, Guards(Cond(predicate, left, x), left).Keys);
        Assert.Equal([new BranchLiteral(predicate, true)], Guards(Cond(predicate, left, x), Cond(predicate, left + 1, x))[left.Node]);
    }

    [Fact]
    public void Predicates_come_before_what_they_guard()
    {
        var left = x * 2;
        var late = And(predicate, other);
        var cond = Cond(late, left, x);
        var nodes = GraphSlice.Of([cond.Node]);
        Assert.True(nodes.IndexOf(left.Node) < nodes.IndexOf(late.Node));
        var order = BranchGuards.Order(nodes, BranchGuards.Find(nodes, [cond.Node])).ToList();
        Assert.True(order.IndexOf(late.Node) < order.IndexOf(left.Node));
        Assert.Equal(nodes.Count, order.Count);
    }

    private static Dictionary<Node, BranchLiteral[]> Guards(params Value[] fetches) =>
        BranchGuards.Find(GraphSlice.Of(fetches.Select(f => f.Node)), fetches.Select(f => f.Node));
}
