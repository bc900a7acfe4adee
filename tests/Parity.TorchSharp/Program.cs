using System.CommandLine;
using GraphGrad.Parity.Live;

// Asks libtorch for the answers to the cases and writes them to tests/Parity/Golden.
var family = new Option<string?>("--family") { Description = "Only the cases of this family." };
var recordCommand = new Command("record", "Records libtorch's answers.") { family };
recordCommand.SetAction(arguments => RecordCommand.Run(arguments.GetValue(family)));
// Draws the inputs of a function's cases anew, and compares the quantiles of the errors.
var function = new Argument<string>("function") { Description = "What the names of the cases begin with." };
var draws = new Option<int>("--draws") { Description = "How often.", DefaultValueFactory = _ => 200 };
var first = new Option<int>("--first") { Description = "The number of the first draw." };
var drawCommand = new Command("draw", "Compares other inputs than the recorded ones.") { function, draws, first };
drawCommand.SetAction(arguments => DrawCommand.Run(arguments.GetValue(function)!, arguments.GetValue(draws), arguments.GetValue(first)));
// What recording and tests start in processes of their own.
var named = new Argument<string>("family");
var from = new Argument<int>("from");
var refusals = new Command("refusals", "Makes the wrong calls of a family.") { named, from };
refusals.Hidden = true;
refusals.SetAction(arguments => TorchRefusals.Print(arguments.GetValue(named)!, arguments.GetValue(from)));

return new RootCommand("GraphGrad beside TorchSharp.") { recordCommand, drawCommand, refusals }.Parse(args).Invoke();
