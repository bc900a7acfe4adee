namespace GraphGrad.Tests.OpTable;

/// <summary>Data and expectations of structural rows, indexed by axis.</summary>
internal static class NdData
{
    public static readonly DType[] Every = [DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.Bool];

    public static readonly DType[] Numbers = [DType.Float32, DType.Float64, DType.Int32, DType.Int64];

    public static readonly DType[] Floats = [DType.Float32, DType.Float64];

    /// <summary>Different numbers of both signs, in no order: multiples of 1/16 for floats, whole for integers.</summary>
    public static TensorData Sample(DType type, params int[] extents)
    {
        var count = extents.Aggregate(1, (a, b) => a * b);
        var prime = count <= 97 ? 97 : count <= 9973 ? 9973 : 1_000_003;
        return Data.Generate(type, extents, i =>
        {
            var number = ((i + 3L) * 5003 % prime) - (prime / 2);
            return type.IsFloat() ? (number * 2.0 / prime) + (1.0 / 64) : type == DType.Bool ? (number & 1) : number % 50;
        });
    }

    /// <summary>Whole numbers in row-major order.</summary>
    public static TensorData Indices(DType type, int[] extents, params int[] indices) => Data.Generate(type, extents, i => indices[i]);

    public static double At(this TensorData data, params ReadOnlySpan<int> index)
    {
        var at = 0;
        for (var axis = 0; axis < index.Length; axis++)
        {
            if (index[axis] < 0 || index[axis] >= data.Extents[axis]) throw new ArgumentOutOfRangeException(nameof(index));
            at = (at * data.Extents[axis]) + index[axis];
        }
        return data.At(at);
    }

    /// <summary>The elements of a tensor of the given extents, row-major, by a function of the index.</summary>
    public static double[] Fill(int[] extents, Func<int[], double> element) => [.. Places(extents).Select(element)];

    public static IEnumerable<int[]> Places(int[] extents)
    {
        var count = extents.Aggregate(1, (a, b) => a * b);
        for (var at = 0; at < count; at++)
        {
            var index = new int[extents.Length];
            var rest = at;
            for (var axis = extents.Length - 1; axis >= 0; axis--)
            {
                index[axis] = rest % extents[axis];
                rest /= extents[axis];
            }
            yield return index;
        }
    }
}
