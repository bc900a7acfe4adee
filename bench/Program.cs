using System.CommandLine;
using BenchmarkDotNet.Running;
using GraphGrad.Bench.Roofline;
using GraphGrad.Bench.SideBySide;

var root = new RootCommand("GraphGrad's benchmarks. Without a command: BenchmarkDotNet, whose options follow, such as --filter *Dot* or --list flat.")
{
    TreatUnmatchedTokensAsErrors = false,
};
root.Add(RooflineCommand.Create());
root.Add(PeersCommand.Create());
root.SetAction(arguments => { BenchmarkSwitcher.FromAssembly(typeof(RooflineCommand).Assembly).Run([.. arguments.UnmatchedTokens]); });
return root.Parse(args).Invoke();
