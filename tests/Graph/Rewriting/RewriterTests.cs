using GraphGrad.Rewriting;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Tests.Rewriting;

public class RewriterTests
{
    private static readonly Pattern X = Patterns.Any("x");
    private static readonly Pattern Y = Patterns.Any("y");

    private readonly Graph graph = new();
    private readonly Value x;
    private readonly Value y;

    public RewriterTests() => (x, y) = (graph.Placeholder("x", [3]), graph.Placeholder("y", [3]));

    [Fact]
    public void Rules_that_alternate_are_named()
    {
        RuleSet rules = new("test")
        {
            { "x + y => y + x", X + Y, m => m[Y] + m[X], Soundness.Exact },
            { "sin => cos", Op<Operations.SinOp>(X), m => Cos(m[X]), Soundness.Exact },
        };
        var error = Assert.Throws<CompilerBugException>(() => Rewrite(x + Sin(y), rules));
        Assert.StartsWith("rewrite with test: rules alternate without end: 'x + y => y + x'. This is a fault in GraphGrad, not in your program.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replacement_of_another_type_is_refused()
    {
        RuleSet rules = new("test") { { "x + y => wrong", X + Y, m => Cast(m[X], DType.Float64), Soundness.Exact } };
        var error = Assert.Throws<CompilerBugException>(() => Rewrite(x + y, rules));
        Assert.StartsWith("rewrite with test: rule 'x + y => wrong' replaced float32[3] by float64[3] at 'add'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_throws_is_a_fault()
    {
        RuleSet rules = new("test") { { "x + y => error", X + Y, m => Reshape(m[X], 7), Soundness.Exact } };
        var error = Assert.Throws<CompilerBugException>(() => Rewrite(x + y, rules));
        Assert.StartsWith("rewrite with test: rule 'x + y => error' failed at 'add': reshape:", error.Message, StringComparison.Ordinal);
        Assert.IsType<GraphException>(error.InnerException);
    }

    [Fact]
    public void A_smaller_replacement_is_repeated()
    {
        RuleSet rules = new("test") { { "x + y => 1", X + Y, m => m.Scalar(1), Soundness.Exact } };
        Assert.Equal([3], Rewrite(x + y, rules).Shape);
    }

    [Fact]
    public void Two_rules_of_one_name_are_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new RuleSet("test")
        {
            { "same", X + Y, m => m[X], Soundness.Exact },
            { "same", X - Y, m => m[X], Soundness.Exact },
        });
        Assert.Equal("two rules are named 'same'", error.Message);
    }

    [Fact]
    public void Nested_commutative_operands_match_in_every_order()
    {
        RuleSet rules = new("test") { { "x * y + x => x * (y + 1)", (X * Y) + X, m => m[X] * (m[Y] + 1), Soundness.Rounding } };
        foreach (var sum in new[] { (x * y) + x, x + (x * y), (y * x) + x, x + (y * x) })
            RuleTest.Given(sum).Applying(rules).Gives(x * (y + 1)).WithSameValues(1e-5);
    }

    [Fact]
    public void Names_and_lines_survive()
    {
        using var scope = graph.Scope("layer");
        var sum = Sin(x * 1);
        var program = GraphProgram.Cut(graph, [x], [sum], [], []);
        program = new PassRunner(verifies: true).Rewrite("simplify", program, AlgebraRules.All);
        Assert.Equal("x: float32[3] = placeholder()\nlayer/sin: float32[3] = sin(x)\n", program.Graph.ToText());
        Assert.Equal(sum.Node.Origin.Line, program.Fetches[0].Node.Origin.Line);
    }

    [Fact]
    public void Duplicates_are_merged_with_their_lines()
    {
        var a = Sin(x);
        var b = Sin(x);
        var program = GraphProgram.Cut(graph, [x, y], [a + (y * b), b + (a * y)], [], []);
        program = new PassRunner(verifies: true).Pass("merge duplicates", program, Duplicates.Merge);
        Assert.Equal(program.Fetches[0], program.Fetches[1]);
        Assert.Single(program.Graph.Nodes, n => n.OpName == "sin");
        var origin = program.Graph.Nodes.Single(n => n.OpName == "sin").Origin;
        Assert.Equal($"RewriterTests.cs:{a.Node.Origin.Line} and RewriterTests.cs:{b.Node.Origin.Line}", origin.ToString());
    }

    [Fact]
    public void State_is_never_merged()
    {
        var v = graph.Variable("v", [1f, 2, 3]);
        var (a, b) = (RandomUniform(graph, [3], seed: 1), RandomUniform(graph, [3], seed: 1));
        var program = GraphProgram.Cut(graph, [], [a + b], [v], [Assign(v, v + a)]);
        program = Duplicates.Merge(program);
        Assert.Equal(2, program.Graph.Nodes.Count(n => n.Op.IsStateful && n.OpName == "random_bits"));
        Assert.Same(v.State.Identity, program.Variables[0].State.Identity);
        Assert.Equal("assign", program.Targets[0].OpName);
    }

    [Fact]
    public void Dead_nodes_are_removed_and_control_inputs_kept()
    {
        var v = graph.Variable("v", [1f, 2, 3]);
        _ = Cos(x);
        var step = Group(Assign(v, v * 1 + x));
        var program = GraphProgram.Cut(graph, [x], [], [v], [step]);
        program = new PassRunner(verifies: true).Rewrite("simplify", program, AlgebraRules.All);
        Assert.DoesNotContain(program.Graph.Nodes, n => n.OpName is "cos" or "multiply");
        Assert.Equal("assign", program.Targets[0].ControlInputs[0].OpName);
    }

    [Fact]
    public void A_broken_graph_is_found()
    {
        GraphVerifier.Verify(graph, "test");
        var sum = x + y;
        sum.Node.SetOutputs([new Value(sum.Node, 0, new TensorType(DType.Float64, [3]))]);
        var error = Assert.Throws<CompilerBugException>(() => GraphVerifier.Verify(graph, "test"));
        Assert.StartsWith("test: node 'add' is broken: its types are float64[3], and its shape rule says float32[3].", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_pass_is_named_and_shows_the_graph()
    {
        var program = GraphProgram.Cut(graph, [x], [Sin(x)], [], []);
        var error = Assert.Throws<CompilerBugException>(() => new PassRunner(verifies: false).Pass("test pass", program, _ => throw new InvalidOperationException("oops.")));
        Assert.Equal("test pass", error.Pass);
        Assert.Equal("test pass: oops. This is a fault in GraphGrad, not in your program.\nx: float32[3] = placeholder()\nsin: float32[3] = sin(x)\n", error.Message);
    }

    private Value Rewrite(Value value, RuleSet rules) => new Rewriter(graph, rules, []).Rewrite([value], []).Values[0];
}
