namespace GraphGrad;

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes per element in memory.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.Float32 or DType.Int32 => 4,
        DType.Float64 or DType.Int64 => 8,
        _ => 1,
    };

    /// <summary>True for float32 and float64, the types through which gradients flow.</summary>
    public static bool IsFloat(this DType type) => type is DType.Float32 or DType.Float64;

    /// <summary>True for int32 and int64.</summary>
    public static bool IsInteger(this DType type) => type is DType.Int32 or DType.Int64;

    /// <summary>The name used in messages and printed graphs, as in NumPy.</summary>
    public static string Text(this DType type) => type switch
    {
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Int32 => "int32",
        DType.Int64 => "int64",
        _ => "bool",
    };

    /// <summary>The element type that stores C# values of type <typeparamref name="T"/>.</summary>
    /// <exception cref="GraphException"><typeparamref name="T"/> is none of the five element types.</exception>
    public static DType Of<T>() => Of(typeof(T));

    /// <summary>The element type that stores C# values of <paramref name="type"/>.</summary>
    /// <exception cref="GraphException"><paramref name="type"/> is none of the five element types.</exception>
    public static DType Of(Type type) =>
        type == typeof(float) ? DType.Float32
        : type == typeof(double) ? DType.Float64
        : type == typeof(int) ? DType.Int32
        : type == typeof(long) ? DType.Int64
        : type == typeof(bool) ? DType.Bool
        : throw new GraphException(
            $"'{type.Name}' is not an element type; use float, double, int, long or bool.");
}
