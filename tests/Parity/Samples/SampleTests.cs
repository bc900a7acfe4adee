namespace GraphGrad.Parity.Samples;

/// <summary>The samples against libtorch's recorded figures.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Names => [.. FoundingPrograms.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_finds_what_libtorch_finds(string sample)
    {
        var recording = Recording.Of(FoundingPrograms.File);
        Assert.Empty(FoundingPrograms.Compare(sample, recording, Backend.Compiled));
        Assert.Empty(FoundingPrograms.Compare(sample, recording, Backend.Interpreted));
    }

    [Fact]
    public void Digits_learn_as_in_libtorch()
    {
        var recording = Recording.Of(FoundingPrograms.File);
        Assert.Null(DigitsRun.Compare(recording, Backend.Compiled));
        Assert.Null(DigitsRun.Compare(recording, Backend.Interpreted));
    }
}
