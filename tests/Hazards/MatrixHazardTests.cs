using static GraphGrad.Ops;

namespace GraphGrad.Tests.Hazards;

/// <summary>Products of matrices that overflow, vanish or cancel, beside a form that does not, in float64: values and gradients, alone and with a batch of unknown size.</summary>
public sealed class MatrixHazardTests
{
    private static readonly float[][] Scores = [[1, -2, 0.5f, 3, -1, 0.25f], [1000, -1000, 999, 5, 998, 3], [90, -95, 3, 88.5f, 89, 91], [-200, -210, -199, -400, -201, -205], [0, 0, 0, 0, 0, 0]];
    private static readonly float[][] Places = [[1000, 1000.0625f, 999.9375f, 1000, 1000.5f, 1000.125f], [3, 1e-3f, -7, 2, 0.5f, -0.25f]];

    private static readonly Dictionary<string, (Func<Value, Value, Value> Naive, Func<Value, Value, Value> Stable, float[][] Data)> Cases = new()
    {
        ["log(exp(x) @ exp(y).T)"] = ((x, y) => Log(MatMul(Exp(x), Turned(Exp(y)))), (x, y) => LogSumExp(ExpandDims(x, -2) + ExpandDims(y, -3), -1), Scores),
        ["log(sum(exp(x) @ exp(y).T))"] = ((x, y) => Log(Sum(MatMul(Exp(x), Turned(Exp(y))), -1)), (x, y) => LogSumExp(LogSumExp(ExpandDims(x, -2) + ExpandDims(y, -3), -1), -1), Scores),
        ["log(softmax(x) @ exp(y).T)"] = ((x, y) => Log(MatMul(Softmax(x, -1), Turned(Exp(y)))), (x, y) => LogSumExp(ExpandDims(LogSoftmax(x, -1), -2) + ExpandDims(y, -3), -1), Scores),
        ["exp(-(x^2 + y^2 - 2 x @ y.T))"] = ((x, y) => Exp(-(Sum(x * x, -1, keepDims: true) + ExpandDims(Sum(y * y, -1), -2) - (2 * MatMul(x, Turned(y))))), (x, y) => Exp(-Sum(Square(ExpandDims(x, -2) - ExpandDims(y, -3)), -1)), Places),
        // Binet and Cauchy.
        ["det(x @ y.T)"] = ((x, y) => Determinant(MatMul(x, Turned(y))), (x, y) => (Minor(x, 0, 1) * Minor(y, 0, 1)) + (Minor(x, 0, 2) * Minor(y, 0, 2)) + (Minor(x, 1, 2) * Minor(y, 1, 2)), Places),
        ["log(abs(det(x[:2, :2] * y[:2, :2])))"] = ((x, y) => Log(Abs(Determinant(Slice(x * y, -1, 0, 2)))), (x, y) => Log(Abs(Minor(x * y, 0, 1))), [[1e15f, 2e15f, 0, -3e15f, 1e15f, 0], [1e15f, 1, 0, 1, 1e-15f, 0], [1e-15f, 2, 0, 3, 2e15f, 0], [1, 2, 0, 3, 4, 0]]),
    };

    public static TheoryData<string> All => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void They_come_out_right(string name)
    {
        var (naive, stable, data) = Cases[name];
        foreach (var open in new[] { false, true }) Check(naive, stable, data, open);
    }

    private static void Check(Func<Value, Value, Value> naive, Func<Value, Value, Value> stable, float[][] data, bool open)
    {
        for (var i = 0; i < data.Length; i++)
        {
            var (first, second) = (data[i], data[(i + 1) % data.Length]);
            var right = Results(stable, first, second, DType.Float64, open: false);
            foreach (var (value, exact) in Results(naive, first, second, DType.Float32, open).Zip(right))
            {
                if (Math.Abs(exact) is > 3e38 or < 1e-28) continue;
                Expect.True(Math.Abs(value - exact) <= (1e-5 * Math.Abs(exact)) + 1e-14, $"{value} for {exact} at {i}");
            }
        }
    }

    private static double[] Results(Func<Value, Value, Value> function, float[] first, float[] second, DType type, bool open)
    {
        var graph = new Graph();
        Shape shape = open ? ["batch", 2, 3] : [2, 3];
        var (x, y) = (graph.Placeholder("x", shape, type), graph.Placeholder("y", shape, type));
        var value = function(x, y);
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        var results = session.Run([value, .. Gradients(Sum(value), [x, y])], [(x, Data(first)), (y, Data(second))]);
        return [.. results.SelectMany(r => Enumerable.Range(0, r.Count).Select(r.At))];

        TensorData Data(float[] elements)
        {
            int[] extents = open ? [1, 2, 3] : [2, 3];
            return type == DType.Float64 ? TensorData.Create<double>(Array.ConvertAll(elements, e => (double)e), extents) : TensorData.Create<float>(elements, extents);
        }
    }

    private static Value Minor(Value x, int left, int right) => (At(x, 0, left) * At(x, 1, right)) - (At(x, 0, right) * At(x, 1, left));

    private static Value At(Value x, int row, int column) => Squeeze(Slice(Slice(x, -2, row, 1), -1, column, 1), -2, -1);

    private static Value Turned(Value x) => x.Rank == 3 ? Transpose(x, 0, 2, 1) : Transpose(x, 1, 0);
}
