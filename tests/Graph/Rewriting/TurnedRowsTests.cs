using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Reductions of short rows of what is combined from repeated operands: vectors lie along the results.</summary>
public sealed class TurnedRowsTests
{
    [Fact]
    public void Operands_are_turned_once_each()
    {
        var (x, y) = Points(new Graph());
        var difference = Reshape(ExpandDims(x, 1), 64, 5, 1) - Transpose(ExpandDims(y, 0), 0, 2, 1);
        RuleTest.Given(Sum(Square(ExpandDims(x, 1) - ExpandDims(y, 0)), 2)).Applying(AlgebraRules.Strength).Gives(Sum(Square(difference), 1)).WithSameValues();
    }

    [Theory]
    [InlineData(0)] // Not repeated.
    [InlineData(1)] // Repeated, beside an operand that is not.
    [InlineData(2)] // Dear, and perhaps stored for others.
    [InlineData(3)] // Too few results to fill a vector.
    [InlineData(4)] // Rows long enough to fill many.
    public void What_would_not_gain_is_left_alone(int which)
    {
        var graph = new Graph();
        var (x, y) = Points(graph);
        var sum = which switch
        {
            0 => Sum(Square(graph.Placeholder("z", [64, 24, 5])), 2),
            1 => Sum(graph.Placeholder("z", [64, 24, 5]) * y, 2),
            2 => Sum(Tanh(ExpandDims(x, 1) + y), 2),
            3 => Sum(Square(ExpandDims(graph.Placeholder("z", [640, 5]), 1) - Slice(y, 0, 0, 9)), 2),
            _ => Sum(Square(ExpandDims(graph.Placeholder("z", [64, 65]), 1) - graph.Placeholder("u", [24, 65])), 2),
        };
        RuleTest.Given(sum).Applying(AlgebraRules.Strength).Gives(sum);
    }

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Distances_and_their_gradients_are_those_of_the_program_as_written(VectorWidth width)
    {
        foreach (var (rows, columns, features) in ((int, int, int)[])[(40, 33, 3), (64, 24, 9), (70, 17, 16), (33, 40, 64)])
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", ["n", features]), graph.Placeholder("y", [columns, features]));
            var distances = PairwiseDistances(x, y);
            Value[] results = [distances, Max(Abs(ExpandDims(x, 1) - y), 2), .. Gradients(Sum(distances), [x, y])];
            var (a, b) = (Numbers(1, rows, features), Numbers(2, columns, features));
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            var expected = written.Run(results, (x, a), (y, b));
            float[]? bits = null;
            foreach (var threads in (int[])[1, 2])
            {
                using var session = new Session(graph, new SessionOptions { Width = width, Threads = threads });
                var found = session.Run(results, (x, a), (y, b));
                for (var i = 0; i < found.Length; i++)
                {
                    var own = found[i].AsSpan<float>();
                    for (var k = 0; k < own.Length; k++) Assert.Equal(expected[i].AsSpan<float>()[k], own[k], 1e-4);
                }
                var first = found[0].AsSpan<float>().ToArray();
                Assert.Equal(bits ??= first, first);
            }
        }
    }

    private static (Value X, Value Y) Points(Graph graph) => (graph.Placeholder("x", [64, 5]), graph.Placeholder("y", [24, 5]));

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        return TensorData.Create<float>([.. Enumerable.Range(0, extents.Aggregate((p, q) => p * q)).Select(_ => random.NextSingle())], extents);
    }
}
