"""What else programs are made of, in libtorch: a table for libtorch.py."""
import torch
import torch.nn.functional as F

BUILT_IN, COMPOSED = "built-in", "composed"


def squared_distances(t):
    return (t["a"][:, None] - t["b"][None]).square().sum(2)


def euclidean(t, form):
    return torch.cdist(t["a"], t["b"]) if form == BUILT_IN else squared_distances(t).sqrt()


def kmeans(t, form):
    x, c = t["x"], t["c"]
    nearest = torch.cdist(x, c).argmin(1)
    return torch.zeros_like(c).index_add_(0, nearest, x) / torch.bincount(nearest, minlength=c.shape[0])[:, None]


def covariance(t, form):
    x = t["x"] - t["x"].mean(0)
    return x.t() @ x / (x.shape[0] - 1)


def rotary(t, form):
    a, b = t["x"].chunk(2, -1)
    return torch.cat([a * t["c"] - b * t["s"], b * t["c"] + a * t["s"]], -1)


def attention(t, form):
    return torch.softmax(t["q"] @ t["k"].transpose(-1, -2) * t["q"].shape[-1] ** -0.5 + t["m"], -1) @ t["v"]


def recurrent(function, states):
    def run(t, form):
        h = torch.zeros(1, t["x"].shape[1], t["wh"].shape[1])
        start = (h, h) if states == 2 else h
        return function(t["x"], start, [t["wx"], t["wh"], t["bx"], t["bh"]], True, 1, 0.0, False, False, False)[1][0]
    return run


def definite(a):
    return a @ a.transpose(1, 2) + 2 * torch.eye(a.shape[-1])


