namespace GraphGrad.Tests.OpTable;

/// <summary>Makes and changes the data that checks feed.</summary>
internal static class Data
{
    /// <summary>The same numbers in another element type, rounded or truncated to it.</summary>
    public static TensorData As(this TensorData data, DType type) => Generate(type, data.Extents.ToArray(), data.At);

    /// <summary>One number an element, rounded or truncated to the type.</summary>
    public static TensorData Generate(DType type, int[] extents, Func<int, double> number)
    {
        var numbers = Enumerable.Range(0, extents.Aggregate(1, (a, b) => a * b)).Select(number);
        Array elements = type switch
        {
            DType.Float32 => numbers.Select(n => (float)n).ToArray(),
            DType.Float64 => numbers.ToArray(),
            DType.Int32 => numbers.Select(n => (int)n).ToArray(),
            DType.Int64 => numbers.Select(n => (long)n).ToArray(),
            _ => numbers.Select(n => n != 0).ToArray(),
        };
        return new TensorData(elements, extents);
    }

    /// <summary>Numbers from (-1, 1), away from zero so that none of them hides a term.</summary>
    public static TensorData Random(DType type, int[] extents, Random random) =>
        Generate(type, extents, _ => (0.25 + (0.75 * random.NextDouble())) * (random.Next(2) == 0 ? 1 : -1));

    /// <summary>The same in every process, unlike string.GetHashCode.</summary>
    public static Random RandomOf(string name) =>
        new(name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));

    /// <summary>Another extent of the first axis, the rows repeated as often as needed; ones where there was none.</summary>
    public static TensorData WithRows(this TensorData data, int rows)
    {
        var extents = data.Extents.ToArray();
        extents[0] = rows;
        return Generate(data.DType, extents, i => data.Count == 0 ? 1 : data.At(i % data.Count));
    }

    /// <summary>Absolute values of floats; what a sum of these gives bounds what the sum runs through.</summary>
    public static TensorData Magnitudes(this TensorData data) =>
        data.DType.IsFloat() ? Generate(data.DType, data.Extents.ToArray(), i => Math.Abs(data.At(i))) : data;
}
