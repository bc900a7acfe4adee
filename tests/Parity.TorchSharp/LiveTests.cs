namespace GraphGrad.Parity.Live;

/// <summary>Every case against libtorch as it runs here.</summary>
public sealed class LiveTests
{
    [Theory]
    [MemberData(nameof(Rows.Calls), MemberType = typeof(Rows))]
    public void Agrees_with_libtorch(string family, string name)
    {
        var row = Family.Named(family)[name];
        var recording = TorchRun.NewRecording();
        TorchRun.Record(recording, row, Twins.Of(family)[name]);
        string[] failures = [.. Yardstick.Compare(row, recording, Backend.Compiled).Failures, .. Yardstick.Compare(row, recording, Backend.Interpreted).Failures];
        KnownDifferences.Check(name, failures);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Wrong_calls_are_refused_by_both(string name)
    {
        var family = Family.Named(name);
        var messages = TorchRefusals.Of(family);
        Assert.All(messages, message => KnownDifferences.Check(message.Key, message.Value.Length > 0 ? [] : [$"libtorch does not refuse '{message.Key}'"]));
        Assert.All(messages.Keys, row => Rows.CheckRefusal(family[row]));
    }

    public static TheoryData<string> Families => [.. Family.All.Select(f => f.Name)];

    [Fact]
    public void Every_expression_has_its_case() =>
        Assert.All(Family.All, family => Assert.Empty(Twins.Of(family.Name).Except(family.Cases.Select(c => c.Name))));
}
