namespace GraphGrad.Tests.Fuzzing;

/// <summary>A fixed set of random programs; <c>dotnet run -c Release --project tests -- fuzz</c> goes on with others.</summary>
public sealed class RandomGraphTests
{
    private const int ProgramsPerTest = 10;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12).Select(i => 1000 * (i + 1))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_way_to_run_a_program_gives_the_same(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + ProgramsPerTest; seed++)
        {
            if (FuzzCommand.Report(seed) is { } report) Assert.Fail(report);
        }
    }

    [Fact]
    public void A_seed_always_gives_the_same_program() =>
        Assert.Equal(ProgramGenerator.Write(7).ToString(), ProgramGenerator.Write(7).ToString());
}
