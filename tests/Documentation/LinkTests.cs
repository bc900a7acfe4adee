using System.Text.RegularExpressions;
using GraphGrad.Tests.Conventions;

namespace GraphGrad.Tests.Documentation;

/// <summary>Links from page to page, and to the headings of pages.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Links_lead_somewhere()
    {
        string[] pages = [
            Path.Combine(Repository.Root, "README.md"), Path.Combine(Repository.Root, "tests", "Parity", "README.md"),
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)];
        var links = pages.SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(m => (Page: page, Target: m.Groups[1].Value))).Where(l => !l.Target.Contains("://", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(links);
        Assert.Empty(links.Where(l => !Leads(l.Page, l.Target)).Select(l => $"{Path.GetRelativePath(Repository.Root, l.Page)}: {l.Target}"));
    }

    private static bool Leads(string page, string target)
    {
        var parts = target.Split('#');
        var file = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        return parts.Length == 1 ? File.Exists(file) || Directory.Exists(file) : File.Exists(file) && Headings(file).Contains(parts[1]);
    }

    /// <summary>The names by which GitHub knows the headings of a page.</summary>
    private static IEnumerable<string> Headings(string page) => File.ReadLines(page).Where(line => line.StartsWith('#'))
        .Select(line => NotInNames().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInNames();
}
