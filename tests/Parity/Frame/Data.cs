namespace GraphGrad.Parity;

/// <summary>Tensors seen as plain numbers.</summary>
internal static class Data
{
    public static TensorData Create(DType type, ReadOnlySpan<double> elements, ReadOnlySpan<int> extents) => type switch
    {
        DType.Float32 => TensorData.Create<float>(Converted(elements, x => (float)x), extents),
        DType.Float64 => TensorData.Create(elements, extents),
        DType.Int32 => TensorData.Create<int>(Converted(elements, x => (int)x), extents),
        DType.Int64 => TensorData.Create<long>(Converted(elements, x => (long)x), extents),
        _ => TensorData.Create<bool>(Converted(elements, x => x != 0), extents),
    };

    /// <summary>Weights for the elements of a tensor that is differentiated: ±1, ±1.25, ±1.5, ±1.75 in turns, so that none may be forgotten.</summary>
    public static TensorData Weights(DType type, int[] extents, int turn)
    {
        var elements = new double[extents.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < elements.Length; i++) elements[i] = Weight(i, turn);
        return Create(type, elements, extents);
    }

    public static double Weight(int element, int turn) => (1 + ((element + turn) % 4 / 4.0)) * ((element + turn) % 3 == 1 ? -1 : 1);

    public static int[] Extents(this TensorData data) => [.. data.Shape.Select(dim => int.Parse(dim.ToString()))];

    public static double[] Numbers(this TensorData data) => data.DType switch
    {
        DType.Float32 => Array.ConvertAll(data.AsSpan<float>().ToArray(), x => (double)x),
        DType.Float64 => data.AsSpan<double>().ToArray(),
        DType.Int32 => Array.ConvertAll(data.AsSpan<int>().ToArray(), x => (double)x),
        DType.Int64 => Array.ConvertAll(data.AsSpan<long>().ToArray(), x => (double)x),
        _ => Array.ConvertAll(data.AsSpan<bool>().ToArray(), x => x ? 1.0 : 0),
    };

    private static T[] Converted<T>(ReadOnlySpan<double> elements, Converter<double, T> convert) => Array.ConvertAll(elements.ToArray(), convert);
}
