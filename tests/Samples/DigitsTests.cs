using GraphGrad.Samples;

namespace GraphGrad.Tests.Samples;

public sealed class DigitsTests
{
    [Fact]
    public void The_network_reads_98_of_100_digits_as_the_mean_of_five_seeds()
    {
        var (training, test) = DigitImages.Load();
        var accuracies = new List<float>();
        for (var seed = 1; seed <= 5; seed++)
        {
            var network = new DigitNetwork(seed);
            using var session = new Session(network.Graph);
            var trainer = new DigitTraining(network, session, training, seed);
            trainer.Run((_, loss) => Assert.True(float.IsFinite(loss)));
            accuracies.Add(trainer.Accuracy(test));
        }
        Expect.True(accuracies.Average() >= 0.98, $"accuracies {string.Join(", ", accuracies)}");
    }

    [Fact]
    public void The_sample_writes_its_figures()
    {
        var figures = SampleFixture.Run("digits", Backend.Compiled);

        Assert.InRange(figures.Number("accuracy"), 0.97, 1);
        Assert.InRange(figures.Number("max_difference"), 0, 1e-4);
        foreach (var name in new[] { "compiled_us", "interpreted_us", "speedup", "first_result_ms" })
            Assert.True(figures.Number(name) > 0, name);
        Assert.Equal(1, figures.Number("interpreted_us") / figures.Number("compiled_us") / figures.Number("speedup"), 0.01);
    }

    [Fact]
    public void Both_backends_train_alike()
    {
        var (training, _) = DigitImages.Load();
        var losses = new List<float[]>();
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            var network = new DigitNetwork(seed: 3);
            using var session = new Session(network.Graph, new SessionOptions { Backend = backend });
            var trainer = new DigitTraining(network, session, training, seed: 3);
            losses.Add([.. Enumerable.Range(0, 20).Select(_ => session.Run(network.Loss, network.Step, trainer.Feeds(Enumerable.Range(0, 64).ToArray(), 1)).Item<float>())]);
        }
        for (var i = 0; i < 20; i++) Assert.Equal(losses[1][i], losses[0][i], 1e-3f * losses[1][0]);
    }
}
