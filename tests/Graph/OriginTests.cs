using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using static GraphGrad.Ops;

namespace GraphGrad.Tests;

public sealed class OriginTests
{
    [Fact]
    public void A_node_knows_the_line_that_built_it()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3]);
        var y = x * 2 + 1; var line = Line();
        Assert.Equal(line, y.Node.Origin.Line);
        Assert.Equal("OriginTests.cs", Path.GetFileName(y.Node.Origin.File));
        Assert.Equal($"OriginTests.cs:{line}", y.Node.Origin.ToString());
        Assert.Equal("OriginTests.A_node_knows_the_line_that_built_it", y.Node.Origin.Method);
        Assert.All(graph.Nodes.Skip(1), node => Assert.Equal(line, node.Origin.Line));
        Assert.Equal(line - 1, x.Node.Origin.Line);
    }

    [Fact]
    public void Lambdas_and_iterators_count_as_the_users_lines()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        Value[] squares = [.. Enumerable.Range(0, 2).Select(_ => x * x)]; var line = Line();
        Assert.All(squares, s => Assert.Equal(line, s.Node.Origin.Line));
    }

    [Fact]
    public void Code_without_symbols_is_named_by_its_method()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        var build = Expression.Lambda<Func<Value>>(Expression.Call(typeof(Ops), nameof(Negate), null, Expression.Constant(x))).Compile();
        var origin = build().Node.Origin;
        Assert.True(origin.File is null || Path.GetFileName(origin.File) == "OriginTests.cs");
        Assert.NotEmpty(origin.ToString());
    }

    [Fact]
    public void Nodes_built_on_behalf_of_another_carry_its_line()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []); var line = Line();
        using (graph.WithOrigin(x.Node.Origin))
            Assert.Equal(line, (x + x).Node.Origin.Line);
        Assert.Equal(Line(), (x + x).Node.Origin.Line);
    }

    [Fact]
    public void Nested_origins_are_restored()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        var y = Negate(x);
        var z = Negate(y);
        using (graph.WithOrigin(y.Node.Origin))
        {
            using (graph.WithOrigin(z.Node.Origin)) Assert.Same(z.Node.Origin, Negate(x).Node.Origin);
            Assert.Same(y.Node.Origin, Negate(x).Node.Origin);
        }
    }

    private static int Line([CallerLineNumber] int line = 0) => line;
}
