using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphGrad.Bench.SideBySide;
using Spectre.Console;

namespace GraphGrad.Bench.Compilation;

/// <summary><c>compile</c>: what a program waits for before it runs at full speed, each in fresh processes.</summary>
internal static class CompileCommand
{
    private static readonly (string Key, string Text)[] Rows =
    [
        (CompileProbe.FirstResult, "process start to the first result of a small program"),
        (CompileProbe.Cold, "transformer training step, first compilation of the process"),
        (CompileProbe.Warm, "the same, after something else was compiled"),
        (CompileProbe.OtherSession, "the same, again in another session"),
        (CompileProbe.NewBatch, "perceptron training step, a batch size not met before"),
    ];

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many processes measure each figure.", DefaultValueFactory = _ => 7 };
        var json = new Option<FileInfo?>("--json") { Description = "Writes the figures to a file." };
        var command = new Command("compile", "Measures compilation, cold and warm, and the time to a first result.") { rounds, json };
        command.SetAction(arguments => Run(arguments.GetValue(rounds), arguments.GetValue(json)));
        return command;
    }

    private static void Run(int rounds, FileInfo? json)
    {
        var figures = Rows.ToDictionary(r => r.Key, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var probe in CompileProbe.Names)
            {
                foreach (var (key, milliseconds) in Start(probe)) figures[key].Add((double)milliseconds!);
            }
        }
        var table = new Table().RoundedBorder().Title($".NET {Environment.Version}, {Environment.ProcessorCount} cores; medians of {rounds} processes");
        table.AddColumn("");
        foreach (var heading in new[] { "ms", "least", "most" }) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var (key, text) in Rows) table.AddRow(text, Figure(Median.Of(figures[key])), Figure(figures[key].Min()), Figure(figures[key].Max()));
        AnsiConsole.Write(table);
        if (json is not null) File.WriteAllText(json.FullName, JsonSerializer.Serialize(figures.ToDictionary(f => f.Key, f => Median.Of(f.Value))));
    }

    private static JsonObject Start(string probe)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Under the dotnet host the program is its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(CompileCommand).Assembly.Location);
        start.ArgumentList.Add(CompileProbe.CommandName);
        start.ArgumentList.Add(probe);
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException($"the probe '{probe}' failed: {text}");
    }

    private static string Figure(double milliseconds) => milliseconds.ToString(milliseconds < 10 ? "N2" : "N0", CultureInfo.InvariantCulture);
}
