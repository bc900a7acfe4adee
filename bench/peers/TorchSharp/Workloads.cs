using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace GraphGrad.Bench.TorchSharpPeer;

/// <summary>A workload: its forms, how many steps are compared, and what makes a function that runs it once.</summary>
internal sealed record Workload(string[] Forms, int Checks, Func<Tensors, string, Func<Tensor[]>> Build);

/// <summary>The programs of the other peers, in TorchSharp.</summary>
internal static class Workloads
{
    private const string BuiltIn = "built-in", Composed = "composed";
    private const int StepChecks = 5, LoopChecks = 1000;

    private static readonly Workload LayerNormGradient = Gradient((t, form) => LayerNorm(t["x"], t["gamma"], t["beta"], form), ["x", "gamma", "beta"], BuiltIn, Composed);
    private static readonly Workload AttentionGradient = Gradient((t, _) => Attention(t), ["q", "k", "v"], Composed);
    private static readonly Workload PerceptronStep = Training((t, _) => F.cross_entropy(Perceptron(t), t["labels"]), Adam, BuiltIn);

    private static readonly Dictionary<string, Workload> All = new()
    {
        ["himmelblau-loop"] = Training((t, _) => Himmelblau(t["p"]), parameters => optim.SGD(parameters, 0.001), Composed) with { Checks = LoopChecks },
        ["himmelblau-step"] = Training((t, _) => Himmelblau(t["p"]), parameters => optim.SGD(parameters, 0.001), Composed),
        ["logistic-step"] = new([BuiltIn, Composed], StepChecks, Logistic),
        ["mlp-tiny"] = PerceptronStep,
        ["mlp-small"] = PerceptronStep,
        ["mlp-large"] = PerceptronStep,
        ["mlp-odd"] = PerceptronStep,
        ["gelu"] = Forward((t, _) => GeluTanh(t["x"]), Composed),
        ["gelu-grad"] = Gradient((t, _) => GeluTanh(t["x"]), ["x"], Composed),
        ["softmax"] = Forward((t, form) => Softmax(t["x"], form), BuiltIn, Composed),
        ["softmax-columns"] = Forward((t, _) => softmax(t["x"], 0), BuiltIn),
        ["layernorm-grad"] = LayerNormGradient,
        ["layernorm-odd"] = LayerNormGradient,
        ["cross-entropy-grad"] = new([BuiltIn, Composed], 1, CrossEntropyGradient),
        ["broadcast-reduce"] = Forward((t, _) => tanh(t["a"] + t["b"]).sum([0, 1]), Composed),
        ["sum-rows"] = Forward((t, _) => t["x"].sum(1), BuiltIn),
        ["sum-columns"] = Forward((t, _) => t["x"].sum(dim: 0), BuiltIn),
        ["attention-grad"] = AttentionGradient,
        ["attention-odd"] = AttentionGradient,
        ["cnn-train"] = Training((t, _) => F.cross_entropy(Cnn(t), t["labels"]), Adam, BuiltIn),
        ["cnn-forward"] = Forward((t, _) => Cnn(t), BuiltIn),
        ["convnet-bn"] = Training((t, _) => ConvNetWithBatchNorm(t), parameters => optim.SGD(parameters, 0.01, momentum: 0.9), BuiltIn),
        ["transformer-train"] = Training((t, _) => Transformer(t), Adam, BuiltIn),
        ["gru-train"] = Training((t, _) => Gru(t), Adam, Composed),
        ["norm-chain"] = new([Composed], 1, NormChain),
    };

    public static Workload? Find(string name) =>
        All.GetValueOrDefault(name) ?? (name.StartsWith("matmul-", StringComparison.Ordinal) ? Forward((t, _) => mm(t["a"], t["b"]), BuiltIn) : null);

    private static Workload Forward(Func<Tensors, string, Tensor> function, params string[] forms) => new(forms, 1, (t, form) => () =>
    {
        using var off = no_grad();
        return [function(t, form)];
    });

    /// <summary>Forward and backward: the value, then the gradients of the named tensors.</summary>
    private static Workload Gradient(Func<Tensors, string, Tensor> function, string[] names, params string[] forms) => new(forms, 1, (t, form) =>
    {
        var wanted = Array.ConvertAll(names, n => t[n].requires_grad_());
        return () =>
        {
            foreach (var w in wanted) w.grad = null;
            var y = function(t, form);
            y.backward([t["g"]]);
            return [y.detach(), .. wanted.Select(w => w.grad!)];
        };
    });

    private static Workload Training(Func<Tensors, string, Tensor> function, Func<Parameter[], optim.Optimizer> optimizer, params string[] forms) => new(forms, StepChecks, (t, form) =>
    {
        var optimize = optimizer(t.Parameters());
        return () => Step(optimize, function(t, form));
    });

    private static Tensor[] Step(optim.Optimizer optimize, Tensor loss)
    {
        optimize.zero_grad();
        loss.backward();
        optimize.step();
        return [loss.detach()];
    }

    private static optim.Optimizer Adam(Parameter[] parameters) => optim.Adam(parameters, 0.001);

    private static Tensor Himmelblau(Tensor p)
    {
        var (x, y) = (p[0], p[1]);
        return ((x * x) + y - 11).pow(2) + (x + (y * y) - 7).pow(2);
    }

