namespace GraphGrad.Tests.OpTable;

/// <summary>Every row's interpretation against its reference.</summary>
public sealed class ValueTests
{
    public static TheoryData<string> All => Rows.Where(_ => true);

    [Theory]
    [MemberData(nameof(All))]
    public void Interpretation_gives_the_reference(string name)
    {
        var built = RowGraph.Of(Rows.Named(name));
        AssertReference(built, AsWritten.Run(built.Result, built.Feeds), name);
    }

    /// <summary>Type, shape and elements.</summary>
    internal static void AssertReference(RowGraph built, TensorData actual, string what)
    {
        var expected = Reference.Of(built);
        Assert.Equal(new TensorType(built.Result.DType, built.Extents), actual.Type);
        Assert.Equal(expected.Length, actual.Count);
        // What is added up is as uncertain as the largest sums on the way.
        var magnitudes = Reference.OfMagnitudes(built);
        var epsilon = actual.DType == DType.Float32 ? Math.Pow(2, -24) : Math.Pow(2, -53);
        Closeness.AssertClose(
            actual,
            i => expected[i],
            built.Row.Ulps,
            i => Math.Max(built.Row.Absolute, magnitudes is null || !double.IsFinite(magnitudes[i]) ? 0 : built.Row.Ulps * epsilon * Math.Abs(magnitudes[i])),
            signOfZero: built.Row.Expected is null,
            what);
    }
}
