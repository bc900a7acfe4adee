"""The workloads in libtorch. Reads commands as lines of JSON, answers each with one.

Threads are set by the caller: OMP_NUM_THREADS for the BLAS, the first argument for everything else.
"""
import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import algebra
import others
import programs

BUILT_IN, COMPOSED = "built-in", "composed"


def layer_norm(x, gamma, beta, form):
    if form == BUILT_IN:
        return F.layer_norm(x, gamma.shape, gamma, beta)
    centered = x - x.mean(-1, keepdim=True)
    return centered * torch.rsqrt((centered * centered).mean(-1, keepdim=True) + 1e-5) * gamma + beta


def softmax(x, axis, form):
    if form == BUILT_IN:
        return torch.softmax(x, axis)
    e = torch.exp(x - x.amax(axis, keepdim=True))
    return e / e.sum(axis, keepdim=True)


def gelu(x, form):
    if form == BUILT_IN:
        return F.gelu(x, approximate="tanh")
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


def cross_entropy(logits, labels, form):
    if form == BUILT_IN:
        return F.cross_entropy(logits, labels)
    m = logits.amax(1, keepdim=True)
    lse = m + (logits - m).exp().sum(1, keepdim=True).log()
    return (lse - logits.gather(1, labels[:, None])).mean()


class Forward(torch.nn.Module):
    """A function of fed tensors; variables are its constants."""

    def __init__(self, function, names):
        super().__init__()
        self.function, self.names = function, names

    def forward(self, *inputs):
        return self.function(dict(zip(self.names, inputs)))


def forward(function, *forms):
    def build(t, feeds, form):
        module = Forward(lambda fed: function({**t, **fed}, form), feeds)
        inputs = [t[name] for name in feeds]

        def run():
            with torch.no_grad():
                return [module(*inputs)]
        run.module, run.inputs = module, inputs
        return run
    return build, forms, 1


def gradient(function, names, upstream, *forms):
    """Forward and backward: the value, then the gradients of the named tensors."""
    def build(t, feeds, form):
        wanted = [t[name].requires_grad_() for name in names]

        def run():
            for w in wanted:
                w.grad = None
            y = function(t, form)
            y.backward(t[upstream] if upstream else None)
            return [y.detach(), *(w.grad for w in wanted)]
        return run
    return build, forms, 1


def training(function, optimizer, *forms, steps=5):
    def build(t, feeds, form):
        parameters = [p.requires_grad_() for name, p in t.items() if name not in feeds and p.is_floating_point()]
        optimize = optimizer(parameters)

        def run():
            optimize.zero_grad(set_to_none=True)
            loss = function(t, form)
            loss.backward()
            optimize.step()
            return [loss.detach()]
        return run
    return build, forms, steps


def himmelblau(t, form):
    x, y = t["p"][0], t["p"][1]
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def himmelblau_loop(t, feeds, form):
    p = t["p"].requires_grad_()
    optimize = torch.optim.SGD([p], lr=0.001)

    def run():
        optimize.zero_grad(set_to_none=True)
        loss = himmelblau(t, form)
        loss.backward()
        optimize.step()
        return [loss.detach()]
    return run


def logistic_step(t, feeds, form):
    x, labels = torch.tensor([[1.0, 1], [1, 0], [0, 1], [0, 0]]), torch.tensor([0.0, 1, 0, 1])
    w, b = t["w"].requires_grad_(), t["b"].requires_grad_()
    optimize = torch.optim.SGD([w, b], lr=0.01)

    def run():
        optimize.zero_grad(set_to_none=True)
        z = (x * w).sum(1) + b
        if form == BUILT_IN:
            loss = F.binary_cross_entropy_with_logits(z, labels)
        else:
            loss = (F.softplus(z) - z * labels).mean()
        loss.backward()
        optimize.step()
        return [loss.detach()]
    return run


def perceptron(t, form):
    h, layer = t["x"], 1
    while f"w{layer}" in t:
        if layer > 1:
            h = torch.relu(h)
        h = torch.addmm(t[f"b{layer}"], h, t[f"w{layer}"])
        layer += 1
    return cross_entropy(h, t["labels"], form)


def attention(t, form):
    scores = t["q"] @ t["k"].transpose(-1, -2) * (1 / math.sqrt(t["q"].shape[-1]))
    return torch.softmax(scores, -1) @ t["v"]


