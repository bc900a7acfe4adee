using System.Numerics.Tensors;

namespace GraphGrad;

/// <summary>
/// Immutable concrete data: an element type, extents and elements in row-major order. Made implicitly from C# numbers,
/// arrays of any rank and <see cref="Tensor{T}"/>.
/// </summary>
public sealed class TensorData : IEquatable<TensorData>
{
    private readonly Array elements;
    private readonly int[] extents;

    internal TensorData(Array elements, int[] extents)
    {
        this.elements = elements;
        this.extents = extents;
        DType = DTypes.Of(elements.GetType().GetElementType()!);
    }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The extents, outermost first.</summary>
    public Shape Shape => extents;

    /// <summary>The number of elements.</summary>
    public int Count => elements.Length;

    internal ReadOnlySpan<int> Extents => extents;

    /// <summary>Copies elements in row-major order.</summary>
    /// <exception cref="GraphException">The number of elements is not the product of the extents.</exception>
    public static TensorData Create<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<int> extents)
        where T : unmanaged
    {
        var count = 1L;
        foreach (var extent in extents) count *= extent;
        if (count != elements.Length)
            throw new GraphException($"{elements.Length} elements do not fill the shape [{string.Join(", ", extents.ToArray())}], which holds {count}. Built at {Origin.Capture()}.");
        return new TensorData(elements.ToArray(), extents.ToArray());
    }

    /// <summary>Copies a C# array of any rank, or an array of arrays of equal length.</summary>
    /// <exception cref="GraphException">The element type is not supported, or inner arrays differ in length.</exception>
    public static TensorData FromArray(Array array)
    {
        if (array.GetType().GetElementType()!.IsArray) return FromJagged(array);
        if (array is TensorData[] several) throw new GraphException($"an array of {several.Length} tensors is not one tensor: it is what a run of several fetches returns. Take one of them, or fetch a single value. Built at {Origin.Capture()}.");
        var extents = Enumerable.Range(0, array.Rank).Select(array.GetLength).ToArray();
        _ = DTypes.Of(array.GetType().GetElementType()!);
        var flat = Array.CreateInstance(array.GetType().GetElementType()!, array.Length);
        Buffer.BlockCopy(array, 0, flat, 0, Buffer.ByteLength(flat));
        return new TensorData(flat, extents);
    }

    /// <summary>Copies a dense tensor.</summary>
    public static TensorData FromTensor<T>(Tensor<T> tensor)
        where T : unmanaged
    {
        var flat = new T[(int)tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return new TensorData(flat, [.. tensor.Lengths.ToArray().Select(n => (int)n)]);
    }

    /// <summary>The elements in row-major order.</summary>
    /// <exception cref="GraphException"><typeparamref name="T"/> is not the element type.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged =>
        elements as T[] ?? throw new GraphException($"the data is {DType.Text()}, not {DTypes.Of<T>().Text()}; read it as its own type. Read at {Origin.Capture()}.");

    /// <summary>The data as .NET's tensor type (a copy).</summary>
    /// <exception cref="GraphException"><typeparamref name="T"/> is not the element type.</exception>
    public Tensor<T> ToTensor<T>()
        where T : unmanaged =>
        Tensor.Create(AsSpan<T>().ToArray(), [.. extents.Select(n => (nint)n)]);

    /// <summary>The only element.</summary>
    /// <exception cref="GraphException">There is not exactly one element, or the type differs.</exception>
    public T Item<T>()
        where T : unmanaged
    {
        var span = AsSpan<T>();
        return span.Length == 1 ? span[0] : throw new GraphException($"Item needs exactly one element; the data has shape {Shape}; read it by AsSpan, or fetch one element. Read at {Origin.Capture()}.");
    }

    /// <summary>A scalar.</summary>
    public static implicit operator TensorData(float value) => new(new[] { value }, []);

    /// <summary>A scalar.</summary>
    public static implicit operator TensorData(double value) => new(new[] { value }, []);

    /// <summary>A scalar.</summary>
    public static implicit operator TensorData(int value) => new(new[] { value }, []);

    /// <summary>A scalar.</summary>
    public static implicit operator TensorData(long value) => new(new[] { value }, []);

    /// <summary>A scalar.</summary>
    public static implicit operator TensorData(bool value) => new(new[] { value }, []);

    /// <summary>The array's elements.</summary>
    public static implicit operator TensorData(Array array) => FromArray(array);

    /// <summary>The tensor's elements.</summary>
    public static implicit operator TensorData(Tensor<float> tensor) => FromTensor(tensor);

    /// <summary>The tensor's elements.</summary>
    public static implicit operator TensorData(Tensor<double> tensor) => FromTensor(tensor);

    /// <summary>The tensor's elements.</summary>
    public static implicit operator TensorData(Tensor<int> tensor) => FromTensor(tensor);

    /// <summary>The tensor's elements.</summary>
    public static implicit operator TensorData(Tensor<long> tensor) => FromTensor(tensor);

    /// <summary>The tensor's elements.</summary>
    public static implicit operator TensorData(Tensor<bool> tensor) => FromTensor(tensor);

    internal TensorType Type => new(DType, Shape);

    internal Array Elements => elements;

    /// <summary>Every element holds <paramref name="value"/>, rounded or truncated to the element type.</summary>
    internal static TensorData Filled(DType type, double value, params int[] extents)
    {
        var count = extents.Aggregate(1, (a, b) => checked(a * b));
        Array Fill<T>(T item)
        {
            var array = new T[count];
            Array.Fill(array, item);
            return array;
        }
        return new TensorData(
            type switch
            {
                DType.Float32 => Fill((float)value),
                DType.Float64 => Fill(value),
                DType.Int32 => Fill((int)value),
                DType.Int64 => Fill((long)value),
                _ => Fill(value != 0),
            },
            extents);
    }

    /// <summary>The value that every element holds, bit for bit, if there is one (int64 beyond 2^53 never counts).</summary>
    internal bool TryUniform(out double value)
    {
        value = 0;
        if (Count == 0) return false;
        value = At(0);
        if (DType == DType.Int64 && Math.Abs(value) > 1L << 53) return false;
        for (var i = 1; i < Count; i++)
        {
            if (BitConverter.DoubleToInt64Bits(At(i)) != BitConverter.DoubleToInt64Bits(value)) return false;
        }
        return true;
    }

    internal double At(int index) => elements switch
    {
        float[] a => a[index],
        double[] a => a[index],
        int[] a => a[index],
        long[] a => a[index],
        _ => ((bool[])elements)[index] ? 1 : 0,
    };

    /// <inheritdoc/>
    public bool Equals(TensorData? other) =>
        other is not null && DType == other.DType && extents.AsSpan().SequenceEqual(other.extents) && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorData);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(DType);
        hash.Add(Count);
        hash.AddBytes(Bytes[..Math.Min(Bytes.Length, 256)]);
        return hash.ToHashCode();
    }

    /// <summary>The elements in nested brackets with six significant digits: <c>[3, 2]</c>. Beyond 1,000 elements the middle of each axis is left out.</summary>
    public override string ToString() => TensorText.Format(this);

    internal ReadOnlySpan<byte> Bytes => System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(
        ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(elements), Buffer.ByteLength(elements));

    private static TensorData FromJagged(Array array)
    {
        var rows = array.Cast<Array>().Select(FromArray).ToArray();
        if (rows.Length == 0) throw new GraphException($"an empty array of arrays has no inner extent; use a rectangular array such as new float[0, 3]. Built at {Origin.Capture()}.");
        if (Array.Exists(rows, r => !r.Extents.SequenceEqual(rows[0].Extents)))
            throw new GraphException($"inner arrays must have equal lengths; the first has shape {rows[0].Shape}, another {rows.First(r => !r.Extents.SequenceEqual(rows[0].Extents)).Shape}. Built at {Origin.Capture()}.");
        var flat = Array.CreateInstance(rows[0].Elements.GetType().GetElementType()!, rows.Length * rows[0].Count);
        for (var i = 0; i < rows.Length; i++) Array.Copy(rows[i].Elements, 0, flat, i * rows[0].Count, rows[0].Count);
        return new TensorData(flat, [rows.Length, .. rows[0].Extents]);
    }
}
