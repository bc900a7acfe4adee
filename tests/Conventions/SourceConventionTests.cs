using System.Reflection;
using System.Text.RegularExpressions;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Tests.Conventions;

/// <summary>What holds for every source file.</summary>
public sealed class SourceConventionTests
{
    private const int MostLines = 500;

    private static readonly string[] Folders = ["src", "tests", "bench", "samples", "build"];

    // Kernels and routines work on addresses, which what calls them keeps valid; so do those who own or lend that memory.
    private static readonly string[] UnsafePlaces =
    [
        "src/Compiler/Contraction/", "src/Compiler/Emission/Lane", "src/Compiler/Emission/MaskMemory.cs",
        "src/Graph/Ops/Contraction/", "src/Graph/Ops/Routines/", "src/Graph/Ops/Operand.cs",
        "src/Graph/Rewriting/ConstantEvaluation.cs", "src/Graph/Rewriting/Precision/PreparedProgram.cs",
        "src/Runtime/CompiledFunction.cs", "src/Runtime/FunctionCall.cs", "src/Runtime/Execution/", "src/Runtime/Interpretation/", "src/Runtime/Memory/",
    ];

    private static IEnumerable<string> Files => Folders.Where(f => Directory.Exists(Path.Combine(Repository.Root, f))).SelectMany(Repository.Sources);

    [Fact]
    public void Files_are_short() => AssertNone(Files.Where(f => File.ReadLines(f).Count() > MostLines), $"files of more than {MostLines} lines");

    [Fact]
    public void Files_hold_no_regions_and_no_leftovers() => AssertNone(
        Files.Where(f => !f.EndsWith($"{nameof(SourceConventionTests)}.cs", StringComparison.Ordinal)
            && Regex.IsMatch(File.ReadAllText(f), @"#region|\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")),
        "files with regions or leftovers");

    [Fact]
    public void Unsafe_code_stays_in_its_places() => AssertNone(
        Repository.Sources("src").Where(f => Regex.IsMatch(File.ReadAllText(f), @"\bunsafe\b")
            && !UnsafePlaces.Any(place => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/').StartsWith(place, StringComparison.Ordinal))),
        "files with unsafe code elsewhere");

    [Fact]
    public void Tests_of_a_folder_share_a_namespace() => Assert.All(
        Repository.Sources("tests").GroupBy(f => Path.GetDirectoryName(f)!),
        folder => Assert.Single(folder.SelectMany(File.ReadLines).Where(line => line.StartsWith("namespace ", StringComparison.Ordinal)).Distinct()));

    [Fact]
    public void Projects_depend_in_one_direction()
    {
        string[] order = ["GraphGrad.Graph", "GraphGrad.Compiler", "GraphGrad.Runtime", "GraphGrad.Models"];
        var assemblies = new[] { typeof(Graph), typeof(VectorWidths), typeof(Session) }.Select(t => t.Assembly).ToArray();
        for (var i = 0; i < assemblies.Length; i++)
        {
            Assert.Equal(order[i], assemblies[i].GetName().Name);
            Assert.Empty(References(assemblies[i]).Intersect(order[i..]));
        }
    }

    [Fact]
    public void Nothing_outside_the_platform_is_referenced()
    {
        string[] own = ["GraphGrad.Graph", "GraphGrad.Compiler", "GraphGrad.Runtime", "GraphGrad.Models"];
        foreach (var assembly in new[] { typeof(Graph), typeof(VectorWidths), typeof(Session) }.Select(t => t.Assembly))
            Assert.All(References(assembly).Except(own), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(r => r.Name!);

    private static void AssertNone(IEnumerable<string> offenders, string what)
    {
        var found = offenders.Select(f => Path.GetRelativePath(Repository.Root, f)).ToArray();
        Expect.True(found.Length == 0, $"{what}:\n{string.Join("\n", found)}");
    }
}
