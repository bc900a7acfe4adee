using System.Diagnostics;
using GraphGrad.Samples.Drawing;
using GraphGrad.Samples.Running;
using Spectre.Console;

namespace GraphGrad.Samples;

/// <summary>Trains a small convolutional network on 1,797 real handwritten digits, and compares the two backends on it.</summary>
internal static class Digits
{
    private const int Seed = 1;

    public static void Run(SampleRun run)
    {
        var (training, test) = DigitImages.Load();
        var network = new DigitNetwork(Seed);
        using var session = run.Open(network.Graph);
        var trainer = new DigitTraining(network, session, training, Seed);

        var losses = Train(run, trainer, test);
        var (pixels, labels) = test.All();
        var predictions = session.Run(network.Predictions, (network.Pixels, pixels)).AsSpan<long>().ToArray();
        run.Console.Write(DigitReport.AccuracyTable(test, predictions));
        run.Console.Write(DigitReport.Row(test, predictions, run.Console));

        var accuracy = predictions.Zip(test.Labels, (p, label) => p == label ? 1.0 : 0.0).Average();
        var comparison = DigitBackends.Compare(network, training);
        var figures = run.Figures;
        figures.Set("seed", Seed);
        figures.Set("accuracy", accuracy);
        figures.Set("compiled_us", comparison.CompiledMicroseconds);
        figures.Set("interpreted_us", comparison.InterpretedMicroseconds);
        figures.Set("speedup", comparison.Speedup);
        figures.Set("max_difference", comparison.MaxDifference);
        figures.Set("first_result_ms", losses.FirstResult.TotalMilliseconds);
        figures.Set("losses", losses.All);
        run.Tell(
            ("test accuracy", $"{accuracy:P2} of {test.Count} images"),
            ("training step, compiled", $"{comparison.CompiledMicroseconds:N0} µs"),
            ("training step, interpreted", $"{comparison.InterpretedMicroseconds:N0} µs"),
            ("speedup", $"{comparison.Speedup:F1} times"),
            ("largest difference between the two", comparison.MaxDifference),
            ("process start to first result", $"{losses.FirstResult.TotalMilliseconds:N0} ms"));

        run.Save("digits-loss.svg", new Chart("Training on handwritten digits", "step", "loss") { LogY = true }
            .Line($"loss of each batch of {DigitTraining.BatchSize}", [.. losses.All.Select((loss, i) => (i + 1.0, loss))])
            .ToSvg());
        SaveGraphs(run, session.Explain(network.Step));
    }

    /// <summary>The training step as written, rewritten, and fused into kernels.</summary>
    private static void SaveGraphs(SampleRun run, Explanation explanation)
    {
        run.Save("digits-written.mmd", explanation.Written.ToMermaid());
        run.Save("digits-written.dot", explanation.Written.ToDot());
        run.Save("digits-rewritten.mmd", explanation.Rewritten.ToMermaid());
        run.Save("digits-rewritten.dot", explanation.Rewritten.ToDot());
        run.Save("digits-kernels.mmd", explanation.KernelsMermaid);
        run.Save("digits-kernels.dot", explanation.KernelsDot);
        run.Save("digits-kernels.txt", explanation.Kernels);
    }

    private static (List<double> All, TimeSpan FirstResult) Train(SampleRun run, DigitTraining trainer, DigitImages test)
    {
        var losses = new List<double>();
        var firstResult = TimeSpan.Zero;
        run.Console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(progress =>
            {
                var task = progress.AddTask("training", maxValue: trainer.Steps);
                var accuracy = 0f;
                trainer.Run((step, loss) =>
                {
                    if (step == 1) firstResult = DateTime.Now - Process.GetCurrentProcess().StartTime;
                    losses.Add(loss);
                    if (step % (trainer.Steps / DigitTraining.Epochs) == 0) accuracy = trainer.Accuracy(test);
                    task.Description = $"loss [blue]{loss:F4}[/]  test accuracy [green]{accuracy:P1}[/]";
                    task.Increment(1);
                });
            });
        return (losses, firstResult);
    }
}