def workloads(forward, gradient, training):
    """The table, made with the caller's ways to run a function, a function and its gradients, and a training step."""
    def value(function):
        return forward(function, BUILT_IN)

    def gradients(function, *names, upstream="g"):
        return gradient(function, list(names), upstream, BUILT_IN)

    def product(t, form):
        return t["a"] @ t["b"]

    lstm, gru = recurrent(torch.lstm, 2), recurrent(torch.gru, 1)
    return {
        "distances-3": forward(euclidean, BUILT_IN, COMPOSED),
        "distances-grad": gradients(lambda t, form: (squared_distances(t) + 1e-3).sqrt(), "a", "b"),
        "manhattan": value(lambda t, form: torch.cdist(t["a"], t["b"], p=1)),
        "gaussian-kernel": value(lambda t, form: torch.exp(torch.cdist(t["a"], t["b"]).square() * -0.5)),
        "kmeans": value(kmeans),
        "cosine": value(lambda t, form: F.normalize(t["a"], dim=1) @ F.normalize(t["b"], dim=1).t()),
        "standardize": value(lambda t, form: (t["x"] - t["x"].mean(0)) / t["x"].std(0)),
        "covariance": value(covariance),
        "masked-mean": value(lambda t, form: (t["x"] * t["m"]).sum(1) / t["m"].sum(1)),
        "accuracy": value(lambda t, form: (t["x"].argmax(1) == t["labels"]).float().mean()),

        "sum-short": value(lambda t, form: t["x"].sum(1)),
        "argmax-short": value(lambda t, form: t["x"].argmax(1)),
        "softmax-short": value(lambda t, form: torch.softmax(t["x"], -1)),
        "layernorm-short-grad": gradients(lambda t, form: F.layer_norm(t["x"], t["gamma"].shape, t["gamma"], t["beta"]), "x", "gamma", "beta"),
        "sum-middle-odd": value(lambda t, form: t["x"].sum(1)),
        "max-first-last": value(lambda t, form: t["x"].amax((0, 2))),
        "argmax-columns": value(lambda t, form: t["x"].argmax(0)),
        "logsumexp-columns": value(lambda t, form: t["x"].logsumexp(0)),
        "softmax-middle-grad": gradients(lambda t, form: torch.softmax(t["x"], 1), "x"),
        "segmentation-grad": gradients(lambda t, form: F.cross_entropy(t["x"], t["labels"]), "x", upstream=None),
        "std-rows": value(lambda t, form: t["x"].std(1)),
        "sum-f64": value(lambda t, form: t["x"].sum(1)),
        "integers-where": value(lambda t, form: torch.where(t["i"] > 500, t["i"], t["j"]).sum(1)),
        "cumprod": value(lambda t, form: t["x"].cumprod(1)),
        "median": value(lambda t, form: t["x"].median(1).values),

        "where-clip": value(lambda t, form: torch.where(t["x"] > 0, t["x"] * 2, torch.expm1(t["x"])).clamp(-0.5, 1.5)),
        "outer-sum": value(lambda t, form: t["a"][:, None] + t["b"]),
        "add-transposed": value(lambda t, form: t["x"] + t["y"].t()),
        "glu-grad": gradients(lambda t, form: F.glu(t["x"]), "x"),
        "rotary": value(rotary),
        "difference": value(lambda t, form: t["x"].diff()),
        "huber-grad": gradients(lambda t, form: F.huber_loss(t["x"], t["y"]), "x", "y", upstream=None),

        "permute-4": value(lambda t, form: t["x"].permute(0, 3, 1, 2).contiguous()),
        "permute-reverse": value(lambda t, form: t["x"].permute(3, 2, 1, 0).contiguous()),
        "slice-two-steps": value(lambda t, form: t["x"][:, 1::3, ::2].contiguous()),
        "stack-last": value(lambda t, form: torch.stack([t["a"], t["b"], t["c"]], 2)),
        "concatenate-short": value(lambda t, form: torch.cat([t["a"], t["b"]], 2)),
        "concatenate-channels": value(lambda t, form: torch.cat([t["a"], t["b"]], 1)),
        "tile": value(lambda t, form: t["x"].repeat(10, 10)),
        "repeat": value(lambda t, form: t["x"].repeat_interleave(3, 1)),
        "take-along-grad": gradients(lambda t, form: t["x"].gather(1, t["i"]), "x"),
        "gather-middle-grad": gradients(lambda t, form: t["x"].index_select(1, t["i"]), "x"),
        "scatter-add": value(lambda t, form: t["x"].index_add(0, t["i"], t["v"])),
        "embedding-bag-grad": gradients(lambda t, form: F.embedding_bag(t["i"], t["x"], mode="mean"), "x"),
        "one-hot-product": value(lambda t, form: F.one_hot(t["i"], 1000).float() @ t["x"]),
        "resize-nearest": value(lambda t, form: F.interpolate(t["x"], 112)),
        "resize-bilinear": value(lambda t, form: F.interpolate(t["x"], 112, mode="bilinear")),
        "avgpool-3x3": value(lambda t, form: F.avg_pool2d(t["x"], 3, 2, 1)),
        "moving-mean": value(lambda t, form: F.avg_pool1d(t["x"][:, None], 7, 1)[:, 0]),

        "products-3": value(product),
        "products-8": value(product),
        "rotate-points": value(lambda t, form: torch.bmm(t["a"], t["b"][:, :, None])[:, :, 0]),
        "trace-product": value(lambda t, form: torch.einsum("bij,bji->b", t["a"], t["b"])),
        "complex-product": value(lambda t, form: torch.view_as_real(torch.view_as_complex(t["x"]) * torch.view_as_complex(t["y"]))),
        "quadratic-form": value(lambda t, form: ((t["x"] @ t["w"]) * t["y"]).sum(1)),
        "heads-product": value(lambda t, form: torch.einsum("bqhd,bkhd->bhqk", t["q"], t["k"])),
        "attention-padded-grad": gradients(attention, "q", "k", "v", "m"),
        "linear-3d-grad": gradients(lambda t, form: F.linear(t["x"], t["w"], t["b"]), "x", "w", "b"),
        "lstm-step": value(lstm),
        "lstm-64": value(lstm),
        "gru-forward": value(gru),
        "cholesky-6": value(lambda t, form: torch.linalg.cholesky(definite(t["a"]))),
        "solve-6": value(lambda t, form: torch.linalg.solve(definite(t["a"]), t["b"])),
        "inverse-4": value(lambda t, form: torch.linalg.inv(definite(t["a"]))),
        "cholesky-200": value(lambda t, form: torch.linalg.cholesky(definite(t["a"]))),
        "solve-200": value(lambda t, form: torch.linalg.solve(definite(t["a"]), t["b"])),
        "softmax-train": training(lambda t, form: F.cross_entropy(torch.addmm(t["b"], t["x"], t["w"]), t["labels"]),
                                  lambda parameters: torch.optim.SGD(parameters, lr=0.01), BUILT_IN),
        "adam-list": training(lambda t, form: sum(p.square().mean() for p in t.values()), lambda parameters: torch.optim.Adam(parameters, lr=0.001), BUILT_IN),
    }
