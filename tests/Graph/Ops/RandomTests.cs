using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests;

public sealed class RandomTests
{
    private const int Many = 200_000;

    private readonly Graph graph = new();

    // The known answers that the generator's authors publish with it.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_known_answers(
        uint x0, uint x1, uint x2, uint x3, uint key0, uint key1, uint y0, uint y1, uint y2, uint y3) =>
        Assert.Equal((y0, y1, y2, y3), Philox.Block(x0, x1, x2, x3, key0, key1));

    [Fact]
    public void Bits_are_the_words_of_the_element_and_the_run()
    {
        var bits = RandomBits(graph, [2, 3], seed: -5);
        using var run = new AsWritten(bits);
        run.Run(runIndex: (7L << 32) + 9);
        var block = Philox.Block(4, 0, 9, 7, unchecked((uint)-5), uint.MaxValue);
        Assert.Equal((long)(((ulong)block.X1 << 32) | block.X0), run.Read(bits).AsSpan<long>()[4]);
    }

    [Fact]
    public void Equal_seeds_give_equal_numbers_and_other_runs_others()
    {
        var (a, b, c) = (RandomUniform(graph, [100], seed: 1), RandomUniform(graph, [100], seed: 1), RandomUniform(graph, [100], seed: 2));
        using var run = new AsWritten(a, b, c);
        run.Run();
        var first = run.Read(a);
        Assert.Equal(first, run.Read(b));
        Assert.NotEqual(first, run.Read(c));
        run.Run(runIndex: 1);
        Assert.NotEqual(first, run.Read(a));
    }

    [Fact]
    public void Without_a_seed_nodes_differ_and_graphs_built_alike_agree()
    {
        var (a, b) = (RandomNormal(graph, [10]), RandomNormal(graph, [10]));
        Assert.NotEqual(AsWritten.Run(a), AsWritten.Run(b));
        var other = new Graph();
        Assert.Equal(AsWritten.Run(a), AsWritten.Run(RandomNormal(other, [10])));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Uniform_numbers_have_their_moments(DType type)
    {
        var data = AsWritten.Run(RandomUniform(graph, [Many], seed: 42, dtype: type));
        var numbers = Enumerable.Range(0, Many).Select(data.At).ToArray();
        Assert.All(numbers, x => Assert.InRange(x, 0, Math.BitDecrement(1.0)));
        // Four standard errors of the mean, the variance and the correlation of neighbours.
        Assert.Equal(0.5, numbers.Average(), 4 * Math.Sqrt(1.0 / 12 / Many));
        Assert.Equal(1.0 / 12, numbers.Average(x => (x - 0.5) * (x - 0.5)), 4 * Math.Sqrt(1.0 / 180 / Many));
        Assert.Equal(0, numbers.Zip(numbers.Skip(1), (x, y) => (x - 0.5) * (y - 0.5)).Average(), 4 * Math.Sqrt(1.0 / 144 / Many));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Normal_numbers_have_their_moments(DType type)
    {
        var data = AsWritten.Run(RandomNormal(graph, [Many], seed: 42, dtype: type));
        var numbers = Enumerable.Range(0, Many).Select(data.At).ToArray();
        Assert.All(numbers, x => Assert.InRange(Math.Abs(x), 0, type == DType.Float32 ? 5.8 : 8.6));
        // Four standard errors of the first four moments, whose variances are 1, 2, 15 and 96.
        Assert.Equal(0, numbers.Average(), 4 * Math.Sqrt(1.0 / Many));
        Assert.Equal(1, numbers.Average(x => x * x), 4 * Math.Sqrt(2.0 / Many));
        Assert.Equal(0, numbers.Average(x => x * x * x), 4 * Math.Sqrt(15.0 / Many));
        Assert.Equal(3, numbers.Average(x => x * x * x * x), 4 * Math.Sqrt(96.0 / Many));
    }

    [Fact]
    public void Refusals()
    {
        Errors.Throws("random_uniform: int32 does not hold fractions; use float32 or float64, or RandomBits. Built at {here}.", () => RandomUniform(graph, [2], dtype: DType.Int32));
        Errors.Throws(
            "random_bits: bits are int32 or int64, not float32; use RandomUniform or RandomNormal for floats. Built at {here}.",
            () => RandomBits(graph, [2], dtype: DType.Float32));
    }
}
