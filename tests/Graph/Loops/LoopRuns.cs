namespace GraphGrad.Tests.Loops;

/// <summary>Runs the same fetches compiled and interpreted, rewritten and as written, and compares.</summary>
internal static class LoopRuns
{
    public static double[][] Everywhere(Value[] fetches, params (Value Placeholder, TensorData Data)[] feeds)
    {
        double[][]? first = null;
        foreach (var options in new SessionOptions[]
        {
            new() { Backend = Backend.Interpreted, Rewrite = false },
            new() { Backend = Backend.Interpreted },
            new() { Rewrite = false },
            new(),
            new() { Unroll = false, Threads = 1 },
        })
        {
            using var session = new Session(fetches[0].Graph, options);
            var results = session.Run(fetches, feeds);
            // Twice: memory from the first run must not show in the second.
            results = session.Run(fetches, feeds);
            double[][] numbers = [.. results.Select(r => Enumerable.Range(0, r.Count).Select(r.At).ToArray())];
            first ??= numbers;
            for (var i = 0; i < numbers.Length; i++)
            {
                Assert.Equal(first[i].Length, numbers[i].Length);
                for (var k = 0; k < numbers[i].Length; k++)
                    Expect.True(Close(first[i][k], numbers[i][k], fetches[i].DType == DType.Float32 ? 2e-5 : 1e-11), $"fetch {i} '{fetches[i].Name}', element {k}: {first[i][k]} as written, {numbers[i][k]} with {options}");
            }
        }
        return first!;
    }

    public static bool Close(double a, double b, double tolerance) => a.Equals(b) || Math.Abs(a - b) <= tolerance * (1 + Math.Max(Math.Abs(a), Math.Abs(b)));

    /// <summary>Numbers from -1 to 1.</summary>
    public static double[] Numbers(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    public static TensorData Data(int seed, params int[] extents) => new(Numbers(seed, extents.Aggregate(1, (a, b) => a * b)), extents);
}