    private static Func<Tensor[]> Logistic(Tensors t, string form)
    {
        var (x, labels) = (tensor(new[,] { { 1f, 1 }, { 1, 0 }, { 0, 1 }, { 0, 0 } }), tensor(new[] { 0f, 1, 0, 1 }));
        var optimize = optim.SGD(t.Parameters(), 0.01);
        return () =>
        {
            var z = (x * t["w"]).sum(1) + t["b"];
            return Step(optimize, form == BuiltIn ? F.binary_cross_entropy_with_logits(z, labels) : (F.softplus(z) - (z * labels)).mean());
        };
    }

    private static Tensor LayerNorm(Tensor x, Tensor gamma, Tensor beta, string form)
    {
        if (form == BuiltIn) return F.layer_norm(x, [x.shape[^1]], gamma, beta);
        var centered = x - x.mean([-1], keepdim: true);
        return (centered * rsqrt((centered * centered).mean([-1], keepdim: true) + 1e-5) * gamma) + beta;
    }

    private static Tensor Softmax(Tensor x, string form)
    {
        if (form == BuiltIn) return softmax(x, 1);
        var e = exp(x - x.amax([1], keepdim: true));
        return e / e.sum(1, keepdim: true);
    }

    private static Tensor GeluTanh(Tensor x) => 0.5 * x * (1 + tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static Func<Tensor[]> CrossEntropyGradient(Tensors t, string form)
    {
        var logits = t["logits"].requires_grad_();
        return () =>
        {
            logits.grad = null;
            var loss = form == BuiltIn ? F.cross_entropy(logits, t["labels"]) : Written();
            loss.backward();
            return [loss.detach(), logits.grad!];
        };

        Tensor Written()
        {
            var m = logits.amax([1], keepdim: true);
            var logSum = m + (logits - m).exp().sum(1, keepdim: true).log();
            return (logSum - logits.gather(1, t["labels"].unsqueeze(1))).mean();
        }
    }

    private static Tensor Perceptron(Tensors t)
    {
        var h = t["x"];
        for (var layer = 1; t.Has($"w{layer}"); layer++) h = addmm(t[$"b{layer}"], layer > 1 ? F.relu(h) : h, t[$"w{layer}"], 1, 1);
        return h;
    }

    private static Tensor Attention(Tensors t)
    {
        var scores = matmul(t["q"], t["k"].transpose(-1, -2)) * (1 / Math.Sqrt(t["q"].shape[^1]));
        return matmul(softmax(scores, -1), t["v"]);
    }

    private static Tensor Cnn(Tensors t)
    {
        var h = t["x"];
        foreach (var n in "12") h = F.max_pool2d(F.relu(F.conv2d(h, t[$"w{n}"], t[$"b{n}"])), 2);
        return matmul(h.flatten(1), t["w3"]) + t["b3"];
    }

    private static Tensor ConvNetWithBatchNorm(Tensors t)
    {
        var h = t["x"];
        for (var n = 1; n <= 2; n++)
        {
            h = F.conv2d(h, t[$"w{n}"], strides: [n, n], padding: [1, 1]);
            // Statistics of the batch alone: the running ones are given, as the function asks for them, and left alone.
            using var mean = zeros(h.shape[1]);
            using var variance = ones(h.shape[1]);
            h = F.relu(F.batch_norm(h, mean, variance, t[$"gamma{n}"], t[$"beta{n}"], training: true));
        }
        return F.cross_entropy(matmul(h.mean([2, 3]), t["w3"]) + t["b3"], t["labels"]);
    }

    private static Tensor Transformer(Tensors t)
    {
        const int Heads = 4;
        var x = t["x"];
        var (batch, length, width) = (x.shape[0], x.shape[1], x.shape[2]);
        var parts = Project(x, "qkv").split(width, 2);
        var (q, k, v) = (Split(parts[0]), Split(parts[1]), Split(parts[2]));
        var scores = matmul(q, k.transpose(-1, -2)) * (1 / Math.Sqrt(width / Heads));
        var attended = matmul(softmax(scores, -1), v).transpose(1, 2).reshape(batch, length, width);
        var h = Norm(x + Project(attended, "out"), "norm1");
        var y = Norm(h + Project(F.gelu(Project(h, "up")), "down"), "norm2");
        return F.mse_loss(y, t["target"]);

        Tensor Project(Tensor input, string name) => addmm(t[$"b_{name}"], input.reshape(-1, input.shape[^1]), t[$"w_{name}"], 1, 1).reshape(batch, length, -1);

        Tensor Split(Tensor part) => part.reshape(batch, length, Heads, width / Heads).transpose(1, 2);

        Tensor Norm(Tensor input, string name) => F.layer_norm(input, [width], t[$"gamma_{name}"], t[$"beta_{name}"]);
    }

    private static Tensor Gru(Tensors t)
    {
        var h = zeros(t["target"].shape);
        foreach (var x in t["x"].unbind(0))
        {
            var fromInput = addmm(t["bx"], x, t["wx"], 1, 1).chunk(3, 1);
            var fromState = addmm(t["bh"], h, t["wh"], 1, 1).chunk(3, 1);
            var (reset, update) = (sigmoid(fromInput[0] + fromState[0]), sigmoid(fromInput[1] + fromState[1]));
            var candidate = tanh(fromInput[2] + (reset * fromState[2]));
            h = candidate + (update * (h - candidate));
        }
        return F.mse_loss(h, t["target"]);
    }

    private static Func<Tensor[]> NormChain(Tensors t, string form)
    {
        var x = t["x"].requires_grad_();
        return () =>
        {
            x.grad = null;
            var y = x / (1 + linalg.vector_norm(x, 2, [1], keepdim: true));
            y = F.silu(y / (1 + y.abs().amax([0], keepdim: true)));
            (y * y).sum().backward();
            return [y.detach(), x.grad!];
        };
    }
}
