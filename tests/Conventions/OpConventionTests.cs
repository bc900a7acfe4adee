using System.Text.RegularExpressions;
using GraphGrad.Operations;
using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Conventions;

/// <summary>What holds for every op, so that none can be added halfway.</summary>
public sealed class OpConventionTests
{
    private static readonly DType[] Types = Enum.GetValues<DType>();

    /// <summary>Ops that compute: not what a run is fed with, keeps or is told to do, which sessions' tests cover, nor loops, which have tests of their own, nor what only passes make.</summary>
    private static IEnumerable<Type> Ops => typeof(Op).Assembly.GetTypes()
        .Where(t => t.IsAssignableTo(typeof(Op)) && !t.IsAbstract && !t.IsAssignableTo(typeof(SourceOp)))
        .Except([typeof(AssignOp), typeof(GroupOp), typeof(LoopOp), typeof(DoubleDoubleOp), typeof(WithoutBorderOp), typeof(ImagesOfPartsOp), typeof(KernelsOfPartsOp)]);

    [Fact]
    public void Every_op_has_a_row() =>
        AssertNone(Ops.Except(Rows.All.Select(r => r.Op)).Select(t => t.Name), "ops without a row in the op table");

    [Fact]
    public void Every_element_type_that_an_op_admits_has_a_row()
    {
        var present = Rows.All.Select(r => (r.Op, Signature(RowGraph.Of(r)))).ToHashSet();
        var probes = Rows.All.DistinctBy(r => (r.Op, string.Join(' ', r.Inputs.Select(d => d.DType))));
        var admitted = probes.SelectMany(Variants).Select(built => (built.Row.Op, Signature(built))).Distinct();
        AssertNone(
            admitted.Where(a => !present.Contains(a)).Select(a => $"{a.Op.Name}: {a.Item2}").Order(), "element types without a row");
    }

    [Fact]
    public void Ops_with_equal_attributes_are_equal()
    {
        AssertNone(Rows.All.Where(r => !SameOp(r)).Select(r => r.Name), "rows that give an unequal op when built again");

        static bool SameOp(OpCase row)
        {
            var (a, b) = (RowGraph.Of(row).Node.Op, RowGraph.Of(row).Node.Op);
            // Two functions of the user's are one only if they are the same object.
            return a is CustomGradientOp || (a.Equals(b) && a.GetHashCode() == b.GetHashCode());
        }
    }

    [Fact]
    public void One_op_one_file()
    {
        var files = Repository.Sources("src/Graph/Ops").ToLookup(file => Path.GetFileNameWithoutExtension(file));
        foreach (var op in Ops)
        {
            var name = op.Name[..^"Op".Length];
            var file = Assert.Single(files[name]);
            var declared = Regex.Matches(File.ReadAllText(file), @"^\s*internal sealed record (\w+Op)\b", RegexOptions.Multiline).Select(m => m.Groups[1].Value);
            Assert.Equal([op.Name], declared);
        }
    }

    [Fact]
    public void Ops_are_sealed_records() =>
        AssertNone(Ops.Where(t => !t.IsSealed || t.GetMethod("<Clone>$") is null).Select(t => t.Name), "ops that are not sealed records");

    [Fact]
    public void Names_in_messages_are_unique() => AssertNone(
        Rows.All.Select(r => (r.Op, RowGraph.Of(r).Node.Op.Name)).Distinct().GroupBy(n => n.Name).Where(g => g.Select(n => n.Op).Distinct().Count() > 1).Select(g => g.Key),
        "names that two ops share");

    /// <summary>The row with each of its element types replaced by every other, where that can be built.</summary>
    private static IEnumerable<RowGraph> Variants(OpCase row)
    {
        foreach (var from in row.Inputs.Select(d => d.DType).Distinct())
        {
            foreach (var to in Types)
            {
                if (TryBuild(row, [.. row.Inputs.Select(d => d.DType == from ? d.As(to) : d)]) is { } built) yield return built;
            }
        }
    }

    private static RowGraph? TryBuild(OpCase row, TensorData[] data)
    {
        try
        {
            var built = RowGraph.With(row, data);
            return built.Graph.Nodes.Any(n => n.Op.GetType() == row.Op) ? built : null;
        }
        catch (GraphException)
        {
            return null;
        }
    }

    private static string Signature(RowGraph built) =>
        $"({string.Join(", ", built.Node.Inputs.Select(i => i.DType.Text()))}) -> {string.Join(", ", built.Node.Outputs.Select(o => o.DType.Text()))}";

    private static void AssertNone(IEnumerable<string> offenders, string what)
    {
        var found = offenders.ToArray();
        Expect.True(found.Length == 0, $"{what}:\n{string.Join("\n", found)}");
    }
}
