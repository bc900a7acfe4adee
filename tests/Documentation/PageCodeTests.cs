using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using GraphGrad.Tests.Conventions;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Documentation;

/// <summary>
/// The code of the pages, line by line as it stands there, compiles and gives the output that stands in the comments beside it. A test compares the pages with this
/// file, so that neither changes alone.
/// </summary>
public sealed partial class PageCodeTests
{
    private readonly List<string> printed = [];

    public PageCodeTests() => Console = new Output(printed);

    /// <summary>Stands for the console.</summary>
    private Output Console { get; }

    [Fact]
    public void The_first_program()
    {
        var graph = new Graph();
        var p     = graph.Variable("p", [0f, 0f]);
        var (x, y) = (p[0], p[1]);
        var loss  = Square(x * x + y - 11) + Square(x + y * y - 7);      // Himmelblau
        var step  = new GradientDescent(learningRate: 0.001f).Minimize(loss);

        using var session = new Session(graph);
        session.Run(step, times: 30_000);                                // one compiled loop, no call per step
        Console.WriteLine(session.Read(p));                              // [3, 2.00001]
        IsAsOnThePage("README.md", 0);
    }

    [Fact]
    public void Unsafe_numerics()
    {
        var graph = new Graph();
        using var session = new Session(graph);
        var u  = graph.Placeholder("u", []);
        var f  = 1 / Exp(u);
        var df = Gradient(f, u);
        Console.WriteLine($"{session.Run(f, (u, 100f))} {session.Run(df, (u, 100f))}");   // 3.78351E-44 -3.78351E-44
        foreach (var line in graph.StabilityReport) Console.WriteLine(line);
        IsAsOnThePage("README.md", 1);

        var p = graph.Placeholder("p", [], range: (0, 1));
        IsInPage("README.md", session.Stability(Log(p) + Log(Sigmoid(u))).ToString());
        var explained = session.Explain(f, df);
        var page = Page("README.md");
        Assert.All((explained.Written.ToText() + explained.Rewritten.ToText()).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(line, page, StringComparison.Ordinal));
        var (a, b) = (graph.Placeholder("a", ["batch", 3]), graph.Placeholder("b", [4, 5]));
        IsInPage("README.md", Assert.Throws<GraphException>(() => MatMul(a, b)).Message);
    }

    [Fact]
    public void Training_step()
    {
        var (imageData, labelData) = (new float[2, 784], new[] { 3, 4 });
        var graph  = new Graph();
        var images = graph.Placeholder("images", ["batch", 784]);              // "batch" is bound by what you feed
        var labels = graph.Placeholder("labels", ["batch"], DType.Int32);
        var w = graph.Variable("w", Initializers.GlorotUniform(graph, [784, 10], seed: 1));
        var b = graph.Variable("b", Initializers.Zeros(graph, [10]));

        var logits = Linear(images, w, b);
        var loss   = Losses.CategoricalCrossEntropyFromLogits(logits, labels);
        var step   = new Adam(learningRate: 0.001).Minimize(loss);             // updates every trainable variable

        using var session = new Session(graph, new SessionOptions { Backend = Backend.Compiled });
        session.Run(step, (images, imageData), (labels, labelData));           // TensorData, or C# arrays of any rank
        TensorData value = session.Run(loss, (images, imageData), (labels, labelData));
        float number = value.Item<float>();
        TensorData weights = session.Read(w);                                  // weights.AsSpan<float>(), weights.ToTensor<float>()
        session.Write(b, new float[10]);
        IsAsOnThePage("README.md", 2);
        Assert.Equal(Math.Log(10), number, 0.01);
        Assert.Equal(784 * 10, weights.Count);
    }

    [Fact]
    public void Loops()
    {
        var graph = new Graph();
        var (start, inputs) = (graph.Placeholder("start", [2, 8]), graph.Placeholder("inputs", [5, 2, 3]));
        var (wx, wh) = (graph.Placeholder("wx", [3, 24]), graph.Placeholder("wh", [8, 24]));
        var (bx, bh) = (graph.Placeholder("bx", [24]), graph.Placeholder("bh", [24]));
        var a = graph.Placeholder("a", [], DType.Float64);
        // a gated recurrent unit over [time, batch, inputs]
        var (last, states) = Scan((h, x) =>
        {
            var fromInput = Split(Linear(x, wx, bx), 3, axis: 1);
            var fromState = Split(Linear(h, wh, bh), 3, axis: 1);
            var (reset, update) = (Sigmoid(fromInput[0] + fromState[0]), Sigmoid(fromInput[1] + fromState[1]));
            var candidate = Tanh(fromInput[2] + reset * fromState[2]);
            var next = candidate + update * (h - candidate);
            return (next, next);
        }, start, inputs);

        // a square root by Newton's method, and its derivative
        var root = While(x => Abs(x * x - a) > 1e-12, x => (x + a / x) / 2, a + 1, maximumIterations: 50);
        var slope = Gradient(root, a);
        IsAsOnThePage("docs/control-flow.md", 0);
        Assert.Equal((Shape)new[] { 5, 2, 8 }, states.Shape);
        Assert.Equal(last.Shape, states[0].Shape);
        using var session = new Session(graph);
        Assert.Equal([3, 1.0 / 6], session.Run([root, slope], (a, 9.0)).Select(v => v.Item<double>()), (wanted, got) => Math.Abs(wanted - got) < 1e-12);
    }

