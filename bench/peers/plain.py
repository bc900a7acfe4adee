"""libtorch's time for the workloads, as a program of its own would measure it: torch.nn's modules, random data, nothing of the rest here.

    python3 bench/peers/plain.py [--threads N] [--only NAME,...]

prints microseconds a run, medians over two seconds each. It is there to check the times that `peers` shows of libtorch.
"""
import argparse
import math
import os
import statistics
import sys
import time

# As `peers` starts libtorch: its BLAS with as many threads as the rest, and memory kept for the next tensor.
arguments = argparse.ArgumentParser()
arguments.add_argument("--threads", type=int, default=1)
arguments.add_argument("--only", default="")
options = arguments.parse_args()
wanted_environment = {
    "OMP_NUM_THREADS": str(options.threads),
    "OPENBLAS_NUM_THREADS": str(options.threads),
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
}
openmp = "/usr/lib/x86_64-linux-gnu/openblas-openmp"
if os.path.isdir(openmp):
    wanted_environment["LD_LIBRARY_PATH"] = openmp
if any(os.environ.get(name) != value for name, value in wanted_environment.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **wanted_environment})

import torch
from torch import nn, randn
import torch.nn.functional as F


def time_of(run, seconds=2.0):
    for _ in range(3):
        run()
    start = time.perf_counter()
    run()
    many = max(1, int(0.1 / (time.perf_counter() - start)))
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 7:
        start = time.perf_counter()
        for _ in range(many):
            run()
        times.append((time.perf_counter() - start) / many * 1e6)
    return statistics.median(times)


def adam(parameters):
    return torch.optim.Adam(parameters, lr=1e-3)


def training(model, x, target, loss=F.cross_entropy, optimizer=adam):
    optimizer = optimizer(model.parameters())

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), target).backward()
        optimizer.step()
    return step


def inference(function, *tensors):
    def run():
        with torch.no_grad():
            function(*tensors)
    return run


def gradient(function, *tensors, upstream=None):
    tensors = [t.requires_grad_() for t in tensors]

    def run():
        for t in tensors:
            t.grad = None
        function(*tensors).backward(upstream)
    return run


def perceptron(batch, *widths):
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return training(nn.Sequential(*layers[:-1]), randn(batch, widths[0]), torch.randint(0, widths[-1], (batch,)))


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


def layer_norm():
    norm = nn.LayerNorm(1024)
    return gradient(lambda x, gamma, beta: F.layer_norm(x, (1024,), gamma, beta), randn(4096, 1024), norm.weight.detach(), norm.bias.detach(), upstream=randn(4096, 1024))


def cross_entropy():
    labels = torch.randint(0, 8192, (512,))
    return gradient(lambda logits: F.cross_entropy(logits, labels), randn(512, 8192))


def attention():
    q, k, v, g = (randn(8, 4, 512, 64) for _ in range(4))
    return gradient(lambda q, k, v: torch.softmax(q @ k.transpose(-1, -2) / 8, -1) @ v, q, k, v, upstream=g)


def product(n):
    return inference(lambda a, b, c: torch.mm(a, b, out=c), randn(n, n), randn(n, n), torch.empty(n, n))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1600, 10))


def convnet():
    model = nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32, track_running_stats=False), nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(64, track_running_stats=False), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
    return training(
        model, randn(32, 3, 32, 32), torch.randint(0, 10, (32,)), optimizer=lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9))


class Encoder(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (part.view(batch, length, self.heads, -1).transpose(1, 2) for part in self.qkv(x).chunk(3, 2))
        weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // self.heads), -1)
        h = self.norm1(x + self.out((weights @ v).transpose(1, 2).reshape(batch, length, width)))
        return self.norm2(h + self.down(F.gelu(self.up(h))))


WORKLOADS = {
    "mlp-tiny": lambda: perceptron(32, 64, 32, 10),
    "mlp-small": lambda: perceptron(64, 784, 128, 10),
    "mlp-large": lambda: perceptron(128, 784, 512, 512, 10),
    "gelu built-in": lambda: inference(lambda x: F.gelu(x, approximate="tanh"), randn(1 << 20)),
    "gelu composed": lambda: inference(gelu, randn(1 << 20)),
    "gelu-grad composed": lambda: gradient(gelu, randn(1 << 20), upstream=randn(1 << 20)),
    "softmax built-in": lambda: inference(lambda x: torch.softmax(x, 1), randn(4096, 1024)),
    "layernorm-grad built-in": layer_norm,
    "cross-entropy-grad built-in": cross_entropy,
    "broadcast-reduce composed": lambda: inference(lambda a, b: torch.tanh(a + b).sum((0, 1)), randn(256, 1, 512), randn(1, 128, 512)),
    "sum-rows built-in": lambda: inference(lambda x: x.sum(1), randn(4096, 1024)),
    "sum-columns built-in": lambda: inference(lambda x: x.sum(0), randn(4096, 1024)),
    **{f"matmul-{n}": lambda n=n: product(n) for n in (16, 32, 64, 128, 256, 512, 1024, 2048)},
    "attention-grad composed": attention,
    "cnn-train": lambda: training(cnn(), randn(64, 1, 28, 28), torch.randint(0, 10, (64,))),
    "cnn-forward": lambda: inference(cnn(), randn(64, 1, 28, 28)),
    "convnet-bn": convnet,
    "transformer-train": lambda: training(Encoder(256, 4, 1024), randn(8, 128, 256), randn(8, 128, 256), F.mse_loss),
}

torch.manual_seed(0)
torch.set_num_threads(options.threads)
for name, build in WORKLOADS.items():
    if not options.only or name.split()[0] in options.only.split(","):
        print(f"{name:28} {time_of(build()):12.1f}", flush=True)
