using System.CommandLine;
using GraphGrad.Parity.Coverage;

var coverage = new Command("coverage", "Compares every case and writes docs/coverage.md.");
coverage.SetAction(_ => CoveragePage.Save());
return new RootCommand("GraphGrad beside libtorch's recorded answers.") { coverage }.Parse(args).Invoke();
