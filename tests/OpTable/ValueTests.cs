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
        var (expected, magnitudes) = Reference.Of(built);
        Assert.Equal(new TensorType(built.Result.DType, built.Extents), actual.Type);
        Assert.Equal(expected.Length, actual.Count);
        AssertClose(built, actual, i => expected[i], magnitudes is null ? _ => 0 : i => magnitudes[i], what);
    }

    /// <summary>Within the row's tolerance, or several times that; what is added up is as uncertain as the magnitudes that it runs through.</summary>
    internal static void AssertClose(RowGraph built, TensorData actual, Func<int, double> expected, Func<int, double> magnitudes, string what, double times = 1)
    {
        var (epsilon, ulps) = (actual.DType == DType.Float32 ? Math.Pow(2, -24) : Math.Pow(2, -53), times * built.Row.Ulps);
        Closeness.AssertClose(actual, expected, ulps, Tolerance, signOfZero: built.Row.Expected is null, what);

        double Tolerance(int i) =>
            double.IsFinite(magnitudes(i)) ? Math.Max(built.Row.Absolute, ulps * epsilon * Math.Abs(magnitudes(i))) : built.Row.Absolute;
    }
}