def cnn(t, form):
    h = t["x"]
    for n in "12":
        h = F.max_pool2d(torch.relu(F.conv2d(h, t["w" + n], t["b" + n])), 2)
    return h.flatten(1) @ t["w3"] + t["b3"]


def convnet_bn(t, form):
    h = t["x"]
    for n, stride in (("1", 1), ("2", 2)):
        h = F.conv2d(h, t["w" + n], stride=stride, padding=1)
        h = torch.relu(F.batch_norm(h, None, None, t["gamma" + n], t["beta" + n], training=True))
    return F.cross_entropy(h.mean((2, 3)) @ t["w3"] + t["b3"], t["labels"])


def transformer(t, form):
    x = t["x"]
    batch, length, width = x.shape
    heads = 4

    def project(h, name):
        return torch.addmm(t["b_" + name], h.reshape(-1, h.shape[-1]), t["w_" + name]).reshape(batch, length, -1)

    def split(part):
        return part.reshape(batch, length, heads, width // heads).transpose(1, 2)
    q, k, v = (split(part) for part in project(x, "qkv").split(width, 2))
    scores = q @ k.transpose(-1, -2) * (1 / math.sqrt(width // heads))
    attended = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, length, width)
    h = F.layer_norm(x + project(attended, "out"), (width,), t["gamma_norm1"], t["beta_norm1"])
    up = F.gelu(project(h, "up"))
    y = F.layer_norm(h + project(up, "down"), (width,), t["gamma_norm2"], t["beta_norm2"])
    return F.mse_loss(y, t["target"])


def gru(t, form):
    h = torch.zeros(t["target"].shape)
    if form == BUILT_IN:
        weights = [t["wx"].t(), t["wh"].t(), t["bx"], t["bh"]]
        _, last = torch.gru(t["x"], h[None], weights, True, 1, 0.0, True, False, False)
        return F.mse_loss(last[0], t["target"])
    for x in t["x"].unbind(0):
        xr, xz, xn = torch.addmm(t["bx"], x, t["wx"]).chunk(3, 1)
        hr, hz, hn = torch.addmm(t["bh"], h, t["wh"]).chunk(3, 1)
        reset, update = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        candidate = torch.tanh(xn + reset * hn)
        h = candidate + update * (h - candidate)
    return F.mse_loss(h, t["target"])


def norm_chain(t, feeds, form):
    x = t["x"].requires_grad_()

    def run():
        x.grad = None
        y = x / (1 + torch.linalg.vector_norm(x, dim=1, keepdim=True))
        y = F.silu(y / (1 + y.abs().amax(0, keepdim=True)))
        (y * y).sum().backward()
        return [y.detach(), x.grad]
    return run


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.001)


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


def product(t, feeds, form):
    a, b = t["a"], t["b"]
    c = torch.empty(a.shape[0], b.shape[1])

    def run():
        return [torch.mm(a, b, out=c)]
    run.module, run.inputs = Forward(lambda fed: fed["a"] @ fed["b"], ["a", "b"]), [a, b]
    return run


LAYER_NORM = gradient(lambda t, form: layer_norm(t["x"], t["gamma"], t["beta"], form), ["x", "gamma", "beta"], "g", BUILT_IN, COMPOSED)
ATTENTION = gradient(attention, ["q", "k", "v"], "g", COMPOSED)
PERCEPTRON = training(perceptron, adam, BUILT_IN)
PRODUCT = (product, [BUILT_IN], 1)


def cross_entropy_gradient(t, feeds, form):
    logits = t["logits"].requires_grad_()

    def run():
        logits.grad = None
        loss = cross_entropy(logits, t["labels"], form)
        loss.backward()
        return [loss.detach(), logits.grad]
    return run


WORKLOADS = {
    "himmelblau-loop": (himmelblau_loop, [COMPOSED], 1000),
    "himmelblau-step": (himmelblau_loop, [COMPOSED], 5),
    "logistic-step": (logistic_step, [BUILT_IN, COMPOSED], 5),
    "mlp-tiny": PERCEPTRON,
    "mlp-small": PERCEPTRON,
    "mlp-large": PERCEPTRON,
    "mlp-odd": PERCEPTRON,
    "gelu": forward(lambda t, form: gelu(t["x"], form), BUILT_IN, COMPOSED),
    "gelu-grad": gradient(lambda t, form: gelu(t["x"], form), ["x"], "g", BUILT_IN, COMPOSED),
    "softmax": forward(lambda t, form: softmax(t["x"], 1, form), BUILT_IN, COMPOSED),
    "softmax-columns": forward(lambda t, form: softmax(t["x"], 0, form), BUILT_IN),
    "layernorm-grad": LAYER_NORM,
    "layernorm-odd": LAYER_NORM,
    "cross-entropy-grad": (cross_entropy_gradient, [BUILT_IN, COMPOSED], 1),
    "broadcast-reduce": forward(lambda t, form: torch.tanh(t["a"] + t["b"]).sum((0, 1)), COMPOSED),
    "sum-rows": forward(lambda t, form: t["x"].sum(1), BUILT_IN),
    "sum-columns": forward(lambda t, form: t["x"].sum(0), BUILT_IN),
    "attention-grad": ATTENTION,
    "attention-odd": ATTENTION,
    "cnn-train": training(lambda t, form: F.cross_entropy(cnn(t, form), t["labels"]), adam, BUILT_IN),
    "cnn-forward": forward(cnn, BUILT_IN),
    "convnet-bn": training(convnet_bn, momentum, BUILT_IN),
    "transformer-train": training(transformer, adam, BUILT_IN),
    "gru-train": training(gru, adam, BUILT_IN, COMPOSED),
    "norm-chain": (norm_chain, [COMPOSED], 1),
}


WORKLOADS.update(others.workloads(forward, gradient, training))
WORKLOADS.update(programs.workloads(forward, gradient, training))
WORKLOADS.update(algebra.workloads(forward, gradient, training))


def workload(name):
    return WORKLOADS.get(name, PRODUCT if name.startswith("matmul-") else None)


def load(folder):
    with open(os.path.join(folder, "manifest.json")) as file:
        entries = json.load(file)
    tensors, feeds = {}, []
    for entry in entries:
        data = np.fromfile(os.path.join(folder, entry["file"]), dtype=entry["dtype"]).reshape(entry["extents"])
        # A copy in libtorch's own memory, aligned as it likes it.
        tensors[entry["name"]] = torch.from_numpy(data).clone()
        if entry["fed"]:
            feeds.append(entry["name"])
    return tensors, feeds


def peak_bytes(run):
    """The most that libtorch held at once during a run, beyond what it held before."""
    from torch.profiler import profile
    with profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profiler:
        run()
    held, most = 0, 0
    for event in profiler.profiler.kineto_results.events():
        if event.name() == "[memory]":
            held += event.nbytes()
            most = max(most, held)
    return most


current = None


def answer(request):
    global current
    command = request["command"]
    if command == "forms":
        found = workload(request["workload"])
        return {"forms": list(found[1]) if found else []}
    if command == "prepare":
        build, _, checks = workload(request["workload"])
        tensors, feeds = load(request["folder"])
        current = build(tensors, feeds, request["form"])
        files = []
        results = []
        if checks == 1:
            results = current()
        else:
            results = [torch.stack([current()[0].clone() for _ in range(checks)])]
        for i, result in enumerate(results):
            files.append(os.path.join(request["folder"], f"libtorch-{os.getpid()}-{i}.bin"))
            result.contiguous().numpy().tofile(files[-1])
        return {"outputs": files}
    if command == "export":
        build, _, _ = workload(request["workload"])
        tensors, feeds = load(request["folder"])
        run = build(tensors, feeds, workload(request["workload"])[1][0])
        if not hasattr(run, "module"):
            return {"model": None}
        path = os.path.join(request["folder"], "model.onnx")
        torch.onnx.export(run.module, tuple(run.inputs), path, input_names=list(feeds), opset_version=13)
        return {"model": path}
    if command == "peak":
        return {"bytes": peak_bytes(current)}
    if command == "time":
        repetitions = request["repetitions"]
        start = time.perf_counter()
        for _ in range(repetitions):
            current()
        return {"microseconds": (time.perf_counter() - start) * 1e6 / repetitions}
    return {"error": f"no command '{command}'"}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:  # The caller prints it beside the workload.
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


main()
