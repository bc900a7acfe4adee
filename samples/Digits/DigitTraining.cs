namespace GraphGrad.Samples;

/// <summary>Trains the network: shuffled batches, a learning rate that falls to 0 in a straight line.</summary>
internal sealed class DigitTraining(DigitNetwork network, Session session, DigitImages training, int seed)
{
    public const int Epochs = 60, BatchSize = 32;
    private const double FirstRate = 0.003;

    private readonly Random random = new(seed);

    /// <summary>The steps of the whole training; what does not fill a batch is left to the next epoch.</summary>
    public int Steps => Epochs * (training.Count / BatchSize);

    /// <summary>Runs all steps, and reports number and loss of each.</summary>
    public void Run(Action<int, float> report)
    {
        var rows = Enumerable.Range(0, training.Count).ToArray();
        var step = 0;
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(rows);
            for (var start = 0; start + BatchSize <= rows.Length; start += BatchSize)
            {
                var feeds = Feeds(rows.AsSpan(start, BatchSize), 1 - ((double)step / Steps));
                report(++step, session.Run(network.Loss, network.Step, feeds).Item<float>());
            }
        }
    }

    /// <summary>What one step is fed.</summary>
    public (Value Placeholder, TensorData Data)[] Feeds(ReadOnlySpan<int> rows, double shareOfRate)
    {
        var (pixels, labels) = training.Batch(rows);
        return [(network.Pixels, pixels), (network.Labels, labels), (network.Rate, (float)(FirstRate * shareOfRate))];
    }

    /// <summary>The share of images that the network reads rightly.</summary>
    public float Accuracy(DigitImages images)
    {
        var (pixels, labels) = images.All();
        return session.Run(network.Accuracy, (network.Pixels, pixels), (network.Labels, labels)).Item<float>();
    }
}
