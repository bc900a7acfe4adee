using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using GraphGrad.Bench.SideBySide.Workloads;
using Spectre.Console;

namespace GraphGrad.Bench.SideBySide;

/// <summary><c>peers</c>: GraphGrad beside libtorch and ONNX Runtime, in turns, in one run.</summary>
internal static class PeersCommand
{
    private const int RedirectedWidth = 160;

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "Workloads to run, with commas between; 'others' stands for shapes and programs without a figure to reach." };
        var threads = new Option<int>("--threads") { Description = "Threads of each contestant.", DefaultValueFactory = _ => 1 };
        var rounds = new Option<int>("--rounds") { Description = "How often each contestant is timed, at least 7.", DefaultValueFactory = _ => 7 };
        var against = new Option<string?>("--against") { Description = "Peers to run, with commas between, such as libtorch; 'none' leaves GraphGrad alone." };
        var json = new Option<FileInfo?>("--json") { Description = "Writes the figures to a file." };
        var command = new Command("peers", "Runs each workload here and in every peer found, in turns, and compares results and times.") { only, threads, rounds, against, json };
        command.SetAction(arguments => Run(
            arguments.GetValue(only), arguments.GetValue(threads), Math.Max(7, arguments.GetValue(rounds)), arguments.GetValue(against), arguments.GetValue(json)));
        return command;
    }

    private static int Run(string? only, int threads, int rounds, string? against, FileInfo? json)
    {
        // A table in a file or a pipe is not as narrow as a terminal that is not there.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = RedirectedWidth;
        var workloads = Choose(only);
        if (workloads is null) return 1;
        var peers = new PeerList(threads, against?.Split(','));
        foreach (var peer in peers.Versions) AnsiConsole.MarkupLineInterpolated($"[green]found:[/] {peer}");
        foreach (var line in peers.Missing) AnsiConsole.MarkupLineInterpolated($"[yellow]not found:[/] {line}");

        var results = new List<Result>();
        var complaints = new List<string>();
        foreach (var workload in workloads)
        {
            using var match = new Match(workload, threads);
            AnsiConsole.Status().Start(workload.Name, _ => results.AddRange(match.Run(peers, rounds)));
            complaints.AddRange(match.Complaints);
        }

        AnsiConsole.Write(ToTable(results, threads, rounds));
        foreach (var complaint in complaints) AnsiConsole.MarkupLineInterpolated($"[red]{complaint}[/]");
        if (json is not null) File.WriteAllText(json.FullName, JsonSerializer.Serialize(results, new JsonSerializerOptions { WriteIndented = true }));
        return complaints.Count == 0 ? 0 : 1;
    }

    private static Workload[]? Choose(string? only)
    {
        if (only is null) return [.. Catalogue.All.Where(w => !w.IsOther)];
        var names = only.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = names.Where(n => n != "others" && Catalogue.All.All(w => w.Name != n)).ToArray();
        if (unknown.Length == 0) return [.. Catalogue.All.Where(w => names.Contains(w.Name) || (w.IsOther && names.Contains("others")))];
        AnsiConsole.MarkupLineInterpolated($"[red]no workload '{string.Join("', '", unknown)}'; there are {string.Join(", ", Catalogue.All.Select(w => w.Name))}[/]");
        return null;
    }

    private static Table ToTable(IReadOnlyList<Result> results, int threads, int rounds)
    {
        var table = new Table().RoundedBorder().Title(
            $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, {PeerList.ThreadText(threads, threads)}; µs a run, medians of {rounds} rounds");
        table.AddColumn("workload");
        string[] headings = ["ours", .. threads > 1 ? ["1 thread"] : Array.Empty<string>(), "interpreted"];
        foreach (var heading in headings) table.AddColumn(new TableColumn(heading).RightAligned());
        table.AddColumn("peer");
        foreach (var heading in new[] { "peer's", "peer/ours", "of roofline", "arena KiB", "differs" }.Concat(threads > 1 ? ["core to core, ns"] : [])) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var r in results)
        {
            string[] cells =
            [
                r.Workload, Figure(r.GraphGrad), .. r.OneThread is { } one ? [Figure(one)] : Array.Empty<string>(), Figure(r.Interpreted),
                r.Peer is null ? "" : $"{r.Peer}, {r.Form}{(threads > 1 ? $", {PeerList.ThreadText(r.PeerThreads ?? 0, r.PeerProductThreads ?? 0)}" : "")}",
                r.PeerTime is { } peer ? Figure(peer) : "", r.Ratio is { } ratio ? Ratio(ratio) : "", r.RooflineFraction.ToString("P0", CultureInfo.InvariantCulture),
                (r.ArenaBytes / 1024.0).ToString("N0", CultureInfo.InvariantCulture), r.MaxRelDifference?.ToString("E0", CultureInfo.InvariantCulture) ?? "",
                .. r.CoreToCore is { } distance ? [distance.ToString("N0", CultureInfo.InvariantCulture)] : Array.Empty<string>(),
            ];
            table.AddRow([.. cells.Select(c => c.EscapeMarkup())]);
        }
        return table;
    }

    private static string Figure(double microseconds) =>
        microseconds.ToString(microseconds < 10 ? "N3" : microseconds < 1000 ? "N1" : "N0", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString(ratio < 10 ? "N2" : "N0", CultureInfo.InvariantCulture);
}
