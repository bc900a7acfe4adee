using GraphGrad.Parity.Samples;

namespace GraphGrad.Parity.Live.Samples;

/// <summary>The samples beside libtorch as it runs here.</summary>
public sealed class SampleLiveTests
{
    [Theory]
    [MemberData(nameof(SampleTests.Names), MemberType = typeof(SampleTests))]
    public void Sample_finds_what_libtorch_finds(string sample)
    {
        var recording = TorchRun.NewRecording();
        SampleRecording.Record(recording, sample);
        Assert.Empty(FoundingPrograms.Compare(sample, recording, Backend.Compiled));
    }

    [Fact]
    public void Digits_learn_as_in_libtorch()
    {
        var recording = TorchRun.NewRecording();
        SampleRecording.RecordDigits(recording);
        Assert.Null(DigitsRun.Compare(recording, Backend.Compiled));
    }
}
