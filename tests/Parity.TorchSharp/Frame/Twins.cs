using System.Collections;

namespace GraphGrad.Parity.Live;

/// <summary>The TorchSharp expressions of a family, by the names of its cases.</summary>
internal sealed class Twins : IEnumerable<string>
{
    private readonly Dictionary<string, Func<Tensor[], Outputs>> expressions = [];

    /// <summary>The expression of a case, given its inputs.</summary>
    public Func<Tensor[], Outputs> this[string name]
    {
        get => expressions.TryGetValue(name, out var expression) ? expression : throw new InvalidOperationException($"'{name}' has no TorchSharp expression.");
        set => expressions.Add(name, value);
    }

    /// <summary>The expressions of a family: the class in <c>Twins/</c> of its name, with "Twins" behind it.</summary>
    public static Twins Of(string family) =>
        Family.Members(typeof(Twins).Assembly, "Twins").Where(m => m.Name == family).Select(m => (Twins)m.Value).SingleOrDefault()
            ?? throw new InvalidOperationException($"there is no class {family}Twins with a field All.");

    public IEnumerator<string> GetEnumerator() => expressions.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
