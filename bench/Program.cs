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

var root = new RootCommand("GraphGrad's benchmarks. Without a command: BenchmarkDotNet, whose options follow, such as --filter *Dot* or --list flat.")
{
    TreatUnmatchedTokensAsErrors = false,
};
root.Add(RooflineCommand.Create());
root.Add(PeersCommand.Create());
root.Add(CompileCommand.Create());
root.Add(TrialCommand.Create());
root.SetAction(arguments => { BenchmarkSwitcher.FromAssembly(typeof(RooflineCommand).Assembly).Run([.. arguments.UnmatchedTokens]); });
return root.Parse(args).Invoke();
