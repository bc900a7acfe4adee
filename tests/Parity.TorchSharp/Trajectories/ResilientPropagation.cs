using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>
/// Rprop in libtorch's operations, as PyTorch's documentation has it. TorchSharp's own ends with an error about element types in 0.107, and in 0.99 adds
/// the variable, times the largest step, to the gradient.
/// </summary>
internal sealed class ResilientPropagation(Parameter[] parameters, double rate, double decrease, double increase, double smallest, double largest)
{
    private readonly Tensor[] before = [.. parameters.Select(p => zeros_like(p.detach()).DetachFromDisposeScope())];
    private readonly Tensor[] sizes = [.. parameters.Select(p => full_like(p.detach(), rate).DetachFromDisposeScope())];

    public void Step()
    {
        using var _ = no_grad();
        for (var i = 0; i < parameters.Length; i++)
        {
            var gradient = Gradients.Of(parameters[i]);
            var turn = gradient.mul(before[i]);
            var factor = where(turn.gt(0), full_like(turn, increase), where(turn.lt(0), full_like(turn, decrease), ones_like(turn)));
            sizes[i].mul_(factor).clamp_(smallest, largest);
            var seen = where(turn.lt(0), zeros_like(gradient), gradient);
            parameters[i].sub_(seen.sign() * sizes[i]);
            before[i].copy_(seen);
            gradient.zero_();
        }
    }
}
