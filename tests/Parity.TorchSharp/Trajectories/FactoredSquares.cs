using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>Adafactor in libtorch's operations, as PyTorch has it; TorchSharp has none.</summary>
internal sealed class FactoredSquares(Parameter[] parameters, double rate, double power, double? epsilon, double scaleFloor, double clip, double decay)
{
    private readonly Tensor?[] rows = new Tensor?[parameters.Length];
    private readonly Tensor?[] columns = new Tensor?[parameters.Length];
    private int step;

    public void Step()
    {
        step++;
        using var _ = no_grad();
        for (var i = 0; i < parameters.Length; i++)
        {
            var gradient = Gradients.Of(parameters[i]);
            var least = epsilon ?? (parameters[i].dtype == ScalarType.Float64 ? Math.Pow(2, -52) : Math.Pow(2, -23));
            var length = Math.Max(scaleFloor, Size(parameters[i])) * Math.Min(rate, 1 / Math.Sqrt(step));
            if (decay != 0) parameters[i].mul_(1 - (rate * decay));
            var square = gradient * gradient;
            if (gradient.Dimensions > 1)
            {
                var row = Follow(ref rows[i], square.mean([-1], true));
                var column = Follow(ref columns[i], square.mean([-2], true));
                square = row.matmul(column) / row.mean([-2], true).clamp_min(least);
            }
            else
            {
                square = Follow(ref rows[i], square);
            }
            var update = square.clamp_min(least * least).rsqrt() * gradient;
            parameters[i].sub_(update * (length / Math.Max(1, Size(update) / clip)));
            gradient.zero_();
        }
    }

    private Tensor Follow(ref Tensor? kept, Tensor now)
    {
        kept ??= zeros_like(now).DetachFromDisposeScope();
        kept.add_((now - kept) * Math.Pow(step, power));
        return kept;
    }

    private static double Size(Tensor x) => Math.Sqrt(x.detach().square().mean().to_type(ScalarType.Float64).item<double>());
}
