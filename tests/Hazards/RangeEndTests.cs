using static GraphGrad.Ops;

namespace GraphGrad.Tests.Hazards;

/// <summary>Sums that leave the range of float32 where what is made of them, a mean or a share, does not: values and gradients, of known extents.</summary>
public sealed class RangeEndTests
{
    private static readonly float[] Large = [1e38f, 2e38f, 1.5e38f];
    private static readonly float[] Small = [2e-38f, 3e-38f, 1.5e-38f];
    private static readonly float[] Ordinary = [1, -2, 4];

    // Of two leaves; what depends on the first alone leaves the other out.
    private static readonly Dictionary<string, (Func<Value, Value, Value> Build, float[][] First, float[][] Second)> Cases = new()
    {
        ["sum(x * y) / sum(x)"] = ((x, y) => Sum(x * y) / Sum(x), [Large, Ordinary.Select(Math.Abs).ToArray()], [Ordinary]),
        ["sum(y * x) / sum(x) of weights behind"] = ((y, x) => Sum(x * y) / Sum(x), [Ordinary], [Large]),
        ["mean of what is positive"] = ((x, _) => Sum(Where(x > 0, x, 0)) / Maximum(Sum(Where(x > 0, OnesLike(x), 0)), 1), [Large, Ordinary], [Ordinary]),
        ["shares"] = ((x, _) => (x / Sum(x))[0], [Large, Ordinary], [Ordinary]),
        ["sum(x) / sum(y)"] = ((x, y) => Sum(x) / Sum(y), [Large, Ordinary], [Large]),
        ["harmonic mean"] = ((x, _) => 5 / Sum(1 / Concat([x, x[..2]])), [Small, Ordinary.Select(Math.Abs).ToArray()], [Ordinary]),
        ["deviation from the mean"] = ((x, y) => Sum(Abs(x - (Sum(x) / 3))) / Sum(Abs(x)), [Large, Ordinary], [Ordinary]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void They_come_out_right(string name)
    {
        var (build, firsts, seconds) = Cases[name];
        foreach (var (first, second) in firsts.SelectMany(x => seconds.Select(y => (x, y))))
        {
            var right = Run(build, first, second, DType.Float64, Backend.Interpreted);
            foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
            {
                var actual = Run(build, first, second, DType.Float32, backend);
                for (var i = 0; i < actual.Length; i++)
                {
                    Expect.True(Math.Abs(actual[i] - right[i]) <= (1e-5 * Math.Abs(right[i])) + 1.2e-38, $"{name}, {backend}, result {i}: {actual[i]} for {right[i]}");
                }
            }
        }
    }

    /// <summary>Value and gradients; in float64 the sums stay in the range.</summary>
    private static double[] Run(Func<Value, Value, Value> build, float[] first, float[] second, DType type, Backend backend)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [first.Length], type), graph.Placeholder("y", [second.Length], type));
        var result = build(x, y);
        Value[] all = [result, .. Gradients(result, new GradientOptions { Disconnected = Disconnected.Zeros }, x, y)];
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        return [.. session.Run(all, (x, Data(first)), (y, Data(second))).SelectMany(r => Enumerable.Range(0, r.Count).Select(r.At))];

        TensorData Data(float[] numbers) => type == DType.Float64 ? (TensorData)Array.ConvertAll(numbers, n => (double)n) : numbers;
    }
}
