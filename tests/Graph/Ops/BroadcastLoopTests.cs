using static GraphGrad.Ops;

namespace GraphGrad.Tests;

/// <summary>The interpreter's broadcasting against the definition, over shapes that reach every way of walking them.</summary>
public sealed class BroadcastLoopTests
{
    private static readonly int[] Extents = [0, 1, 1, 2, 3, 5, 33, 130, 1100];

    [Fact]
    public void Operands_of_random_shapes_agree_with_the_definition()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var output = RandomShape(random);
            var (a, b, c) = (RandomData(random, output), RandomData(random, output), RandomData(random, output));
            var graph = new Graph();
            var (x, y, z) = (graph.Constant(a), graph.Constant(b), graph.Constant(c));
            var (difference, less, choice, longChoice) = (x - y, x < y, Where(x < y, z, y), Where(x < y, Cast(z, DType.Int64), Cast(x, DType.Int64)));
            using var session = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
            var results = session.Run([difference, less, choice, longChoice]);
            Check(seed, results[0], i => At(a, results[0], i) - At(b, results[0], i));
            Check(seed, results[1], i => At(a, results[1], i) < At(b, results[1], i) ? 1 : 0);
            Check(seed, results[2], i => At(a, results[2], i) < At(b, results[2], i) ? At(c, results[2], i) : At(b, results[2], i));
            Check(seed, results[3], i => At(a, results[3], i) < At(b, results[3], i) ? At(c, results[3], i) : At(a, results[3], i));
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    public void Comparisons_agree_with_the_definition_in_every_type(DType type)
    {
        var random = new Random(1);
        var graph = new Graph();
        var data = TensorData.FromArray(Enumerable.Range(0, 101).Select(_ => (float)random.Next(-2, 3)).ToArray());
        var other = TensorData.FromArray(Enumerable.Range(0, 101).Select(_ => (float)random.Next(-2, 3)).ToArray());
        var (x, y) = (Cast(graph.Constant(data), type), Cast(graph.Constant(other), type));
        using var session = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        (Value, Func<double, double, bool>)[] comparisons =
        [
            (Equal(x, y), (a, b) => a == b),
            (NotEqual(x, y), (a, b) => a != b),
            (x < y, (a, b) => a < b),
            (x <= y, (a, b) => a <= b),
            (x > y, (a, b) => a > b),
            (x >= y, (a, b) => a >= b),
        ];
        foreach (var (comparison, expected) in comparisons)
            Check(0, session.Run(comparison), i => expected(data.At(i), other.At(i)) ? 1 : 0);
    }

    [Fact]
    public void Comparisons_with_NaN_are_false_except_inequality()
    {
        var graph = new Graph();
        var x = graph.Constant(Enumerable.Repeat(float.NaN, 100).ToArray());
        var y = graph.Constant(Enumerable.Repeat(1f, 100).ToArray());
        using var session = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        foreach (var comparison in new[] { Equal(x, x), x < y, x <= y, x > y, x >= y, y < x, Not(NotEqual(x, x)) })
            Assert.DoesNotContain(true, session.Run(comparison).AsSpan<bool>().ToArray());
    }

    private static int[] RandomShape(Random random)
    {
        while (true)
        {
            var shape = Enumerable.Range(0, random.Next(5)).Select(_ => Extents[random.Next(Extents.Length)]).ToArray();
            if (shape.Aggregate(1L, (count, extent) => count * extent) <= 20_000) return shape;
        }
    }

    /// <summary>Data that broadcasts to the shape: leading axes dropped, others made 1.</summary>
    private static TensorData RandomData(Random random, int[] output)
    {
        var shape = output.Skip(random.Next(3) == 0 ? random.Next(output.Length + 1) : 0).Select(e => random.Next(3) == 0 ? 1 : e).ToArray();
        var elements = Enumerable.Range(0, shape.Aggregate(1, (count, extent) => count * extent)).Select(_ => (float)random.Next(-9, 10)).ToArray();
        return TensorData.Create<float>(elements, shape);
    }

    private static double At(TensorData data, TensorData output, int index)
    {
        var (offset, stride) = (0, 1);
        for (var axis = 1; axis <= output.Extents.Length; axis++)
        {
            var position = index % output.Extents[^axis];
            index /= output.Extents[^axis];
            if (axis > data.Extents.Length) continue;
            if (data.Extents[^axis] != 1) offset += position * stride;
            stride *= data.Extents[^axis];
        }
        return data.At(offset);
    }

    private static void Check(int seed, TensorData actual, Func<int, double> expected)
    {
        for (var i = 0; i < actual.Count; i++)
            Expect.True(actual.At(i) == expected(i), $"seed {seed}, shape {actual.Shape}, element {i}: {actual.At(i)} instead of {expected(i)}");
    }
}
