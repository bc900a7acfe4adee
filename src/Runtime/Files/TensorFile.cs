using System.Buffers.Binary;
using System.Text.Json;
using GraphGrad.Execution;

namespace GraphGrad.Files;

/// <summary>
/// The safetensors format: the length of the header in 8 bytes, the header in JSON (name, type, extents and place of each tensor), then the
/// elements in row-major order, lowest byte first.
/// </summary>
internal static class TensorFile
{
    // What the format's own reader takes at most.
    private const long LongestHeader = 100_000_000;

    public static void Write(Stream stream, IReadOnlyList<VariableSlot> slots)
    {
        var header = Header(slots);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var slot in slots) stream.Write(slot.Bytes);
    }

    /// <summary>The elements of the variables, in their order.</summary>
    /// <exception cref="GraphException">The stream is no such file, ends early, or holds a variable not at all or otherwise.</exception>
    public static byte[][] Read(Stream stream, ReadOnlySpan<Variable> variables)
    {
        var tensors = ReadHeader(stream);
        Check(tensors, variables);
        var read = new byte[variables.Length][];
        var (position, places) = (0L, new (long Begin, int Variable)[variables.Length]);
        for (var i = 0; i < places.Length; i++) places[i] = (tensors[variables[i].Name].Begin, i);
        // In the order of the file, since a stream need not go back.
        Array.Sort(places);
        foreach (var (begin, i) in places)
        {
            if (begin < position) throw Broken($"'{variables[i].Name}' lies within another tensor");
            Skip(stream, begin - position);
            read[i] = Bytes(stream, tensors[variables[i].Name].End - begin);
            position = begin + read[i].Length;
        }
        return read;
    }

    private static byte[] Header(IReadOnlyList<VariableSlot> slots)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            var begin = 0L;
            foreach (var slot in slots)
            {
                json.WriteStartObject(slot.Variable.Name);
                json.WriteString("dtype", TypeName(slot.Variable.DType));
                json.WriteStartArray("shape");
                foreach (var dim in slot.Variable.Shape) json.WriteNumberValue(dim.Value);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(begin += slot.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Blanks after it, so that the elements begin at a multiple of their size.
        while (text.Length % sizeof(long) != 0) text.WriteByte((byte)' ');
        return text.ToArray();
    }

    private static Dictionary<string, StoredTensor> ReadHeader(Stream stream)
    {
        var length = BinaryPrimitives.ReadInt64LittleEndian(Bytes(stream, sizeof(long)));
        if (length is < 2 or > LongestHeader) throw Broken($"its header would have {length} bytes");
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        try
        {
            using var header = JsonDocument.Parse(Bytes(stream, length));
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                // What the writer says of the file as a whole.
                if (entry.NameEquals("__metadata__")) continue;
                var offsets = Numbers(entry.Value.GetProperty("data_offsets"));
                tensors[entry.Name] = new StoredTensor(entry.Value.GetProperty("dtype").GetString()!, Numbers(entry.Value.GetProperty("shape")), offsets[0], offsets[1]);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw Broken("its header is not the JSON that the format asks for", e);
        }
        return tensors;
    }

    private static long[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetInt64())];

    private static void Check(Dictionary<string, StoredTensor> tensors, ReadOnlySpan<Variable> variables)
    {
        foreach (var variable in variables)
        {
            var type = $"{variable.DType.Text()}{variable.Shape}";
            if (!tensors.TryGetValue(variable.Name, out var stored))
            {
                throw new GraphException(
                    $"variable '{variable.Name}' {type} is not in the file, which holds {Listed(tensors.Keys)}. " +
                    $"Name the variables to load, or build the graph as it was saved. Built at {variable.Node.Origin}.");
            }
            var extents = variable.Shape.Select(dim => dim.Value);
            if (stored.Type != TypeName(variable.DType) || !stored.Extents.SequenceEqual(extents))
            {
                throw new GraphException(
                    $"variable '{variable.Name}' {type} cannot take {stored.Type}[{string.Join(", ", stored.Extents)}] from the file. " +
                    $"Build it with the type and shape that were saved. Built at {variable.Node.Origin}.");
            }
            if (stored.Begin < 0 || stored.End - stored.Begin != VariableSlot.ByteCount(variable))
                throw Broken($"'{variable.Name}' lies from {stored.Begin} to {stored.End}, which its type and shape do not fill");
        }
    }

    private static string Listed(IEnumerable<string> names)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToArray();
        if (sorted.Length == 0) return "nothing";
        var shown = string.Join(", ", sorted.Take(8).Select(name => $"'{name}'"));
        return sorted.Length > 8 ? $"{shown} and {sorted.Length - 8} more" : shown;
    }

    private static string TypeName(DType type) => type switch
    {
        DType.Float32 => "F32",
        DType.Float64 => "F64",
        DType.Int32 => "I32",
        DType.Int64 => "I64",
        _ => "BOOL",
    };

    private static void Skip(Stream stream, long count)
    {
        Span<byte> passed = stackalloc byte[4096];
        for (; count > 0; count -= Math.Min(count, passed.Length)) ReadExactly(stream, passed[..(int)Math.Min(count, passed.Length)]);
    }

    private static byte[] Bytes(Stream stream, long count)
    {
        var bytes = new byte[count];
        ReadExactly(stream, bytes);
        return bytes;
    }

    private static void ReadExactly(Stream stream, Span<byte> into)
    {
        if (stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length) throw Broken("it ends too early");
    }

    private static GraphException Broken(string why, Exception? inner = null)
    {
        var message = $"this is no whole safetensors file: {why}. Load a file that Save has written, or one of that format.";
        return inner is null ? new GraphException(message) : new GraphException(message, inner);
    }
}
