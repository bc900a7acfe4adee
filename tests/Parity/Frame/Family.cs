using System.Reflection;

namespace GraphGrad.Parity;

/// <summary>Cases that belong together: a static class in <c>Cases/</c> whose name ends in "Cases", with its rows in a field or property <c>All</c>.</summary>
internal sealed record Family(string Name, Case[] Cases)
{
    public static Family[] All { get; } =
        [.. Members(typeof(Family).Assembly, "Cases").Select(m => new Family(m.Name, (Case[])m.Value)).OrderBy(f => f.Name, StringComparer.Ordinal)];

    public static Family Named(string name) => All.Single(f => f.Name == name);

    public Case this[string name] => Cases.Single(c => c.Name == name);

    /// <summary>The members <c>All</c> of the classes with a suffix, by the rest of the class's name.</summary>
    public static IEnumerable<(string Name, object Value)> Members(Assembly assembly, string suffix) =>
        from type in assembly.GetTypes()
        where type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith(suffix, StringComparison.Ordinal)
        let value = type.GetField("All")?.GetValue(null) ?? type.GetProperty("All")?.GetValue(null)
        where value is not null
        select (type.Name[..^suffix.Length], value);
}
