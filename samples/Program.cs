using System.CommandLine;
using GraphGrad;
using GraphGrad.Samples.Running;
using Spectre.Console;

var name = new Argument<string>("name") { Description = "The sample to run, or 'list'.", DefaultValueFactory = _ => Catalog.Default };
var backend = new Option<Backend>("--backend") { Description = "Compile the graph, or interpret it op by op.", DefaultValueFactory = _ => Backend.Compiled };
var json = new Option<FileInfo?>("--json") { Description = "Write the named figures to this file, as one JSON object." };
var output = new Option<DirectoryInfo>("--out") { Description = "The folder for pictures and graphs.", DefaultValueFactory = _ => new DirectoryInfo("artifacts") };
var root = new RootCommand("Small whole programs that show what GraphGrad does.") { name, backend, json, output };
root.SetAction(command =>
{
    // A file or a pipe gets plain text.
    var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
    if (command.GetRequiredValue(name) == "list")
    {
        List(console);
        return 0;
    }
    if (Catalog.Find(command.GetRequiredValue(name)) is not { } sample)
    {
        console.MarkupLineInterpolated($"[red]There is no sample '{command.GetRequiredValue(name)}'.[/] These there are:");
        List(console);
        return 1;
    }
    var run = new SampleRun(command.GetValue(backend), command.GetRequiredValue(output).FullName, console);
    console.Write(new Rule($"[bold]{sample.Name}[/]") { Justification = Justify.Left });
    console.WriteLine(sample.Summary);
    sample.Run(run);
    if (command.GetValue(json) is { } file)
    {
        file.Directory?.Create();
        File.WriteAllText(file.FullName, run.Figures.ToJson());
    }
    return 0;
});
return root.Parse(args).Invoke();

static void List(IAnsiConsole console)
{
    var table = new Table { Border = TableBorder.Rounded };
    table.AddColumns("sample", "what it shows");
    foreach (var sample in Catalog.All) table.AddRow(new Text(sample.Name), new Text(sample.Summary));
    console.Write(table);
}
