using static TorchSharp.torch.nn.functional;

namespace GraphGrad.Parity.Live.Expressions;

internal static class NormalizationTwins
{
    public static readonly Twins All = new()
    {
        ["batch_norm in training"] = t => Script.Run("torch.batch_norm(x, w, b, None, None, True, 0.1, 1e-5, False)", ("x", t[0]), ("w", t[1]), ("b", t[2])),
        ["batch_norm without parameters"] = t => Script.Run("torch.batch_norm(x, None, None, None, None, True, 0.1, 1e-3, False)", ("x", t[0])),
        ["batch_norm in inference"] = t => batch_norm(t[0], t[1].detach(), t[2].detach(), weight: t[3], bias: t[4]),
        ["batch_norm running statistics"] = t =>
        {
            var (mean, variance) = (t[1].clone(), t[2].clone());
            batch_norm(t[0], mean, variance, training: true, momentum: 0.1);
            return (mean, variance);
        },
        ["layer_norm"] = t => layer_norm(t[0], [t[0].shape[^1]], weight: t[1], bias: t[2]),
        ["layer_norm of two axes"] = t => layer_norm(t[0], [3, 5], weight: t[1], bias: t[2]),
        ["layer_norm without parameters"] = t => layer_norm(t[0], [5]),
        ["group_norm"] = t => group_norm(t[0], 3, weight: t[1], bias: t[2]),
        ["group_norm without parameters"] = t => group_norm(t[0], 2),
        ["instance_norm"] = t => instance_norm(t[0], weight: t[1], bias: t[2]),
        ["instance_norm in inference"] = t => instance_norm(t[0], t[1].detach(), t[2].detach(), use_input_stats: false),
        ["local_response_norm"] = t => local_response_norm(t[0], 3, alpha: 0.3, beta: 0.6, k: 2),
        ["local_response_norm of an even size"] = t => local_response_norm(t[0], 4),

        ["batch_norm parameters"] = t => Script.Run("torch.batch_norm(x, w, None, None, None, True, 0.1, 1e-5, False)", ("x", t[0]), ("w", t[1])),
        ["batch_norm statistics"] = t => batch_norm(t[0], t[1], t[2]),
        ["layer_norm parameters"] = t => layer_norm(t[0], [3], weight: t[1]),
        ["group_norm groups"] = t => group_norm(t[0], 4),
        ["local_response_norm rank"] = t => local_response_norm(t[0], 3),
    };
}
