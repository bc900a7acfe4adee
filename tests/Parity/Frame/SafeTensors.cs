using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GraphGrad.Parity;

/// <summary>Files of named tensors: the length of a JSON header in 8 bytes, the header (name → dtype, shape, offsets; <c>__metadata__</c>), the elements.</summary>
internal static class SafeTensors
{
    private static readonly (DType Type, string Name)[] Names =
        [(DType.Float32, "F32"), (DType.Float64, "F64"), (DType.Int32, "I32"), (DType.Int64, "I64"), (DType.Bool, "BOOL")];

    public static void Write(string path, IReadOnlyDictionary<string, TensorData> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))) };
        var body = new MemoryStream();
        foreach (var (name, data) in tensors)
        {
            var start = body.Length;
            body.Write(Bytes(data));
            header[name] = new JsonObject
            {
                ["dtype"] = Names.Single(n => n.Type == data.DType).Name,
                ["shape"] = new JsonArray([.. data.Extents().Select(n => (JsonNode)n)]),
                ["data_offsets"] = new JsonArray(start, body.Length),
            };
        }
        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        // Padded with spaces, so that the elements are aligned.
        var length = (text.Length + 7) / 8 * 8;
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, length);
        using var file = File.Create(path);
        file.Write(prefix);
        file.Write(text);
        for (var i = text.Length; i < length; i++) file.WriteByte((byte)' ');
        body.WriteTo(file);
    }

    public static (Dictionary<string, TensorData> Tensors, Dictionary<string, string> Metadata) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject();
        var tensors = new Dictionary<string, TensorData>();
        var metadata = new Dictionary<string, string>();
        foreach (var (name, entry) in header)
        {
            if (name == "__metadata__")
            {
                foreach (var (key, value) in entry!.AsObject()) metadata[key] = value!.GetValue<string>();
                continue;
            }
            var offsets = entry!["data_offsets"]!.AsArray().Select(n => start + n!.GetValue<int>()).ToArray();
            var shape = entry["shape"]!.AsArray().Select(n => n!.GetValue<int>()).ToArray();
            tensors[name] = Parse(Names.Single(n => n.Name == entry["dtype"]!.GetValue<string>()).Type, bytes.AsSpan(offsets[0]..offsets[1]), shape);
        }
        return (tensors, metadata);
    }

    private static ReadOnlySpan<byte> Bytes(TensorData data) => data.DType switch
    {
        DType.Float32 => MemoryMarshal.AsBytes(data.AsSpan<float>()),
        DType.Float64 => MemoryMarshal.AsBytes(data.AsSpan<double>()),
        DType.Int32 => MemoryMarshal.AsBytes(data.AsSpan<int>()),
        DType.Int64 => MemoryMarshal.AsBytes(data.AsSpan<long>()),
        _ => MemoryMarshal.AsBytes(data.AsSpan<bool>()),
    };

    private static TensorData Parse(DType type, ReadOnlySpan<byte> bytes, int[] shape) => type switch
    {
        DType.Float32 => TensorData.Create(MemoryMarshal.Cast<byte, float>(bytes), shape),
        DType.Float64 => TensorData.Create(MemoryMarshal.Cast<byte, double>(bytes), shape),
        DType.Int32 => TensorData.Create(MemoryMarshal.Cast<byte, int>(bytes), shape),
        DType.Int64 => TensorData.Create(MemoryMarshal.Cast<byte, long>(bytes), shape),
        _ => TensorData.Create(MemoryMarshal.Cast<byte, bool>(bytes), shape),
    };
}
