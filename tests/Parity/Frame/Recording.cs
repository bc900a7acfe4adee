using System.Collections.Concurrent;
using System.Globalization;
using GraphGrad.Tests.Conventions;

namespace GraphGrad.Parity;

/// <summary>libtorch's answers for a family of cases, as recorded in <c>Golden/</c> or just computed.</summary>
internal sealed class Recording
{
    private const string CasePrefix = "inputs of ";
    private const string RefusalPrefix = "refused ";
    private static readonly ConcurrentDictionary<string, Lazy<Recording>> Read = new();
    private readonly SortedDictionary<string, TensorData> tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);

    public Recording(string libtorch, string torchSharp) => (metadata["libtorch"], metadata["TorchSharp"]) = (libtorch, torchSharp);

    private Recording(string path)
    {
        var (tensors, metadata) = SafeTensors.Read(path);
        foreach (var (name, data) in tensors) this.tensors[name] = data;
        foreach (var (name, text) in metadata) this.metadata[name] = text;
    }

    public static string Folder => Path.Combine(Repository.Root, "tests", "Parity", "Golden");

    public string Versions => $"libtorch {metadata["libtorch"]}, TorchSharp {metadata["TorchSharp"]}";

    /// <summary>The names of the recorded cases.</summary>
    public IEnumerable<string> Cases => metadata.Keys.Where(k => k.StartsWith(CasePrefix, StringComparison.Ordinal)).Select(k => k[CasePrefix.Length..]);

    public static Recording Of(string family) => Read.GetOrAdd(family, name => new(() => new Recording(PathOf(name)))).Value;

    public static string PathOf(string family) => Path.Combine(Folder, $"{family.ToLowerInvariant()}.safetensors");

    public void Save(string family) => SafeTensors.Write(PathOf(family), tensors, metadata);

    /// <summary>Notes that a case is recorded, with what its inputs were.</summary>
    public void Begin(Case row) => metadata[CasePrefix + row.Name] = Fingerprint(row);

    public void Add(Case row, int set, DType type, Answers answers)
    {
        foreach (var (part, index, data) in answers.All) tensors[Answers.Key(row, set, type, part, index)] = data;
    }

    public void Add(string key, TensorData data) => tensors[key] = data;

    public IEnumerable<string> Keys(string prefix) => tensors.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The tensors of keys with running numbers.</summary>
    public IEnumerable<TensorData> Sequence(Func<int, string> key)
    {
        for (var i = 0; tensors.TryGetValue(key(i), out var data); i++) yield return data;
    }

    public void AddRefusal(Case row, string message)
    {
        Begin(row);
        metadata[RefusalPrefix + row.Name] = message;
    }

    public string? Refusal(Case row) => metadata.GetValueOrDefault(RefusalPrefix + row.Name);

    public TensorData this[string key] => tensors.TryGetValue(key, out var data) ? data : throw new InvalidOperationException($"no answer of libtorch is recorded for {key}; record the family again.");

    public int Count(Case row, int set, DType type) => Enum.GetValues<Part>().Sum(part => Sequence(i => Answers.Key(row, set, type, part, i)).Count());

    /// <summary>Whether a case has tensors of a part.</summary>
    public bool Has(Case row, Part part) =>
        tensors.Keys.Any(k => k.StartsWith($"{row.Name}/", StringComparison.Ordinal) && k.Contains($"/{part}/", StringComparison.Ordinal));

    /// <exception cref="InvalidOperationException">The case is not recorded, or its inputs were others.</exception>
    public void Check(Case row)
    {
        if (!metadata.TryGetValue(CasePrefix + row.Name, out var fingerprint))
            throw new InvalidOperationException($"'{row.Name}' is not recorded; tests/Parity/README.md says how.");
        if (fingerprint != Fingerprint(row))
            throw new InvalidOperationException($"the inputs of '{row.Name}' have changed since it was recorded; tests/Parity/README.md says how to record again.");
    }

    private static string Fingerprint(Case row)
    {
        var sets = Enumerable.Range(0, row.Sets.Length).Select(set => string.Join(';', row.Inputs(set, DType.Float64).Select(data =>
            $"{data.DType}{data.Shape}{string.Join(',', data.Numbers().Select(x => x.ToString("R", CultureInfo.InvariantCulture)))}")));
        return Draws.Hash(string.Join('|', sets)).ToString("x16", CultureInfo.InvariantCulture);
    }
}
