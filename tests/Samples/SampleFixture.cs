using System.Text.Json.Nodes;
using GraphGrad.Samples.Running;
using Spectre.Console;

namespace GraphGrad.Tests.Samples;

/// <summary>Runs a sample as the command line does, and gives its figures.</summary>
internal static class SampleFixture
{
    public static TheoryData<Backend> Backends => [Backend.Compiled, Backend.Interpreted];

    public static JsonObject Run(string name, Backend backend) => Run(name, backend, out _);

    /// <summary>Runs a sample and tells which graphs it built.</summary>
    public static JsonObject Run(string name, Backend backend, out IReadOnlyCollection<Graph> graphs)
    {
        var folder = Directory.CreateTempSubdirectory("graphgrad-samples-");
        try
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(TextWriter.Null) });
            var run = new SampleRun(backend, folder.FullName, console);
            Catalog.Find(name)!.Run(run);
            graphs = run.Graphs;
            foreach (var picture in folder.EnumerateFiles("*.svg")) System.Xml.Linq.XDocument.Load(picture.FullName);
            return JsonNode.Parse(run.Figures.ToJson())!.AsObject();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static double Number(this JsonObject figures, string name) => (double)figures[name]!;

    /// <summary>All numbers under a name, row by row; NaN is written as a string. Names of groups of figures may be paths, such as <c>runs/0/x</c>.</summary>
    public static double[] Numbers(this JsonObject figures, string name) =>
        [.. Flatten(name.Split('/').Aggregate((JsonNode)figures, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!))];

    /// <summary>The numbers under a name, by rows.</summary>
    public static double[][] Rows(this JsonObject figures, string name) => [.. figures[name]!.AsArray().Select(row => Flatten(row!).ToArray())];

    /// <summary>Equal to 1e-9, relative to the largest number.</summary>
    public static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance = 1e-9)
    {
        double[] wanted = [.. expected];
        var scale = wanted.Where(double.IsFinite).Select(Math.Abs).Append(1e-300).Max();
        Assert.Equal(wanted, actual, (a, b) => a.Equals(b) || Math.Abs(a - b) <= tolerance * scale);
    }

    private static IEnumerable<double> Flatten(JsonNode node) => node switch
    {
        JsonArray array => array.SelectMany(item => Flatten(item!)),
        JsonValue value when value.TryGetValue<string>(out var text) => [double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)],
        _ => [(double)node],
    };
}