    [Fact]
    public void Loops_of_several_carries()
    {
        var graph = new Graph();
        var (start, h) = (graph.Constant(1.0), 0.125);
        var (q0, p0, c0) = (start, start * 0, start);
        var (h0, inputs) = (start, graph.Constant(new[] { 1.0, 2 }));
        var (xs, ys) = (inputs, graph.Constant(new[] { 3.0, 4 }));
        {
            var (t, y) = While((t, y) => t < 1, (t, y) => (t + h, y + h * F(y)), (graph.Constant(0.0), start), maximumIterations: 100);
            Assert.Equal(Math.Pow(1.125, 8), Run(y));
        }
        Several();
        IsAsOnThePage("docs/control-flow.md", 1);

        void Several()
        {
            var ((h, c), outputs) = Scan((h, c, x) => Lstm(h, c, x), (h0, c0), inputs);     // Lstm returns ((hNext, cNext), output)
            var (state, sums) = Scan((h, x, y) => Cell(h, x, y), h0, (xs, ys));             // Cell returns (hNext, output)
            var (end, path) = Scan(y => (Step(y), y), start, length: 20);
            var ((q, p), orbit) = Scan((q, p) => (Leapfrog(q, p), q), (q0, p0), length: 1000);
            var (carries, results) = Scan((c, v) => ([c[0] + v[0] * v[1]], [c[0], v[0]]), [start], [xs, ys]);
            Assert.Equal([1 + 3 + 8, 1 + 3], [Run(carries[0]), Run(results[0][1])]);
            Assert.Equal([4, 1, 4], [Run(h), Run(c), Run(outputs[1])]);
            Assert.Equal([1 + 3 + 8, 1 + 3 + 8], [Run(state), Run(sums[1])]);
            Assert.Equal([21, 20], [Run(end), Run(path[^1])]);
            Assert.Equal(0.5, Run((0.5 * ((q * q) + (p * p))) + (0 * orbit[0])), 1e-4);
        }

        Value F(Value y) => y;

        Value Step(Value y) => y + 1;

        ((Value, Value), Value) Lstm(Value h, Value c, Value x) => ((h + x, c), h + x);

        (Value, Value) Cell(Value h, Value x, Value y) => (h + (x * y), h + (x * y));

        (Value, Value) Leapfrog(Value q, Value p)
        {
            var half = p - (0.005 * q);
            var next = q + (0.01 * half);
            return (next, half - (0.005 * next));
        }

        double Run(Value value)
        {
            using var session = new Session(graph);
            return session.Run(value).Item<double>();
        }
    }

    [Fact]
    public void Solutions_of_equations()
    {
        var graph = new Graph();
        var (penalty, start) = (graph.Placeholder("penalty", [], DType.Float64), graph.Constant(0.0));
        var w = FixedPoint(v => v - 0.02 * Gradient(Train(v, penalty), v), start);      // the inner problem
        var slope = Gradient(Validate(w), penalty);                                     // the outer gradient
        IsAsOnThePage("docs/control-flow.md", 2);
        using var session = new Session(graph);
        // w = 2 / (1 + penalty)
        Assert.Equal(-2 / 4.0, session.Run(slope, (penalty, 1.0)).Item<double>(), 1e-9);

        static Value Train(Value v, Value penalty) => Square(v - 2) + (penalty * v * v);

        static Value Validate(Value w) => w;
    }

    [Fact]
    public void Every_block_of_code_is_here()
    {
        var (readme, controlFlow) = (Blocks("README.md").Length, Blocks("docs/control-flow.md").Length);
        Assert.Equal((3, 3), (readme, controlFlow));
        var others = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "control-flow.md" && File.ReadAllText(f).Contains("```csharp", StringComparison.Ordinal));
        Assert.Empty(others);
    }

    /// <summary>That the lines of a block stand in the calling file, in order, and that what was printed is what stands in their comments.</summary>
    private void IsAsOnThePage(string page, int block, [CallerFilePath] string file = "")
    {
        var source = File.ReadAllLines(file).Select(line => line.Trim()).ToArray();
        var (from, wanted, before) = (0, new List<string>(), string.Empty);
        foreach (var line in Blocks(page)[block].Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            var isOutput = line.StartsWith("// ", StringComparison.Ordinal) && before.Contains("Console.WriteLine(", StringComparison.Ordinal);
            if (isOutput) wanted.Add(line[3..]);
            else if (line.Contains("Console.WriteLine(", StringComparison.Ordinal) && line.LastIndexOf(" // ", StringComparison.Ordinal) is var at and > 0) wanted.Add(line[(at + 4)..]);
            before = line;
            if (isOutput || Using().IsMatch(line)) continue;
            from = Array.IndexOf(source, line, from);
            Expect.True(from >= 0, $"'{line}' stands in {page}, but not in {Path.GetFileName(file)}.");
            from++;
        }
        Assert.Equal(wanted.Select(Plain), printed.Select(Plain));
        printed.Clear();
    }

    /// <summary>That a text stands on a page, whatever its lines are called and wherever they break.</summary>
    private static void IsInPage(string page, string text) => Assert.Contains(Plain(text), Plain(Page(page)), StringComparison.Ordinal);

    private static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Root, name));

    private static string[][] Blocks(string page) => [.. Block().Matches(Page(page)).Select(m => m.Groups[1].Value.Split('\n'))];

    private static string Plain(string text) => Blank().Replace(Line().Replace(Rule().Replace(text, "-"), "LINE"), " ").Trim();

    private sealed class Output(List<string> lines)
    {
        public void WriteLine(object line) => lines.Add(line.ToString()!);
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^using [\w. ]+;$")]
    private static partial Regex Using();

    [GeneratedRegex(@"\w+\.cs:\d+")]
    private static partial Regex Line();

    [GeneratedRegex("-{3,}")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
