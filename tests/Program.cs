using System.CommandLine;
using GraphGrad.Tests.Fuzzing;
using GraphGrad.Tests.Hazards;
using GraphGrad.Tests.OpTable;
using GraphGrad.Tests.Rewriting;
using GraphGrad.Tests.Scalars;

// The test assembly as a program: what tests start in processes of their own, and what runs longer than a test may.
var root = new RootCommand("GraphGrad's tests as a program.") { FuzzCommand.Create(), WidthCommand.Create(), FactorCommand.Create(), AccuracyCommand.Create(), HazardCommand.Create(), RuleCommand.Create() };
return root.Parse(args).Invoke();
