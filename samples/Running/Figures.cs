using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace GraphGrad.Samples.Running;

/// <summary>
/// The named figures of a sample, in the order in which they were set: its inputs and its results. Numbers keep all their digits;
/// NaN and infinities, which JSON lacks, become the strings "NaN", "Infinity" and "-Infinity".
/// </summary>
internal sealed class Figures
{
    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject all = [];

    /// <summary>A text, a number, a bool, data, or a list of such or of groups of figures; arrays are nested row by row.</summary>
    public void Set(string name, object value) => all[name] = value switch
    {
        TensorData data => Nested(data),
        IEnumerable<Figures> groups => new JsonArray([.. groups.Select(g => g.all)]),
        _ => JsonSerializer.SerializeToNode(value, value.GetType(), Options),
    };

    public string ToJson() => all.ToJsonString(new JsonSerializerOptions(Options) { WriteIndented = true });

    private static JsonNode Nested(TensorData data)
    {
        var extents = data.Shape.Select(d => (int)d.Value).ToArray();
        var numbers = data.DType switch
        {
            DType.Float32 => Nodes(data.AsSpan<float>()),
            DType.Float64 => Nodes(data.AsSpan<double>()),
            DType.Int32 => Nodes(data.AsSpan<int>()),
            DType.Int64 => Nodes(data.AsSpan<long>()),
            _ => Nodes(data.AsSpan<bool>()),
        };
        for (var axis = extents.Length - 1; axis >= 0; axis--)
            numbers = [.. numbers.Chunk(extents[axis]).Select(row => new JsonArray(row))];
        return numbers[0]!;
    }

    private static JsonNode?[] Nodes<T>(ReadOnlySpan<T> span) => [.. span.ToArray().Select(v => JsonSerializer.SerializeToNode(v, Options))];
}
