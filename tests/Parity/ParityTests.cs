namespace GraphGrad.Parity;

/// <summary>Every case, compiled, against libtorch's recorded answers.</summary>
public sealed class CompiledParityTests
{
    [Theory]
    [MemberData(nameof(Rows.Calls), MemberType = typeof(Rows))]
    public void Agrees_with_libtorch(string family, string name) => Rows.Check(family, name, Backend.Compiled);
}

/// <summary>Every case, interpreted, against libtorch's recorded answers.</summary>
public sealed class InterpretedParityTests
{
    [Theory]
    [MemberData(nameof(Rows.Calls), MemberType = typeof(Rows))]
    public void Agrees_with_libtorch(string family, string name) => Rows.Check(family, name, Backend.Interpreted);
}

/// <summary>Calls that libtorch refuses.</summary>
public sealed class RefusalTests
{
    [Theory]
    [MemberData(nameof(Rows.Refusals), MemberType = typeof(Rows))]
    public void Is_refused_while_the_graph_is_built(string family, string name)
    {
        var row = Family.Named(family)[name];
        Recording.Of(family).Check(row);
        Assert.NotNull(Recording.Of(family).Refusal(row));
        Rows.CheckRefusal(row);
    }
}

/// <summary>The rows of the table, by family and name, for theories.</summary>
public static class Rows
{
    public static TheoryData<string, string> Calls => Select(row => row.Refusal is null);

    public static TheoryData<string, string> Refusals => Select(row => row.Refusal is not null);

    internal static void Check(string family, string name, Backend backend)
    {
        var failures = Findings.Of(family, Family.Named(family)[name], backend).Failures;
        Assert.True(failures.Count == 0, $"{failures.Count} tensors differ from {Recording.Of(family).Versions}:\n{string.Join("\n", failures)}");
    }

    internal static void CheckRefusal(Case row)
    {
        var graph = new Graph();
        var inputs = row.Inputs(0, DType.Float32).Select((data, i) => graph.Placeholder($"x{i}", data.Extents(), data.DType)).ToArray();
        var refusal = Assert.Throws<GraphException>(() => row.Build(inputs));
        Assert.Contains(row.Refusal!, refusal.Message, StringComparison.Ordinal);
    }

    private static TheoryData<string, string> Select(Func<Case, bool> wanted)
    {
        var data = new TheoryData<string, string>();
        foreach (var family in Family.All)
        {
            foreach (var row in family.Cases.Where(wanted)) data.Add(family.Name, row.Name);
        }
        return data;
    }
}
