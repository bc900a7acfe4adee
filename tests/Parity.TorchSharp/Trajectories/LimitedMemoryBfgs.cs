using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>
/// L-BFGS with the strong Wolfe line search in libtorch's operations, for TorchSharp does not hand libtorch's search out; as PyTorch's code, with which it was compared.
/// </summary>
internal sealed class LimitedMemoryBfgs(Parameter[] parameters, Func<Tensor> closure, double rate, int iterations, int evaluations, double tolerance, int history)
{
    private const double GradientTolerance = 1e-7;

    private readonly List<(Tensor Move, Tensor Change, double Inverse)> pairs = [];
    private Tensor? before;
    private Tensor? move;
    private double scale = 1;

    public void Step()
    {
        var (loss, gradient) = Evaluate();
        var evaluated = 1;
        for (var count = 1; Largest(gradient) > GradientTolerance; count++)
        {
            using var scope = NewDisposeScope();
            var isFirst = before is null;
            if (!isFirst) Remember(gradient - before!);
            var direction = Direction(gradient);
            var length = isFirst ? Math.Min(1, 1 / Number(gradient.abs().sum())) * rate : rate;
            before = gradient.DetachFromDisposeScope();
            var slope = Number(gradient.dot(direction));
            move = (direction * length).DetachFromDisposeScope();
            if (slope > -tolerance) return;
            var start = Position();
            var search = new WolfeSearch(t => At(start, t, direction), new WolfePoint(0, loss, slope, gradient), length, Largest(direction), tolerance);
            var end = search.Run();
            Set(start + (direction * end.Length));
            move = (direction * end.Length).DetachFromDisposeScope();
            gradient = end.Gradient.DetachFromDisposeScope();
            evaluated += search.Evaluations;
            if (count == iterations || evaluated >= evaluations || Largest(move) <= tolerance || Math.Abs(end.Loss - loss) < tolerance) return;
            loss = end.Loss;
        }
    }

    private void Remember(Tensor change)
    {
        var curvature = Number(change.dot(move!));
        if (curvature <= 1e-10) return;
        if (pairs.Count == history) pairs.RemoveAt(0);
        pairs.Add((move!, change.DetachFromDisposeScope(), 1 / curvature));
        scale = curvature / Number(change.dot(change));
    }

    private Tensor Direction(Tensor gradient)
    {
        var direction = gradient.neg();
        var shares = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            shares[i] = Number(pairs[i].Move.dot(direction)) * pairs[i].Inverse;
            direction -= pairs[i].Change * shares[i];
        }
        direction *= scale;
        for (var i = 0; i < pairs.Count; i++)
            direction += pairs[i].Move * (shares[i] - (Number(pairs[i].Change.dot(direction)) * pairs[i].Inverse));
        return direction;
    }

    private WolfePoint At(Tensor start, double length, Tensor direction)
    {
        Set(start + (direction * length));
        var (loss, gradient) = Evaluate();
        return new WolfePoint(length, loss, Number(gradient.dot(direction)), gradient);
    }

    private (double Loss, Tensor Gradient) Evaluate()
    {
        var loss = Number(closure());
        return (loss, cat([.. parameters.Select(p => Gradients.Of(p).flatten())]).clone());
    }

    private Tensor Position() => cat([.. parameters.Select(p => p.detach().flatten())]).clone();

    private void Set(Tensor position)
    {
        using var _ = no_grad();
        long from = 0;
        foreach (var parameter in parameters)
        {
            parameter.copy_(position.narrow(0, from, parameter.numel()).view(parameter.shape));
            from += parameter.numel();
        }
    }

    private static double Largest(Tensor x) => Number(x.abs().max());

    private static double Number(Tensor x) => x.detach().to_type(ScalarType.Float64).item<double>();
}
