using GraphGrad.Tests.Fuzzing;
using GraphGrad.Tests.Hazards;
using GraphGrad.Tests.OpTable;
using GraphGrad.Tests.Rewriting;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("GraphGrad.Tests.LongestFirst", "GraphGrad.Tests")]

namespace GraphGrad.Tests;

/// <summary>Begins with the classes that take longest: begun late, one of them would run on one thread when all others are done.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Longest =
        [typeof(CompiledTests), typeof(HazardTests), typeof(RandomGraphTests), typeof(RuleAccuracyTests), typeof(Functions.BlameTests), typeof(HazardReportTests), typeof(RuleFuzzTests)];

    // A class is a collection of its own, named after it.
    private static readonly string[] Names = [.. Longest.Select(type => type.FullName!)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => Array.FindIndex(Names, name => c.DisplayName.EndsWith($" {name}", StringComparison.Ordinal)) is >= 0 and var place ? place : Names.Length);
}
