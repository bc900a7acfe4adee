using System.CommandLine;
using GraphGrad.Parity.Live;

// Asks libtorch for the answers to the cases and writes them to tests/Parity/Golden.
var family = new Option<string?>("--family") { Description = "Only the cases of this family." };
var recordCommand = new Command("record", "Records libtorch's answers.") { family };
recordCommand.SetAction(arguments => RecordCommand.Run(arguments.GetValue(family)));
// What recording and tests start in processes of their own.
var named = new Argument<string>("family");
var from = new Argument<int>("from");
var refusals = new Command("refusals", "Makes the wrong calls of a family.") { named, from };
refusals.Hidden = true;
refusals.SetAction(arguments => TorchRefusals.Print(arguments.GetValue(named)!, arguments.GetValue(from)));

return new RootCommand("GraphGrad beside TorchSharp.") { recordCommand, refusals }.Parse(args).Invoke();
