using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>Muon in libtorch's operations, as PyTorch has it but for bfloat16, in which that computes the polynomial; TorchSharp has none.</summary>
internal sealed class OrthogonalMomentum(Parameter[] parameters, double rate, double momentum, bool nesterov, double decay, int steps, bool matchAdam)
{
    private readonly Tensor[] means = [.. parameters.Select(p => zeros_like(p.detach()).DetachFromDisposeScope())];

    public void Step()
    {
        using var _ = no_grad();
        for (var i = 0; i < parameters.Length; i++)
        {
            var gradient = Gradients.Of(parameters[i]);
            means[i].add_((gradient - means[i]) * (1 - momentum));
            var (rows, columns) = ((double)gradient.shape[0], (double)gradient.shape[1]);
            var scale = matchAdam ? 0.2 * Math.Sqrt(Math.Max(rows, columns)) : Math.Sqrt(Math.Max(1, rows / columns));
            var update = Orthogonal(nesterov ? gradient + ((means[i] - gradient) * momentum) : means[i]);
            parameters[i].mul_(1 - (rate * decay)).sub_(update * (rate * scale));
            gradient.zero_();
        }
    }

    private Tensor Orthogonal(Tensor matrix)
    {
        var isTall = matrix.shape[0] > matrix.shape[1];
        var x = isTall ? matrix.t() : matrix;
        x = x / x.square().sum().sqrt().clamp_min(1e-7);
        for (var i = 0; i < steps; i++)
        {
            var gram = x.matmul(x.t());
            x = (x * 3.4445) + ((gram * -4.7750) + (gram.matmul(gram) * 2.0315)).matmul(x);
        }
        return isTall ? x.t() : x;
    }
}
