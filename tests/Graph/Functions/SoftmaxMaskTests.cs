using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Softmax and its logarithm where some or all elements of a row are masked by -∞, in batches of known and unknown size.</summary>
public class SoftmaxMaskTests
{
    private static readonly float[,] Scores = { { 1, 2, -3, 0.5f }, { 4, 5, 6, 7 }, { 0.25f, -1, 2, 30 } };
    private static readonly float[,] Weights = { { 1, -2, 3, 0.5f }, { 1, 1, 2, 3 }, { 2, 5, -1, 1 } };
    private static readonly bool[,] Kept = { { true, true, false, true }, { false, false, false, false }, { false, true, false, false } };
    private static readonly Dim[] Batches = ["batch", 3];

    public static TheoryData<Backend, bool, bool> Ways => new()
    {
        { Backend.Compiled, true, true }, { Backend.Compiled, true, false }, { Backend.Compiled, false, true }, { Backend.Compiled, false, false },
        { Backend.Interpreted, true, true }, { Backend.Interpreted, true, false }, { Backend.Interpreted, false, true }, { Backend.Interpreted, false, false },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Masked_elements_have_no_weight_and_no_gradient(Backend backend, bool isOpen, bool isAdded)
    {
        var (x, w, logits, kept, feeds) = Build(isOpen, isAdded);
        var y = Where(Any(kept, 1, keepDims: true), Softmax(logits), 0);
        using var session = new Session(x.Graph, new SessionOptions { Backend = backend });
        var results = session.Run([y, Gradient(Sum(y * w), x)], feeds);
        Check(results[0], (row, k) => P(row, k));
        Check(results[1], (row, k) => P(row, k) * (Weights[row, k] - Total(j => P(row, j) * Weights[row, j])));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Logarithms_of_masked_rows_have_gradient_zero(Backend backend, bool isOpen, bool isAdded)
    {
        var (x, w, logits, kept, feeds) = Build(isOpen, isAdded);
        var y = Where(kept, LogSoftmax(logits), 0);
        using var session = new Session(x.Graph, new SessionOptions { Backend = backend });
        var results = session.Run([y, Gradient(Sum(y * w), x)], feeds);
        Check(results[0], (row, k) => Kept[row, k] ? Math.Log(P(row, k)) : 0);
        Check(results[1], (row, k) => Kept[row, k] ? Weights[row, k] - (P(row, k) * Total(j => Kept[row, j] ? Weights[row, j] : 0)) : 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_sum_of_nothing_is_minus_infinity_and_has_gradient_zero_where_it_is_not_taken(Backend backend, bool isOpen, bool isAdded)
    {
        var (x, _, logits, kept, feeds) = Build(isOpen, isAdded);
        var y = LogSumExp(logits, 1);
        using var session = new Session(x.Graph, new SessionOptions { Backend = backend });
        var results = session.Run([y, Gradient(Sum(Where(Any(kept, 1), y, 0)), x)], feeds);
        for (var row = 0; row < 3; row++)
        {
            if (row == 1) Assert.Equal(double.NegativeInfinity, results[0].At(row));
            else Assert.Equal(Math.Log(Total(k => Kept[row, k] ? Math.Exp(Scores[row, k]) : 0)), results[0].At(row), 1e-6);
        }
        Check(results[1], P);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_masked_row_is_no_number_and_leaves_the_others_alone(Backend backend, bool isOpen, bool isAdded)
    {
        var (x, w, logits, _, feeds) = Build(isOpen, isAdded);
        var y = Softmax(logits);
        using var session = new Session(x.Graph, new SessionOptions { Backend = backend });
        var results = session.Run([y, Gradient(Sum(y * w), x)], feeds);
        for (var k = 0; k < 4; k++)
        {
            Assert.Equal(double.NaN, results[0].At(4 + k));
            Assert.Equal(P(0, k), results[0].At(k), 1e-6);
            Assert.Equal(P(2, k) * (Weights[2, k] - Total(j => P(2, j) * Weights[2, j])), results[1].At(8 + k), 1e-6);
        }
    }

    private static (Value X, Value W, Value Logits, Value Kept, (Value, TensorData)[] Feeds) Build(bool isOpen, bool isAdded)
    {
        var graph = new Graph();
        Shape shape = [Batches[isOpen ? 0 : 1], 4];
        var (x, w, kept) = (graph.Placeholder("x", shape), graph.Placeholder("w", shape), graph.Placeholder("kept", shape, DType.Bool));
        var logits = isAdded ? x + Where(kept, ZerosLike(x), double.NegativeInfinity) : Where(kept, x, double.NegativeInfinity);
        return (x, w, logits, kept, [(x, Scores), (w, Weights), (kept, Kept)]);
    }

    private static void Check(TensorData actual, Func<int, int, double> expected)
    {
        for (var i = 0; i < 12; i++) Expect.True(Math.Abs(actual.At(i) - expected(i / 4, i % 4)) <= 1e-6, $"{actual.At(i)} for {expected(i / 4, i % 4)} at {i / 4}, {i % 4}");
    }

    private static double P(int row, int k) => Kept[row, k] ? Math.Exp(Scores[row, k]) / Total(j => Kept[row, j] ? Math.Exp(Scores[row, j]) : 0) : 0;

    private static double Total(Func<int, double> term) => Enumerable.Range(0, 4).Sum(term);
}
