using Xunit.Abstractions;
using GraphGrad.Compilation.Passes;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Which step waits for which is found where it can be, and nowhere else.</summary>
public sealed class StepDependenciesTests(ITestOutputHelper output)
{
    private const int Seed = 20261128;

    /// <summary>Random steps, dependencies and unions give what a walk over all edges gives.</summary>
    [Fact]
    public void Reaching_agrees_with_a_walk_over_all_edges()
    {
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var (dependencies, edges) = (new StepDependencies(), new Dictionary<object, HashSet<object>>());
            object[] steps = [.. Enumerable.Range(0, 12).Select(i => $"step {i}")];
            foreach (var step in steps)
            {
                dependencies.Add(step);
                edges.Add(step, []);
            }
            var left = steps.ToList();
            for (var change = 0; change < 30; change++)
            {
                var (a, b) = (left[random.Next(left.Count)], left[random.Next(left.Count)]);
                if (a == b || Walk(edges, b, a)) continue;
                if (random.Next(8) > 0)
                {
                    dependencies.Add(a, b);
                    edges[a].Add(b);
                }
                else if (!Walk(edges, a, b))
                {
                    dependencies.Unite(a, b);
                    Unite(edges, a, b);
                    left.Remove(a);
                }
                foreach (var from in left)
                {
                    Assert.Equal(edges[from].Order(), dependencies[from].Order());
                    foreach (var to in left) Assert.Equal(Walk(edges, from, to), dependencies.Reaches(from, to));
                }
            }
        }
    }

    /// <summary>In a chain with side steps, as forward and backward passes make, only what lies between is looked at.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public void Few_steps_are_looked_at_in_a_long_chain(int length)
    {
        var dependencies = new StepDependencies();
        for (var i = 0; i < length; i++)
        {
            dependencies.Add(i);
            if (i > 0) dependencies.Add(i, i - 1);
            if (i > 4) Assert.True(dependencies.Reaches(i, i - 4));
            if (i > 4) Assert.False(dependencies.Reaches(i - 4, i));
        }
        Assert.InRange(dependencies.Visits, 0, 8 * length);
    }

    private static bool Walk(Dictionary<object, HashSet<object>> edges, object from, object to) => from == to || edges[from].Any(before => Walk(edges, before, to));

    private static void Unite(Dictionary<object, HashSet<object>> edges, object step, object into)
    {
        edges[into].UnionWith(edges[step]);
        edges.Remove(step);
        foreach (var needed in edges.Values)
        {
            if (needed.Remove(step)) needed.Add(into);
        }
    }
}
