using GraphGrad.Operations;
using GraphGrad.Printing;
using GraphGrad.Rewriting;

namespace GraphGrad.Tests.Rewriting;

/// <summary>What becomes of an expression under rules: the expected expression, and equal values.</summary>
internal sealed class RuleTest
{
    private readonly Value given;
    private Value? result;
    private Value? expected;

    private RuleTest(Value given) => this.given = given;

    /// <summary>The rules that fired, in order.</summary>
    public List<string> Fired { get; } = [];

    public static RuleTest Given(Value value) => new(value);

    public RuleTest Applying(RuleSet rules, params Value[] barriers)
    {
        var rewriter = new Rewriter(given.Graph, rules, barriers, (rule, _, _, _) => Fired.Add(rule.Name));
        result = rewriter.Rewrite([given], []).Values[0];
        return this;
    }

    public RuleTest Gives(Value wanted)
    {
        expected = wanted;
        var facts = new RewriteFacts([]);
        Expect.True(facts.Same(result!, wanted), $"expected {ExpressionText.Of(wanted, 9)}, got {ExpressionText.Of(result!, 9)} by {string.Join("; ", Fired)}");
        return this;
    }

    public RuleTest Gives(string text)
    {
        Assert.Equal(text, ExpressionText.Of(result!, 9));
        return this;
    }

    /// <summary>Before and after agree on random feeds.</summary>
    public void WithSameValues(double tolerance = 1e-9, double from = -3, double to = 3)
    {
        var random = new Random(17);
        var feeds = GraphSlice.Of([given.Node]).Where(n => n.Op is PlaceholderOp).Select(n => (n.Output, Fuzz.Data(n.Output.Type, random, from, to))).ToArray();
        var before = AsWritten.Run(given, feeds);
        var after = AsWritten.Run(result!, feeds.Where(f => GraphSlice.Of([result!.Node]).Contains(f.Output.Node)));
        for (var i = 0; i < before.Count; i++) Assert.Equal(before.At(i), after.At(i), tolerance);
        if (expected is not null) Assert.Equal(expected.Type, result!.Type);
    }
}
