using static TorchSharp.torch.nn;

namespace GraphGrad.Parity.Live.Expressions;

internal static class LossTwins
{
    public static readonly Twins All = new()
    {
        ["AdaptiveLogSoftmaxWithLoss"] = t => (Adaptive(t[0], t[1], null, t[2..]).mean(), Adaptive(t[0], t[1], null, t[2..])),
        ["AdaptiveLogSoftmaxWithLoss with a bias"] = t => Adaptive(t[0], t[1], t[2], t[3..]).mean(),
        ["AdaptiveLogSoftmaxWithLoss of all classes"] = t => (Adaptive(t[0], null, t[1..]), Adaptive(t[0], null, t[1..]).argmax(1)),
        ["AdaptiveLogSoftmaxWithLoss of other elements"] = t => Adaptive(t[0], t[1], null, t[2..]),
        // By libtorch's number of the reduction: TorchSharp 0.99 calls mse_loss here.
        ["l1_loss, mean"] = t => Script.Run("torch.l1_loss(x, y, 1)", ("x", t[0]), ("y", t[1])),
        ["l1_loss, sum"] = t => Script.Run("torch.l1_loss(x, y, 2)", ("x", t[0]), ("y", t[1])),
        ["l1_loss, none"] = t => Script.Run("torch.l1_loss(x, y, 0)", ("x", t[0]), ("y", t[1])),
        ["mse_loss, mean"] = t => functional.mse_loss(t[0], t[1], nn.Reduction.Mean),
        ["mse_loss, sum"] = t => functional.mse_loss(t[0], t[1], nn.Reduction.Sum),
        ["mse_loss, none"] = t => functional.mse_loss(t[0], t[1], nn.Reduction.None),
        ["huber_loss, mean"] = t => functional.huber_loss(t[0], t[1], 0.7, nn.Reduction.Mean),
        ["huber_loss, sum"] = t => functional.huber_loss(t[0], t[1], 0.7, nn.Reduction.Sum),
        ["huber_loss, none"] = t => functional.huber_loss(t[0], t[1], 0.7, nn.Reduction.None),
        ["smooth_l1_loss, mean"] = t => functional.smooth_l1_loss(t[0], t[1], nn.Reduction.Mean, 0.7),
        ["smooth_l1_loss, sum"] = t => functional.smooth_l1_loss(t[0], t[1], nn.Reduction.Sum, 0.7),
        ["smooth_l1_loss, none"] = t => functional.smooth_l1_loss(t[0], t[1], nn.Reduction.None, 0.7),
        ["binary_cross_entropy, mean"] = t => functional.binary_cross_entropy(t[0], t[1], reduction: nn.Reduction.Mean),
        ["binary_cross_entropy, sum"] = t => functional.binary_cross_entropy(t[0], t[1], reduction: nn.Reduction.Sum),
        ["binary_cross_entropy, none"] = t => functional.binary_cross_entropy(t[0], t[1], reduction: nn.Reduction.None),
        ["binary_cross_entropy with weights, mean"] = t => functional.binary_cross_entropy(t[0], t[1], t[2].detach(), nn.Reduction.Mean),
        ["binary_cross_entropy with weights, sum"] = t => functional.binary_cross_entropy(t[0], t[1], t[2].detach(), nn.Reduction.Sum),
        ["binary_cross_entropy with weights, none"] = t => functional.binary_cross_entropy(t[0], t[1], t[2].detach(), nn.Reduction.None),
        ["binary_cross_entropy of certain probabilities"] = t => functional.binary_cross_entropy(t[0], t[1].detach(), reduction: nn.Reduction.None),
        ["binary_cross_entropy_with_logits, mean"] = t => functional.binary_cross_entropy_with_logits(t[0], t[1], null, nn.Reduction.Mean),
        ["binary_cross_entropy_with_logits, sum"] = t => functional.binary_cross_entropy_with_logits(t[0], t[1], null, nn.Reduction.Sum),
        ["binary_cross_entropy_with_logits, none"] = t => functional.binary_cross_entropy_with_logits(t[0], t[1], null, nn.Reduction.None),
        ["binary_cross_entropy_with_logits with weights, mean"] = t => functional.binary_cross_entropy_with_logits(t[0], t[1], t[2].detach(), nn.Reduction.Mean, t[3].detach()),
        ["binary_cross_entropy_with_logits with weights, sum"] = t => functional.binary_cross_entropy_with_logits(t[0], t[1], t[2].detach(), nn.Reduction.Sum, t[3].detach()),
        ["binary_cross_entropy_with_logits with weights, none"] = t => functional.binary_cross_entropy_with_logits(t[0], t[1], t[2].detach(), nn.Reduction.None, t[3].detach()),
        ["nll_loss, mean"] = t => functional.nll_loss(t[0], t[1], reduction: nn.Reduction.Mean),
        ["nll_loss, sum"] = t => functional.nll_loss(t[0], t[1], reduction: nn.Reduction.Sum),
        ["nll_loss, none"] = t => functional.nll_loss(t[0], t[1], reduction: nn.Reduction.None),
        ["nll_loss with weights, mean"] = t => functional.nll_loss(t[0], t[1], t[2].detach(), nn.Reduction.Mean),
        ["nll_loss with weights, sum"] = t => functional.nll_loss(t[0], t[1], t[2].detach(), nn.Reduction.Sum),
        ["nll_loss with weights, none"] = t => functional.nll_loss(t[0], t[1], t[2].detach(), nn.Reduction.None),
        ["nll_loss of maps, mean"] = t => functional.nll_loss(t[0], t[1], reduction: nn.Reduction.Mean),
        ["nll_loss of maps, sum"] = t => functional.nll_loss(t[0], t[1], reduction: nn.Reduction.Sum),
        ["nll_loss of maps, none"] = t => functional.nll_loss(t[0], t[1], reduction: nn.Reduction.None),
        ["cross_entropy, mean"] = t => functional.cross_entropy(t[0], t[1], reduction: nn.Reduction.Mean),
        ["cross_entropy, sum"] = t => functional.cross_entropy(t[0], t[1], reduction: nn.Reduction.Sum),
        ["cross_entropy, none"] = t => functional.cross_entropy(t[0], t[1], reduction: nn.Reduction.None),
        ["cross_entropy of probabilities, mean"] = t => functional.cross_entropy(t[0], t[1], reduction: nn.Reduction.Mean),
        ["cross_entropy of probabilities, sum"] = t => functional.cross_entropy(t[0], t[1], reduction: nn.Reduction.Sum),
        ["cross_entropy of probabilities, none"] = t => functional.cross_entropy(t[0], t[1], reduction: nn.Reduction.None),
        ["cross_entropy with weights, mean"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), reduction: nn.Reduction.Mean),
        ["cross_entropy with weights, sum"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), reduction: nn.Reduction.Sum),
        ["cross_entropy with weights, none"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), reduction: nn.Reduction.None),
        ["cross_entropy with an ignored class, mean"] = t => functional.cross_entropy(t[0], t[1], ignore_index: 1, reduction: nn.Reduction.Mean),
        ["cross_entropy with an ignored class, sum"] = t => functional.cross_entropy(t[0], t[1], ignore_index: 1, reduction: nn.Reduction.Sum),
        ["cross_entropy with an ignored class, none"] = t => functional.cross_entropy(t[0], t[1], ignore_index: 1, reduction: nn.Reduction.None),
        ["cross_entropy with smoothed labels, mean"] = t => functional.cross_entropy(t[0], t[1], label_smoothing: 0.2, reduction: nn.Reduction.Mean),
        ["cross_entropy with smoothed labels, sum"] = t => functional.cross_entropy(t[0], t[1], label_smoothing: 0.2, reduction: nn.Reduction.Sum),
        ["cross_entropy with smoothed labels, none"] = t => functional.cross_entropy(t[0], t[1], label_smoothing: 0.2, reduction: nn.Reduction.None),
        ["cross_entropy of smoothed probabilities, mean"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), label_smoothing: 0.2, reduction: nn.Reduction.Mean),
        ["cross_entropy of smoothed probabilities, sum"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), label_smoothing: 0.2, reduction: nn.Reduction.Sum),
        ["cross_entropy of smoothed probabilities, none"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), label_smoothing: 0.2, reduction: nn.Reduction.None),
        ["cross_entropy of maps with everything, mean"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), 2, nn.Reduction.Mean, 0.1),
        ["cross_entropy of maps with everything, sum"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), 2, nn.Reduction.Sum, 0.1),
        ["cross_entropy of maps with everything, none"] = t => functional.cross_entropy(t[0], t[1], t[2].detach(), 2, nn.Reduction.None, 0.1),
        ["kl_div, mean"] = t => functional.kl_div(t[0], t[1], false, nn.Reduction.Mean),
        ["kl_div, sum"] = t => functional.kl_div(t[0], t[1], false, nn.Reduction.Sum),
        ["kl_div, none"] = t => functional.kl_div(t[0], t[1], false, nn.Reduction.None),
        ["kl_div of logarithms, mean"] = t => functional.kl_div(t[0], t[1], true, nn.Reduction.Mean),
        ["kl_div of logarithms, sum"] = t => functional.kl_div(t[0], t[1], true, nn.Reduction.Sum),
        ["kl_div of logarithms, none"] = t => functional.kl_div(t[0], t[1], true, nn.Reduction.None),
        ["poisson_nll_loss, mean"] = t => functional.poisson_nll_loss(t[0], t[1], reduction: nn.Reduction.Mean),
        ["poisson_nll_loss, sum"] = t => functional.poisson_nll_loss(t[0], t[1], reduction: nn.Reduction.Sum),
        ["poisson_nll_loss, none"] = t => functional.poisson_nll_loss(t[0], t[1], reduction: nn.Reduction.None),
        ["poisson_nll_loss of rates in full, mean"] = t => functional.poisson_nll_loss(t[0], t[1], false, true, reduction: nn.Reduction.Mean),
        ["poisson_nll_loss of rates in full, sum"] = t => functional.poisson_nll_loss(t[0], t[1], false, true, reduction: nn.Reduction.Sum),
        ["poisson_nll_loss of rates in full, none"] = t => functional.poisson_nll_loss(t[0], t[1], false, true, reduction: nn.Reduction.None),
        ["gaussian_nll_loss, mean"] = t => Gaussian(t, false).mean(),
        ["gaussian_nll_loss, sum"] = t => Gaussian(t, false).sum(),
        ["gaussian_nll_loss, none"] = t => Gaussian(t, false),
        ["gaussian_nll_loss in full, mean"] = t => Gaussian(t, true).mean(),
        ["gaussian_nll_loss in full, sum"] = t => Gaussian(t, true).sum(),
        ["gaussian_nll_loss in full, none"] = t => Gaussian(t, true),
        ["hinge_embedding_loss, mean"] = t => functional.hinge_embedding_loss(t[0], t[1].detach(), 0.8, nn.Reduction.Mean),
        ["hinge_embedding_loss, sum"] = t => functional.hinge_embedding_loss(t[0], t[1].detach(), 0.8, nn.Reduction.Sum),
        ["hinge_embedding_loss, none"] = t => functional.hinge_embedding_loss(t[0], t[1].detach(), 0.8, nn.Reduction.None),
        ["margin_ranking_loss, mean"] = t => functional.margin_ranking_loss(t[0], t[1], t[2].detach(), 0.3, nn.Reduction.Mean),
        ["margin_ranking_loss, sum"] = t => functional.margin_ranking_loss(t[0], t[1], t[2].detach(), 0.3, nn.Reduction.Sum),
        ["margin_ranking_loss, none"] = t => functional.margin_ranking_loss(t[0], t[1], t[2].detach(), 0.3, nn.Reduction.None),
        ["cosine_embedding_loss, mean"] = t => functional.cosine_embedding_loss(t[0], t[1], t[2].detach(), 0.1, nn.Reduction.Mean),
        ["cosine_embedding_loss, sum"] = t => functional.cosine_embedding_loss(t[0], t[1], t[2].detach(), 0.1, nn.Reduction.Sum),
        ["cosine_embedding_loss, none"] = t => functional.cosine_embedding_loss(t[0], t[1], t[2].detach(), 0.1, nn.Reduction.None),
        ["soft_margin_loss, mean"] = t => functional.soft_margin_loss(t[0], t[1].detach(), nn.Reduction.Mean),
        ["soft_margin_loss, sum"] = t => functional.soft_margin_loss(t[0], t[1].detach(), nn.Reduction.Sum),
        ["soft_margin_loss, none"] = t => functional.soft_margin_loss(t[0], t[1].detach(), nn.Reduction.None),
        ["triplet_margin_loss, mean"] = t => functional.triplet_margin_loss(t[0], t[1], t[2], reduction: nn.Reduction.Mean),
        ["triplet_margin_loss, sum"] = t => functional.triplet_margin_loss(t[0], t[1], t[2], reduction: nn.Reduction.Sum),
        ["triplet_margin_loss, none"] = t => functional.triplet_margin_loss(t[0], t[1], t[2], reduction: nn.Reduction.None),
        ["triplet_margin_loss swapped, of order 1, mean"] = t => functional.triplet_margin_loss(t[0], t[1], t[2], 0.5, 1, swap: true, reduction: nn.Reduction.Mean),
        ["triplet_margin_loss swapped, of order 1, sum"] = t => functional.triplet_margin_loss(t[0], t[1], t[2], 0.5, 1, swap: true, reduction: nn.Reduction.Sum),
        ["triplet_margin_loss swapped, of order 1, none"] = t => functional.triplet_margin_loss(t[0], t[1], t[2], 0.5, 1, swap: true, reduction: nn.Reduction.None),
        ["triplet_margin_with_distance_loss, mean"] = t => functional.triplet_margin_with_distance_loss(t[0], t[1], t[2], (a, b) => (a - b).square().sum(1), 2, reduction: nn.Reduction.Mean),
        ["triplet_margin_with_distance_loss, sum"] = t => functional.triplet_margin_with_distance_loss(t[0], t[1], t[2], (a, b) => (a - b).square().sum(1), 2, reduction: nn.Reduction.Sum),
        ["triplet_margin_with_distance_loss, none"] = t => functional.triplet_margin_with_distance_loss(t[0], t[1], t[2], (a, b) => (a - b).square().sum(1), 2, reduction: nn.Reduction.None),
        ["multi_margin_loss, mean"] = t => functional.multi_margin_loss(t[0], t[1], reduction: nn.Reduction.Mean),
        ["multi_margin_loss, sum"] = t => functional.multi_margin_loss(t[0], t[1], reduction: nn.Reduction.Sum),
        ["multi_margin_loss, none"] = t => functional.multi_margin_loss(t[0], t[1], reduction: nn.Reduction.None),
        ["multi_margin_loss of power 2 with weights, mean"] = t => functional.multi_margin_loss(t[0], t[1], 2, 0.7, t[2].detach(), nn.Reduction.Mean),
        ["multi_margin_loss of power 2 with weights, sum"] = t => functional.multi_margin_loss(t[0], t[1], 2, 0.7, t[2].detach(), nn.Reduction.Sum),
        ["multi_margin_loss of power 2 with weights, none"] = t => functional.multi_margin_loss(t[0], t[1], 2, 0.7, t[2].detach(), nn.Reduction.None),
        ["multilabel_margin_loss, mean"] = t => functional.multi_label_margin_loss(t[0], t[1], nn.Reduction.Mean),
        ["multilabel_margin_loss, sum"] = t => functional.multi_label_margin_loss(t[0], t[1], nn.Reduction.Sum),
        ["multilabel_margin_loss, none"] = t => functional.multi_label_margin_loss(t[0], t[1], nn.Reduction.None),
        ["multilabel_soft_margin_loss, mean"] = t => functional.multilabel_soft_margin_loss(t[0], t[1].detach(), reduction: nn.Reduction.Mean),
        ["multilabel_soft_margin_loss, sum"] = t => functional.multilabel_soft_margin_loss(t[0], t[1].detach(), reduction: nn.Reduction.Sum),
        ["multilabel_soft_margin_loss, none"] = t => functional.multilabel_soft_margin_loss(t[0], t[1].detach(), reduction: nn.Reduction.None),
        ["multilabel_soft_margin_loss with weights, mean"] = t => functional.multilabel_soft_margin_loss(t[0], t[1].detach(), t[2].detach(), nn.Reduction.Mean),
        ["multilabel_soft_margin_loss with weights, sum"] = t => functional.multilabel_soft_margin_loss(t[0], t[1].detach(), t[2].detach(), nn.Reduction.Sum),
        ["multilabel_soft_margin_loss with weights, none"] = t => functional.multilabel_soft_margin_loss(t[0], t[1].detach(), t[2].detach(), nn.Reduction.None),
        ["mse_loss shapes"] = t => functional.mse_loss(t[0], t[1]),
        ["binary_cross_entropy shapes"] = t => functional.binary_cross_entropy(t[0], t[1]),
        ["cross_entropy labels"] = t => functional.cross_entropy(t[0], t[1]),
        ["cross_entropy weights"] = t => functional.cross_entropy(t[0], t[1], t[2]),
        ["cross_entropy smoothing"] = t => functional.cross_entropy(t[0], t[1], label_smoothing: 1.5),
        ["nll_loss of float labels"] = t => functional.nll_loss(t[0], t[1]),
        ["multi_margin_loss of power 3"] = t => functional.multi_margin_loss(t[0], t[1], 3),
        ["huber_loss of delta 0"] = t => functional.huber_loss(t[0], t[1], 0),
        ["smooth_l1_loss of a negative beta"] = t => functional.smooth_l1_loss(t[0], t[1], nn.Reduction.Mean, -1),
        ["multilabel_margin_loss labels"] = t => functional.multi_label_margin_loss(t[0], t[1]),
    };

    // PyTorch's; TorchSharp's sums over the features, and has no gradient by the variance.
    private static Tensor Gaussian(Tensor[] t, bool full)
    {
        var variance = t[2] + (t[2].clamp_min(1e-6) - t[2]).detach();
        var loss = 0.5 * (variance.log() + ((t[0] - t[1]).square() / variance));
        return full ? loss + (0.5 * Math.Log(2 * Math.PI)) : loss;
    }

    // PyTorch's class is written in Python: each cluster is of the examples whose labels lie in it.
    private static Tensor Adaptive(Tensor x, Tensor labels, Tensor? bias, Tensor[] w)
    {
        var (rows, output, first) = (labels.clone(), zeros([labels.shape[0]], dtype: x.dtype), 3L);
        for (var i = 0; i < 2; i++)
        {
            var classes = w[2 + (2 * i)].shape[0];
            var places = (labels >= first).logical_and(labels < first + classes).nonzero().squeeze(1);
            var own = functional.linear(functional.linear(x.index_select(0, places), w[1 + (2 * i)]), w[2 + (2 * i)]).log_softmax(1);
            output = output.index_add(0, places, own.gather(1, (labels.index_select(0, places) - first).unsqueeze(1)).squeeze(1), 1);
            rows = rows.index_fill(0, places, 3 + i);
            first += classes;
        }
        return -(functional.linear(x, w[0], bias).log_softmax(1).gather(1, rows.unsqueeze(1)).squeeze(1) + output);
    }

    private static Tensor Adaptive(Tensor x, Tensor? bias, Tensor[] w)
    {
        var head = functional.linear(x, w[0], bias).log_softmax(1);
        Tensor Cluster(int i) => functional.linear(functional.linear(x, w[1 + (2 * i)]), w[2 + (2 * i)]).log_softmax(1) + head.narrow(1, 3 + i, 1);
        return cat([head.narrow(1, 0, 3), Cluster(0), Cluster(1)], 1);
    }
}
