using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using GraphGrad.Operations;
using Xunit.Abstractions;

namespace GraphGrad.Tests.OpTable;

/// <summary>Every row compiled: at every vector width, with symbolic extents, and its gradient.</summary>
public sealed class CompiledTests(ITestOutputHelper output)
{
    private static readonly VectorWidth[] Widths = [VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar];

    public static TheoryData<string> All => Rows.Where(_ => true);

    [Theory]
    [InlineData(VectorWidth.Vector512)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Scalar)]
    public void Width_is_accelerated_where_the_machine_says_so(VectorWidth width)
    {
        var isAccelerated = width switch
        {
            VectorWidth.Vector512 => Vector512.IsHardwareAccelerated,
            VectorWidth.Vector256 => Vector256.IsHardwareAccelerated,
            VectorWidth.Vector128 => Vector128.IsHardwareAccelerated,
            _ => true,
        };
        output.WriteLine($"{width}: {(isAccelerated ? "in hardware" : "in software")}");
        Assert.Equal(isAccelerated, width.IsAccelerated());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Compilation_gives_the_reference_at_every_width(string name) => CompiledRow.Check(Rows.Named(name), Widths);

    [Theory]
    [MemberData(nameof(All))]
    public void Symbolic_extents_give_the_same_at_every_extent(string name)
    {
        var row = Rows.Named(name);
        if (!TryBuildSymbolic(row, out var built)) return;
        using var session = new Session(built.Graph);
        ValueTests.AssertReference(built, session.Run(built.Result, built.Feeds), name);
        // The same plan at other extents, one of them longer than any vector, against the interpretation.
        var runIndex = 1;
        foreach (var rows in new[] { 1, 19 })
        {
            (Value Input, TensorData Data)[] feeds = [.. built.Feeds.Select(f => (f.Item1, f.Item1.Shape.IsStatic ? f.Item2 : f.Item2.WithRows(rows)))];
            if (TryRun(built.Result, feeds, runIndex) is not { } expected) continue;
            var magnitudes = TryRun(built.Result, [.. feeds.Select(f => (f.Input, f.Data.Magnitudes()))], runIndex);
            var actual = session.Run(built.Result, feeds);
            Assert.Equal(expected.Type, actual.Type);
            // The rounding of a product grows with its factors.
            var times = built.Node.Op is ReduceOp { Kind: ReductionKind.Product } ? Math.Max(1, (double)feeds[0].Data.Count / built.Feeds[0].Item2.Count) : 1;
            ValueTests.AssertClose(built, actual, expected.At, i => magnitudes?.At(i) ?? 0, $"{name} with {rows} rows", times);
            runIndex++;
        }
    }

    [Theory]
    [MemberData(nameof(GradientTests.Differentiable), MemberType = typeof(GradientTests))]
    public void Compiled_gradient_is_the_interpreted_one(string name)
    {
        var built = DifferentiatedRow.Of(Rows.Named(name));
        using var session = new Session(built.Result.Graph, new SessionOptions { Unroll = false });
        var compiled = session.Run(built.Gradients, built.Feeds);
        foreach (var (actual, expected) in compiled.Zip(built.Run(built.Gradients)))
        {
            var largest = Enumerable.Range(0, expected.Count).Select(i => Math.Abs(expected.At(i))).DefaultIfEmpty().Max();
            var epsilon = built.IsFloat64 ? 1e-13 : 1e-5;
            Assert.Equal(expected.Type, actual.Type);
            Closeness.AssertClose(actual, expected.At, 16 * built.Row.Ulps, epsilon * largest, signOfZero: false, name);
        }
    }

    // A slice that the row's extents allow need not lie within others.
    private static TensorData? TryRun(Value result, (Value Input, TensorData Data)[] feeds, long runIndex)
    {
        try
        {
            using var run = new AsWritten(result);
            foreach (var (input, data) in feeds) run.Feed(input, data);
            run.Run(runIndex);
            return run.Read(result);
        }
        catch (GraphException)
        {
            return null;
        }
    }

    // An op whose attributes name extents does not admit symbols in their place.
    private static bool TryBuildSymbolic(OpCase row, out RowGraph built)
    {
        built = null!;
        try
        {
            built = RowGraph.Symbolic(row);
        }
        catch (GraphException) when (!row.Op.IsAssignableTo(typeof(Operations.ElementwiseOp)))
        {
            return false;
        }
        return built.HasSymbols;
    }
}
