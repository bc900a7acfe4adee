using System.Globalization;
using Spectre.Console;

namespace GraphGrad.Samples.Running;

/// <summary>What a sample is given: the backend to run on, a console to print to, a folder for pictures, and the figures to fill.</summary>
internal sealed class SampleRun(Backend backend, string outputFolder, IAnsiConsole console)
{
    public Backend Backend { get; } = backend;

    public IAnsiConsole Console { get; } = console;

    public Figures Figures { get; } = new();

    /// <summary>The graphs for which sessions were opened.</summary>
    public HashSet<Graph> Graphs { get; } = [];

    /// <summary>A session on the chosen backend; without rewriting it runs the graph exactly as written.</summary>
    public Session Open(Graph graph, bool rewrite = true)
    {
        Graphs.Add(graph);
        return new Session(graph, new SessionOptions { Backend = Backend, Rewrite = rewrite });
    }

    /// <summary>Writes a file into the output folder, says so, and returns its path.</summary>
    public string Save(string fileName, string text)
    {
        Directory.CreateDirectory(outputFolder);
        var path = Path.Combine(outputFolder, fileName);
        File.WriteAllText(path, text);
        Console.MarkupLineInterpolated($"[grey]wrote[/] {path}");
        return path;
    }

    public void Say(string text) => Console.WriteLine(text);

    /// <summary>Prints a table of names and values.</summary>
    public void Tell(params ReadOnlySpan<(string Name, object Value)> rows)
    {
        var table = new Table { Border = TableBorder.Rounded, ShowHeaders = false };
        table.AddColumns(string.Empty, string.Empty);
        foreach (var (name, value) in rows) table.AddRow(new Text(name), new Text(Show(value)));
        Console.Write(table);
    }

    /// <summary>Prints a table with a header.</summary>
    public void Tell(string[] header, IEnumerable<object[]> rows)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns(header);
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(Show(cell))));
        Console.Write(table);
    }

    /// <summary>A number with six digits, a tensor row by row.</summary>
    public static string Show(object value) => value switch
    {
        TensorData data => Rows(data),
        double[] numbers => Row(numbers),
        IFormattable number => number.ToString(value is float or double ? "G6" : null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    private static string Rows(TensorData data)
    {
        var numbers = Numbers(data);
        return data.Shape.Rank == 0
            ? Digits(numbers[0])
            : string.Join("\n", numbers.Chunk((int)data.Shape[^1].Value).Select(Row));
    }

    private static string Row(double[] numbers) => "[" + string.Join(", ", numbers.Select(Digits)) + "]";

    private static string Digits(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The elements as doubles, row by row.</summary>
    public static double[] Numbers(TensorData data) => data.DType switch
    {
        DType.Float32 => Array.ConvertAll(data.AsSpan<float>().ToArray(), v => (double)v),
        DType.Float64 => data.AsSpan<double>().ToArray(),
        DType.Int32 => Array.ConvertAll(data.AsSpan<int>().ToArray(), v => (double)v),
        DType.Int64 => Array.ConvertAll(data.AsSpan<long>().ToArray(), v => (double)v),
        _ => Array.ConvertAll(data.AsSpan<bool>().ToArray(), v => v ? 1.0 : 0.0),
    };
}
