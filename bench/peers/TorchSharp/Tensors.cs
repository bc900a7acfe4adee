using TorchSharp;
using TorchSharp.Modules;

namespace GraphGrad.Bench.TorchSharpPeer;

/// <summary>The data of a workload by name, and which of it is fed rather than trained.</summary>
internal sealed class Tensors
{
    private readonly Dictionary<string, torch.Tensor> all = [];
    private readonly HashSet<string> fed = [];

    public torch.Tensor this[string name] => all[name];

    /// <summary>What is trained, in the order in which it was defined.</summary>
    public Parameter[] Parameters()
    {
        foreach (var name in all.Keys.Where(n => !fed.Contains(n) && all[n].is_floating_point()).ToArray())
            all[name] = new Parameter(all[name]);
        return [.. all.Values.OfType<Parameter>()];
    }

    public bool Has(string name) => all.ContainsKey(name);

    public void Add(string name, torch.Tensor tensor, bool isFed)
    {
        all.Add(name, tensor);
        if (isFed) fed.Add(name);
    }
}
