using GraphGrad.Parity.Samples;
using GraphGrad.Samples;
using GraphGrad.Tests.Samples;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GraphGrad.Parity.Live.Samples;

/// <summary>Runs the samples' twins.</summary>
internal static class SampleRecording
{
    private const double FirstRate = 0.003;

    public static void Record(Recording recording, string sample)
    {
        using var held = HeldFinalizers.Hold();
        // Only the inputs are taken from GraphGrad's figures.
        foreach (var (figure, numbers) in SampleTwins.All[sample](SampleFixture.Run(sample, Backend.Interpreted)))
            recording.Add(FoundingPrograms.Key(sample, figure), TorchRun.ToData(numbers.to_type(ScalarType.Float64)));
    }

    public static void RecordDigits(Recording recording)
    {
        using var held = HeldFinalizers.Hold();
        manual_seed(1);
        var network = Sequential(
            ("a", Conv2d(1, 16, 3, padding: 1)), ("b", ReLU()), ("c", MaxPool2d(2)),
            ("d", Conv2d(16, 32, 3, padding: 1)), ("e", ReLU()), ("f", MaxPool2d(2)),
            ("g", Flatten()), ("h", Linear(32 * 2 * 2, 10)));
        Parameter[] parameters = [.. network.parameters()];
        for (var i = 0; i < parameters.Length; i++) recording.Add(DigitsRun.StartKey(i), TorchRun.ToData(parameters[i]));

        var optimizer = optim.Adam(parameters, lr: FirstRate);
        var (training, _) = DigitImages.Load();
        var losses = new double[DigitsRun.Steps];
        for (var step = 0; step < losses.Length; step++)
        {
            using var scope = NewDisposeScope();
            var (rows, share) = DigitsRun.Batch(step);
            var (pixels, labels) = training.Batch(rows);
            foreach (var group in optimizer.ParamGroups) group.LearningRate = FirstRate * share;
            optimizer.zero_grad();
            var loss = functional.cross_entropy(
                network.forward(TorchRun.ToTorch(pixels).reshape(-1, 1, 8, 8)), TorchRun.ToTorch(labels).to_type(ScalarType.Int64));
            loss.backward();
            optimizer.step();
            losses[step] = loss.item<float>();
        }
        recording.Add(DigitsRun.LossesKey, Data.Create(DType.Float32, losses, [losses.Length]));
    }
}
