"""The other workloads in libtorch, each in its best form: a table for libtorch.py."""
import torch
import torch.nn.functional as F

BUILT_IN, COMPOSED = "built-in", "composed"


def convolution(stride=1, groups=1):
    return lambda t, form: F.conv2d(t["x"], t["w"], stride=stride, padding=int(t["w"].shape[-1]) // 2, groups=groups)


def perceptron(t, form):
    h = torch.relu(torch.addmm(t["b1"], t["x"], t["w1"]))
    h = torch.relu(torch.addmm(t["b2"], h, t["w2"]))
    return torch.addmm(t["b3"], h, t["w3"])


def attention(mask=None, causal=False):
    def run(t, form):
        q, k, v = t["q"], t["k"], t["v"]
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        if mask:
            scores = scores + t[mask]
        if causal:
            scores = scores.masked_fill(torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1), -float("inf"))
        return torch.softmax(scores, -1) @ v
    return run


def rms_norm(t, form):
    return t["x"] * torch.rsqrt((t["x"] * t["x"]).mean(-1, keepdim=True) + 1e-5) * t["gamma"]


def lstm(t, form):
    h = torch.zeros(1, *t["target"].shape)
    _, last, _ = torch.lstm(t["x"], (h, h), [t["wx"], t["wh"], t["bx"], t["bh"]], True, 1, 0.0, True, False, False)
    return F.mse_loss(last[0], t["target"])


def distances(t, form):
    if form == BUILT_IN:
        return torch.cdist(t["a"], t["b"])
    difference = t["a"][:, None] - t["b"][None]
    return (difference * difference).sum(2).sqrt()


