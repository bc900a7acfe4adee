using System.CommandLine;
using BenchmarkDotNet.Running;
using GraphGrad.Bench.Compilation;
using GraphGrad.Bench.Roofline;
using GraphGrad.Bench.SideBySide;

// Without the parser, whose own start would be measured.
if (args is [CompileProbe.CommandName, var probe])
{
    CompileProbe.Run(probe);
    return 0;
}

Command[] commands = [RooflineCommand.Create(), PeersCommand.Create(), CompileCommand.Create(), TrialCommand.Create()];
var root = new RootCommand("GraphGrad's benchmarks. Without a command: BenchmarkDotNet, whose options follow, such as --filter *Dot* or --list flat.")
{
    // What follows a command is ours and a misspelt option of it an error; the root decides that for all commands.
    TreatUnmatchedTokensAsErrors = args.Length > 0 && commands.Any(c => c.Name == args[0]),
};
foreach (var command in commands) root.Add(command);
root.SetAction(arguments => { BenchmarkSwitcher.FromAssembly(typeof(RooflineCommand).Assembly).Run([.. arguments.UnmatchedTokens]); });
return root.Parse(args).Invoke();
