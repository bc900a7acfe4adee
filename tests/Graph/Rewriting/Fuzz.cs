namespace GraphGrad.Tests.Rewriting;

/// <summary>Random data.</summary>
internal static class Fuzz
{
    private static readonly double[] Special =
        [double.NaN, 0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, 1, -1, 0.5, 800, -800, 1e-8, -1e-8, 1e30, -1e30];

    public static TensorData Data(TensorType type, Random random, double from = -3, double to = 3) =>
        Fill(type, () => from + ((to - from) * random.NextDouble()), random);

    /// <summary>Among them NaN, both zeros, both infinities, and numbers whose exponentials overflow or vanish.</summary>
    public static TensorData SpecialData(TensorType type, Random random) =>
        Fill(type, () => Special[random.Next(Special.Length)], random);

    private static TensorData Fill(TensorType type, Func<double> next, Random random)
    {
        var extents = type.Shape.Select(d => (int)d.Value).ToArray();
        var count = extents.Aggregate(1, (a, b) => a * b);
        Array elements = type.DType switch
        {
            DType.Float32 => Enumerable.Range(0, count).Select(_ => (float)next()).ToArray(),
            DType.Float64 => Enumerable.Range(0, count).Select(_ => next()).ToArray(),
            DType.Int32 => Enumerable.Range(0, count).Select(_ => random.Next(-5, 6)).ToArray(),
            DType.Int64 => Enumerable.Range(0, count).Select(_ => (long)random.Next(-5, 6)).ToArray(),
            _ => Enumerable.Range(0, count).Select(_ => random.Next(2) == 1).ToArray(),
        };
        return new TensorData(elements, extents);
    }
}
