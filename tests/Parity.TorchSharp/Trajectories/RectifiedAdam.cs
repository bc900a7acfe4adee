using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>
/// RAdam in libtorch's operations, as Liu et al. (2019) and PyTorch's documentation have it. TorchSharp's own multiplies rectified steps by the
/// rate twice, in 0.99 as in 0.107.
/// </summary>
internal sealed class RectifiedAdam(Parameter[] parameters, double rate, double beta1, double beta2, double decay)
{
    private readonly Tensor[] means = [.. parameters.Select(p => zeros_like(p.detach()).DetachFromDisposeScope())];
    private readonly Tensor[] squares = [.. parameters.Select(p => zeros_like(p.detach()).DetachFromDisposeScope())];
    private int step;

    public void Step()
    {
        step++;
        using var _ = no_grad();
        for (var i = 0; i < parameters.Length; i++)
        {
            var gradient = Gradients.Of(parameters[i]).add(parameters[i] * decay);
            means[i].mul_(beta1).add_(gradient * (1 - beta1));
            squares[i].mul_(beta2).add_(gradient * gradient * (1 - beta2));
            var mean = means[i] / (1 - Math.Pow(beta1, step));
            var (power, limit) = (Math.Pow(beta2, step), (2 / (1 - beta2)) - 1);
            var length = limit - (2 * step * power / (1 - power));
            var rectification = length > 5 ? Math.Sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)) : 0;
            parameters[i].sub_(length > 5 ? mean * (rate * rectification * Math.Sqrt(1 - power)) / (squares[i].sqrt() + 1e-8) : mean * rate);
            Gradients.Of(parameters[i]).zero_();
        }
    }
}
