using BenchmarkDotNet.Attributes;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.Suites;

/// <summary>Chains of elementwise ops and reductions, which fusion turns into one walk over the data.</summary>
public class ElementwiseBenchmarks
{
    private Workbench workbench = null!;

    /// <summary>Compiled or interpreted.</summary>
    [Params(Backend.Compiled, Backend.Interpreted)]
    public Backend Backend { get; set; }

    /// <summary>How many threads a run may use.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    private SessionOptions Options => new() { Backend = Backend, Threads = Threads };

    /// <summary>tanh-GELU of 2^20 elements.</summary>
    [GlobalSetup(Target = nameof(Gelu))]
    public void SetUpGelu()
    {
        var x = new Graph().Placeholder("x", [1 << 20]);
        workbench = new Workbench([x], [GeluTanh(x)], Options);
    }

    /// <summary>The same and its gradient.</summary>
    [GlobalSetup(Target = nameof(GeluForwardAndBackward))]
    public void SetUpGeluGradient()
    {
        var x = new Graph().Placeholder("x", [1 << 20]);
        var y = GeluTanh(x);
        workbench = new Workbench([x], [y, Gradient(Sum(y), x)], Options);
    }

    /// <summary>4096 rows of 1024.</summary>
    [GlobalSetup(Target = nameof(Softmax))]
    public void SetUpSoftmax()
    {
        var x = new Graph().Placeholder("x", [4096, 1024]);
        workbench = new Workbench([x], [Ops.Softmax(x)], Options);
    }

    /// <summary>4096 rows of 1024, with scale, shift and all gradients.</summary>
    [GlobalSetup(Target = nameof(LayerNormForwardAndBackward))]
    public void SetUpLayerNorm()
    {
        var graph = new Graph();
        var (x, gamma, beta) = (graph.Placeholder("x", [4096, 1024]), graph.Placeholder("gamma", [1024]), graph.Placeholder("beta", [1024]));
        var y = LayerNorm(x, gamma, beta);
        workbench = new Workbench([x, gamma, beta], [y, .. Gradients(Sum(y * y), x, gamma, beta)], Options);
    }

    /// <summary>512 rows of 8192 logits against one-hot labels, and the gradient.</summary>
    [GlobalSetup(Target = nameof(CrossEntropyForwardAndBackward))]
    public void SetUpCrossEntropy()
    {
        var graph = new Graph();
        var (logits, labels) = (graph.Placeholder("logits", [512, 8192]), graph.Placeholder("labels", [512, 8192]));
        var loss = -Mean(Sum(labels * LogSoftmax(logits), 1));
        workbench = new Workbench([logits, labels], [loss, Gradient(loss, logits)], Options);
    }

    /// <summary>tanh(a[256,1,512] + b[1,128,512]), summed: nothing of the broadcast sum is ever stored.</summary>
    [GlobalSetup(Target = nameof(BroadcastTanhSum))]
    public void SetUpBroadcast()
    {
        var graph = new Graph();
        var (a, b) = (graph.Placeholder("a", [256, 1, 512]), graph.Placeholder("b", [1, 128, 512]));
        workbench = new Workbench([a, b], [Sum(Tanh(a + b))], Options);
    }

    /// <summary>Forward.</summary>
    [Benchmark]
    public void Gelu() => workbench.Run();

    /// <summary>Forward and backward.</summary>
    [Benchmark]
    public void GeluForwardAndBackward() => workbench.Run();

    /// <summary>Forward.</summary>
    [Benchmark]
    public void Softmax() => workbench.Run();

    /// <summary>Forward and backward.</summary>
    [Benchmark]
    public void LayerNormForwardAndBackward() => workbench.Run();

    /// <summary>Forward and backward.</summary>
    [Benchmark]
    public void CrossEntropyForwardAndBackward() => workbench.Run();

    /// <summary>Forward.</summary>
    [Benchmark]
    public void BroadcastTanhSum() => workbench.Run();

    /// <summary>Frees the session.</summary>
    [GlobalCleanup]
    public void CleanUp() => workbench.Dispose();
}