def workloads(forward, gradient, training):
    """The table, made with the caller's ways to run a function, a function and its gradients, and a training step."""
    def value(function):
        return forward(function, BUILT_IN)

    def gradients(function, *names, upstream="g"):
        return gradient(function, list(names), upstream, BUILT_IN)

    def transposed(t, form):
        return F.conv_transpose2d(t["x"], t["w"], stride=2, padding=1)

    def product(t, form):
        return t["a"] @ t["b"]

    layer_gradient = {
        "conv-64x56-grad": {}, "conv-256x14-grad": {}, "conv-512x7-grad": {}, "conv-1x1-grad": {}, "conv-stem-grad": {"stride": 2}, "conv-5x5-grad": {},
        "conv-grouped-32-grad": {"groups": 32}, "depthwise-14-grad": {"groups": 256},
        "conv-grouped-grad": {"groups": 4}, "depthwise-grad": {"groups": 64}, "depthwise-stride2-grad": {"stride": 2, "groups": 64}, "depthwise-7x7-grad": {"groups": 96},
    }
    layer = {
        "conv-64x56": {}, "conv-128x28": {}, "conv-256x14-one": {}, "conv-256x14": {}, "conv-512x7-one": {}, "conv-512x7": {}, "conv-stride2": {"stride": 2}, "conv-1x1": {},
        "conv-1x1-one": {}, "conv-stem": {"stride": 2}, "conv-5x5": {}, "conv-grouped": {"groups": 4}, "depthwise": {"groups": 64},
        "depthwise-stride2": {"stride": 2, "groups": 64}, "depthwise-7x7": {"groups": 96},
        "conv-grouped-32": {"groups": 32}, "depthwise-5x5": {"groups": 96}, "depthwise-7": {"groups": 512}, "depthwise-112-stride2": {"stride": 2, "groups": 64},
    }
    products = ["product-vector", "product-column", "product-8x8", "product-1x1", "product-thin", "product-narrow", "product-odd", "products-128", "products-16", "products-4",
                "products-vector", "product-f64"]
    return {
        **{name: value(convolution(**options)) for name, options in layer.items()},
        **{name: gradients(convolution(**options), "x", "w") for name, options in layer_gradient.items()},
        **{name: value(product) for name in products},
        "conv-transposed": value(transposed),
        "conv-transposed-grad": gradients(transposed, "x", "w"),
        "conv-dilated-grad": gradients(lambda t, form: F.conv2d(t["x"], t["w"], padding=2, dilation=2), "x", "w"),
        "conv1d": value(lambda t, form: F.conv1d(t["x"], t["w"], padding=2)),
        "conv1d-grad": gradients(lambda t, form: F.conv1d(t["x"], t["w"], padding=2), "x", "w"),
        "depthwise-1d-grad": gradients(lambda t, form: F.conv1d(t["x"], t["w"], padding=15, groups=128), "x", "w"),
        "conv3d": value(lambda t, form: F.conv3d(t["x"], t["w"], padding=1)),
        "maxpool-3x3": value(lambda t, form: F.max_pool2d(t["x"], 3, 2, 1)),
        "maxpool-3x3-grad": gradients(lambda t, form: F.max_pool2d(t["x"], 3, 2, 1), "x"),
        "maxpool-2x2-grad": gradients(lambda t, form: F.max_pool2d(t["x"], 2), "x"),
        "avgpool-2x2-grad": gradients(lambda t, form: F.avg_pool2d(t["x"], 2), "x"),
        "avgpool-global": value(lambda t, form: t["x"].mean((2, 3))),

        "product-nt": value(lambda t, form: t["a"] @ t["b"].t()),
        "product-tn-tall": value(lambda t, form: t["a"].t() @ t["b"]),
        "product-gram": value(lambda t, form: t["a"].t() @ t["a"]),
        "outer": value(lambda t, form: torch.outer(t["a"], t["b"])),
        "bilinear-grad": gradients(lambda t, form: F.bilinear(t["a"], t["b"], t["w"]), "a", "w", "b"),
        "mlp-one": value(perceptron),
        "mlp-eight": value(perceptron),
        "mlp-f64-grad": gradients(lambda t, form: perceptron(t, form).square().mean(), "x", "w1", "b1", "w2", "b2", "w3", "b3", upstream=None),
        "attention-causal-grad": gradients(attention(causal=True), "q", "k", "v"),
        "attention-mask": value(attention(mask="m")),
        "attention-2048": value(attention()),
        "attention-2048-grad": gradients(attention(), "q", "k", "v"),
        "attention-cross-grad": gradients(attention(), "q", "k", "v"),
        "attention-one": value(attention()),

        "exp-log-pow": value(lambda t, form: torch.pow(t["x"].exp() + 1, 1.7) * torch.log(t["x"].square() + 0.5)),
        "erf-sin": value(lambda t, form: t["x"].erf() * torch.sin(t["x"] * 3) + t["x"].cos()),
        "silu-mul-grad": gradients(lambda t, form: F.silu(t["x"]) * t["y"], "x", "y"),
        "where": value(lambda t, form: torch.where((t["x"] > -0.5) & (t["y"] < 0.5), t["x"] * t["y"], t["x"])),
        "integers": value(lambda t, form: torch.fmod(t["i"] * 3 + t["j"], 7)),
        "compare": value(lambda t, form: (t["x"] > t["y"]) & ~(t["x"] > 0.5)),
        "add-column": value(lambda t, form: t["x"] * t["c"] + t["r"]),
        "add-column-grad": gradients(lambda t, form: t["x"] * t["c"] + t["r"], "x", "c", "r"),
        "gelu-f64": gradients(lambda t, form: F.gelu(t["x"], approximate="tanh"), "x"),

        "layernorm-1001-grad": gradients(lambda t, form: F.layer_norm(t["x"], t["gamma"].shape, t["gamma"], t["beta"]), "x", "gamma", "beta"),
        "layernorm": value(lambda t, form: F.layer_norm(t["x"], t["gamma"].shape, t["gamma"], t["beta"])),
        "layernorm-f64": gradients(lambda t, form: F.layer_norm(t["x"], t["gamma"].shape, t["gamma"], t["beta"]), "x", "gamma", "beta"),
        "rmsnorm-grad": gradient(rms_norm, ["x", "gamma"], "g", COMPOSED),
        "groupnorm-grad": gradients(lambda t, form: F.group_norm(t["x"], 32, t["gamma"], t["beta"]), "x", "gamma", "beta"),
        "batchnorm-grad": gradients(lambda t, form: F.batch_norm(t["x"], None, None, t["gamma"], t["beta"], training=True), "x", "gamma", "beta"),
        "batchnorm-eval": value(lambda t, form: F.batch_norm(t["x"], t["m"], t["s"].square() + 0.5, t["gamma"], t["beta"])),
        "softmax-middle": value(lambda t, form: torch.softmax(t["x"], 1)),
        "softmax-999-grad": gradients(lambda t, form: torch.softmax(t["x"], -1), "x"),
        "logsoftmax-grad": gradients(lambda t, form: torch.log_softmax(t["x"], -1), "x"),
        "softmax-f64": value(lambda t, form: torch.softmax(t["x"], -1)),
        "cross-entropy-50-grad": gradients(lambda t, form: F.cross_entropy(t["x"], t["labels"]), "x", upstream=None),
        "bce-grad": gradients(lambda t, form: F.binary_cross_entropy_with_logits(t["x"], t["y"].sigmoid()), "x", "y", upstream=None),

        "sum-middle": value(lambda t, form: t["x"].sum(1)),
        "var-columns": value(lambda t, form: t["x"].var(0)),
        "mean-planes": value(lambda t, form: t["x"].mean((0, 2, 3))),
        "max-columns": value(lambda t, form: t["x"].amax(0)),
        "max-rows": value(lambda t, form: t["x"].amax(1)),
        "argmax": value(lambda t, form: t["x"].argmax(1)),
        "logsumexp": value(lambda t, form: t["x"].logsumexp(1)),
        "norm-all": value(lambda t, form: torch.linalg.vector_norm(t["x"])),
        "distances": forward(distances, BUILT_IN, COMPOSED),

        "channels-last": value(lambda t, form: t["x"].permute(0, 2, 3, 1).contiguous()),
        "swap-middle": value(lambda t, form: t["x"].transpose(1, 2).contiguous()),
        "transpose-999": value(lambda t, form: t["x"].t().contiguous()),
        "concatenate": value(lambda t, form: torch.cat([t["a"], t["b"], t["c"]], 1)),
        "slice-steps": value(lambda t, form: t["x"][:, ::2].contiguous()),
        "pad": value(lambda t, form: F.pad(t["x"], (1, 1, 1, 1))),
        "flip": value(lambda t, form: t["x"].flip(1)),
        "roll": value(lambda t, form: t["x"].roll(100, 1)),
        "cumsum": value(lambda t, form: t["x"].cumsum(1)),
        "cumsum-columns": value(lambda t, form: t["x"].cumsum(0)),
        "sort": value(lambda t, form: t["x"].sort(-1).values),
        "topk": value(lambda t, form: t["x"].topk(10).values),
        "gather-rows": value(lambda t, form: t["x"][t["i"]]),
        "embedding-grad": gradients(lambda t, form: F.embedding(t["i"], t["x"]), "x"),
        "take-along": value(lambda t, form: t["x"].gather(1, t["i"])),

        "lstm-train": training(lstm, lambda parameters: torch.optim.Adam(parameters, lr=0.001), BUILT_IN),
        "linear-train": training(lambda t, form: F.binary_cross_entropy_with_logits(t["x"] @ t["w"] + t["b"], (t["target"] + 1) / 2),
                                 lambda parameters: torch.optim.SGD(parameters, lr=0.01), BUILT_IN),
    }
