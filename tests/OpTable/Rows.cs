using System.Reflection;

namespace GraphGrad.Tests.OpTable;

/// <summary>All rows of the op table: what the <c>All</c> properties of the static classes beside this one hold.</summary>
internal static class Rows
{
    private static readonly Lazy<Dictionary<string, OpCase>> ByName = new(() =>
    {
        var rows = typeof(Rows).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: true, IsSealed: true } && t.Namespace == typeof(Rows).Namespace && t != typeof(Rows))
            .Select(t => t.GetProperty("All", BindingFlags.Public | BindingFlags.Static | BindingFlags.NonPublic))
            .Where(p => p is not null && p.PropertyType.IsAssignableTo(typeof(IEnumerable<OpCase>)))
            .SelectMany(p => (IEnumerable<OpCase>)p!.GetValue(null)!)
            .ToArray();
        var twice = rows.CountBy(r => r.Name).Where(n => n.Value > 1).Select(n => n.Key).ToArray();
        return twice.Length == 0
            ? rows.ToDictionary(r => r.Name)
            : throw new InvalidOperationException($"rows of one name: {string.Join(", ", twice)}");
    });

    public static IReadOnlyCollection<OpCase> All => ByName.Value.Values;

    public static OpCase Named(string name) => ByName.Value[name];

    /// <summary>The names of the rows that a check applies to: a test of its own each.</summary>
    public static TheoryData<string> Where(Func<OpCase, bool> applies) => [.. All.Where(applies).Select(r => r.Name)];
}
