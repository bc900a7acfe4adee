using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.OpTable;

/// <summary>Every row's batching rule: what Vectorize computes for several examples is what the row gives for each of them, stacked.</summary>
public sealed class VectorizeTests
{
    private const int Examples = 3;

    // Random draws differ among examples; they have tests of their own.
    public static TheoryData<string> Reproducible => Rows.Where(r => r.Op != typeof(RandomBitsOp));

    [Theory]
    [MemberData(nameof(Reproducible))]
    public void All_inputs_differ_among_examples(string name)
    {
        var row = Rows.Named(name);
        var graph = new Graph();
        var inputs = row.Inputs.Select((d, i) => graph.Placeholder($"x{i}", ["examples", .. d.Shape], d.DType)).ToArray();
        var result = Vectorize(v => [row.Build(v)], inputs)[0];
        var stacked = row.Inputs.Select((_, i) => Stacked([.. Indices(Examples).Select(k => Example(row, i, k))]));
        AssertStacked(AsWritten.Run(result, inputs.Zip(stacked)), [.. Indices(Examples).Select(k => Single(row, _ => k))], name);
    }

    [Theory]
    [MemberData(nameof(Reproducible))]
    public void One_input_differs_among_examples(string name)
    {
        var row = Rows.Named(name);
        for (var differing = 0; row.Inputs.Length > 1 && differing < row.Inputs.Length; differing++)
        {
            var graph = new Graph();
            var own = differing;
            var inputs = row.Inputs.Select((d, i) => graph.Placeholder($"x{i}", i == own ? [Examples, .. d.Shape] : d.Shape, d.DType)).ToArray();
            var result = Vectorize(v => [row.Build(v)], inputs, [.. inputs.Select((_, i) => i == own ? 0 : (int?)null)])[0];
            var data = row.Inputs.Select((d, i) => i == own ? Stacked([.. Indices(Examples).Select(k => Example(row, i, k))]) : d);
            AssertStacked(AsWritten.Run(result, inputs.Zip(data)), [.. Indices(Examples).Select(k => Single(row, i => i == own ? k : 0))], name);
        }
    }

    [Theory]
    [MemberData(nameof(Reproducible))]
    public void A_vectorized_row_can_be_vectorized(string name)
    {
        var row = Rows.Named(name);
        var graph = new Graph();
        var inputs = row.Inputs.Select((d, i) => graph.Placeholder($"x{i}", [2, Examples, .. d.Shape], d.DType)).ToArray();
        var result = Vectorize(outer => Vectorize(inner => [row.Build(inner)], outer), inputs)[0];
        var all = Indices(2 * Examples).ToArray();
        var stacked = row.Inputs.Select((d, i) => Data.Generate(d.DType, [2, Examples, .. d.Extents], Stacked([.. all.Select(k => Example(row, i, k))]).At));
        AssertStacked(AsWritten.Run(result, inputs.Zip(stacked)), [.. all.Select(k => Single(row, _ => k))], name);
    }

    public static TheoryData<string> Differentiable =>
        [.. GradientTests.DifferentiableRows.Where(row => RowGraph.Of(row).Result.Shape.ElementCount.Value * row.Inputs.Sum(d => d.Count) <= 1000).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Jacobians_of_both_modes_agree(string name)
    {
        var built = DifferentiatedRow.Of(Rows.Named(name));
        foreach (var input in built.Inputs)
        {
            Value[] modes =
            [
                Jacobian(built.Result, input, new JacobianOptions { Mode = DifferentiationMode.Reverse, Disconnected = Disconnected.Zeros }),
                Jacobian(built.Result, input, new JacobianOptions { Mode = DifferentiationMode.Forward, Disconnected = Disconnected.Zeros }),
            ];
            Assert.Equal(new Shape([.. built.Result.Shape, .. input.Shape]), modes[0].Shape);
            Assert.Equal(modes[0].Type, modes[1].Type);
            var both = built.Run(modes);
            var tolerance = built.IsFloat64 ? 1e-11 : 1e-4;
            for (var i = 0; i < both[0].Count; i++)
                Expect.True(Math.Abs(both[0].At(i) - both[1].At(i)) <= tolerance * (1 + Math.Abs(both[0].At(i))), $"{name}: element {i} is {both[0].At(i):R} in reverse, {both[1].At(i):R} forward");
        }
    }

    private static IEnumerable<int> Indices(int count) => Enumerable.Range(0, count);

    /// <summary>An input's elements turned around by k places, so that they stay within what the op admits; scalar bools alternate.</summary>
    private static TensorData Example(OpCase row, int input, int k)
    {
        var data = row.Inputs[input];
        return data is { DType: DType.Bool, Count: 1 }
            ? Data.Generate(DType.Bool, data.Extents.ToArray(), _ => k % 2 == 0 ? data.At(0) : 1 - data.At(0))
            : Data.Generate(data.DType, data.Extents.ToArray(), i => data.At((i + k) % data.Count));
    }

    private static TensorData Stacked(TensorData[] examples)
    {
        var count = examples[0].Count;
        return Data.Generate(examples[0].DType, [examples.Length, .. examples[0].Extents], i => examples[i / count].At(i % count));
    }

    private static TensorData Single(OpCase row, Func<int, int> exampleOf)
    {
        var built = RowGraph.Of(row);
        return AsWritten.Run(built.Result, built.Inputs.Select((x, i) => (x, Example(row, i, exampleOf(i)))));
    }

    // Reductions may add up in another order.
    private static void AssertStacked(TensorData actual, TensorData[] singles, string name)
    {
        Assert.Equal(singles[0].DType, actual.DType);
        Assert.Equal(singles[0].Extents.ToArray(), actual.Extents[^singles[0].Extents.Length..].ToArray());
        Assert.Equal(singles.Sum(s => s.Count), actual.Count);
        var tolerance = actual.DType switch { DType.Float32 => 2e-5, DType.Float64 => 1e-13, _ => 0 };
        for (var i = 0; i < actual.Count; i++)
        {
            var expected = singles[i / singles[0].Count].At(i % singles[0].Count);
            Expect.True(
                actual.At(i).Equals(expected) || Math.Abs(actual.At(i) - expected) <= tolerance * (1 + Math.Abs(expected)),
                $"{name}: element {i} is {actual.At(i):R}, expected {expected:R}");
        }
    }
}
