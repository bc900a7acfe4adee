using GraphGrad.Operations;
using GraphGrad.Samples;
using GraphGrad.Samples.Running;

namespace GraphGrad.Tests.Samples;

/// <summary>The stability report of every sample: it raises no alarm.</summary>
public sealed class SampleStabilityTests
{
    // The network of the digits is tried by its own test, without training it first.
    public static TheoryData<string> Names => [.. Catalog.All.Select(s => s.Name).Where(n => n != "digits")];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_sample_raises_a_false_alarm(string name)
    {
        SampleFixture.Run(name, Backend.Compiled, out var graphs);
        Assert.NotEmpty(graphs);
        foreach (var graph in graphs) AssertNoAlarm(graph);
    }

    [Fact]
    public void The_network_of_the_digits_raises_none_for_any_pixels() => AssertNoAlarm(new DigitNetwork(seed: 1).Graph);

    private static void AssertNoAlarm(Graph graph)
    {
        var used = graph.Nodes.SelectMany(n => n.Inputs).ToHashSet();
        Value[] results = [.. graph.Nodes.SelectMany(n => n.Op is AssignOp ? n.Inputs : n.Outputs.Where(o => !used.Contains(o))).Distinct()];
        using var session = new Session(graph);
        var report = session.Stability(results);
        Assert.True(!report.Open.Any(), report.ToString());
    }
}
