using GraphGrad.Samples;

namespace GraphGrad.Parity.Samples;

/// <summary>The network of the sample <c>digits</c>, trained on the first batches of its data from libtorch's initial weights.</summary>
internal static class DigitsRun
{
    public const int Steps = 100;

    public const string LossesKey = "digits training/losses";

    // As for every training run in float32.
    private const double Bound = 1e-4;

    /// <summary>The rows of a step's batch, and its share of the first learning rate.</summary>
    public static (int[] Rows, double ShareOfRate) Batch(int step) =>
        ([.. Enumerable.Range(step % 40 * DigitTraining.BatchSize, DigitTraining.BatchSize)], 1 - ((double)step / Steps));

    public static string StartKey(int index) => $"digits training/start/{index}";

    /// <summary>The first step whose loss is too far from libtorch's, or null.</summary>
    public static string? Compare(Recording recording, Backend backend)
    {
        var (training, _) = DigitImages.Load();
        var network = new DigitNetwork(seed: 1);
        using var session = new Session(network.Graph, new SessionOptions { Backend = backend });
        // Weights and biases of two convolutions and of the linear layer, whose weights libtorch holds output by input.
        var variables = network.Graph.Variables.Where(v => v.Trainable).ToArray();
        var start = recording.Sequence(StartKey).ToArray();
        for (var i = 0; i < variables.Length; i++) session.Write(variables[i], i == 4 ? Transposed(start[i]) : start[i]);

        var trainer = new DigitTraining(network, session, training, seed: 1);
        var theirs = recording[LossesKey].Numbers();
        for (var step = 0; step < Steps; step++)
        {
            var (rows, share) = Batch(step);
            var loss = session.Run(network.Loss, network.Step, trainer.Feeds(rows, share)).Item<float>();
            if (!(Math.Abs(loss - theirs[step]) <= Bound * theirs[step])) return $"digits, step {step}: loss {loss}, libtorch's {theirs[step]}";
        }
        return null;
    }

    private static TensorData Transposed(TensorData matrix)
    {
        var (rows, columns) = (matrix.Extents()[0], matrix.Extents()[1]);
        var elements = matrix.Numbers();
        var turned = Enumerable.Range(0, elements.Length).Select(i => elements[(i % rows * columns) + (i / rows)]).ToArray();
        return Data.Create(matrix.DType, turned, [columns, rows]);
    }
}
