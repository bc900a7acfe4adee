using GraphGrad.Operations;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Small functions of several steps round their results alone.</summary>
public sealed class InnerPrecisionTests
{
    private static readonly (Func<Value[], Value[]> Build, int[][] Shapes)[] Functions =
    [
        (x => [ScaledDotProductAttention(x[0], x[1], x[2], x[3], causal: true)], [[2, 5, 3], [2, 5, 3], [2, 5, 4], [5, 5]]),
        (x => { var (output, weights) = MultiHeadAttention(x[0], x[1], x[1], 2, x[2], x[3], x[4], x[5]); return [output, weights]; }, [[2, 3, 4], [2, 5, 4], [12, 4], [12], [4, 4], [4]]),
        (x => [Bilinear(x[0], x[1], x[2], x[3])], [[3, 4], [3, 2], [5, 4, 2], [5]]),
        (x => [Entr(Abs(x[0]))], [[4, 5]]),
        (x => [RnnCell(x[0], x[1], new(x[2], x[3], x[4], x[5]))], [[2, 5], [2, 3], [3, 5], [3, 3], [3], [3]]),
        (x => [GruCell(x[0], x[1], new(x[2], x[3]))], [[2, 5], [2, 3], [9, 5], [9, 3]]),
        (x => { var (hidden, cell) = LstmCell(x[0], x[1], x[2], new(x[3], x[4], x[5], x[6])); return [hidden, cell]; }, [[2, 5], [2, 3], [2, 3], [12, 5], [12, 3], [12], [12]]),
        (x => { var (output, hidden, cell) = Lstm(x[0], [new(x[1], x[2])]); return [output, hidden, cell]; }, [[6, 2, 5], [12, 5], [12, 3]]),
        (x => { var (output, hidden) = Gru(x[0], [new(x[1], x[2])], x[3]); return [output, hidden]; }, [[6, 2, 5], [9, 5], [9, 3], [1, 2, 3]]),
        (x => [Covariance(x[0])], [[3, 4]]),
        (x => [Correlation(x[0])], [[3, 4]]),
        (x => [Trapezoid(x[0], distance: 0.3)], [[2, 7]]),
        (x => [Trapezoid(x[0], x[1])], [[2, 7], [7]]),
        (x => [CumulativeTrapezoid(x[0], distance: 0.3)], [[2, 7]]),
        (x => [LocalResponseNorm(x[0], 3, 0.5)], [[2, 5, 3]]),
        (x => [CumProd(x[0] * 2, 1)], [[2, 9]]),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Functions.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Results_and_gradients_are_those_of_float64_rounded(int function)
    {
        var (build, shapes) = Functions[function];
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            var (narrow, wide) = (Run(build, shapes, DType.Float32, backend), Run(build, shapes, DType.Float64, backend));
            for (var k = 0; k < narrow.Length; k++)
            {
                // Half a unit of the last place.
                for (var i = 0; i < narrow[k].Count; i++) Assert.Equal(wide[k].At(i), narrow[k].At(i), (Math.Abs(wide[k].At(i)) * 6e-8) + 1e-14);
            }
        }
    }

    [Fact]
    public void Large_functions_and_unknown_extents_keep_the_type_of_their_inputs()
    {
        var graph = new Graph();
        Value[] Attended(Dim batch) => [ScaledDotProductAttention(Of(batch, 32, 16), Of(batch, 32, 16), Of(batch, 32, 16))];
        static Value GradientOfProducts(Value x) => Gradient(Sum(CumProd(x, 1)), x);
        Value Of(params Dim[] extents) => graph.Placeholder("x", new Shape([.. extents]));
        Value[] all =
        [
            .. Attended(1 << 3), .. Attended("batch"),
            Gru(Of("time", 64, 8), [new(Of(96, 8), Of(96, 32))]).Output, Gru(Of(100, 1, 20), [new(Of(150, 20), Of(150, 50))]).Output, Bilinear(Of("batch", 2), Of("batch", 2), Of(3, 2, 2)),
            Correlation(Of(40, 64)), Trapezoid(Of("batch", 3)), LocalResponseNorm(Of("batch", 3, 4), 3), GradientOfProducts(Of(100, 90)),
        ];
        Assert.All(all, value => Assert.IsNotType<CastOp>(value.Node.Op));
        Assert.DoesNotContain(graph.Nodes, node => node.Outputs.Any(o => o.DType == DType.Float64));
        // Time may be unknown: each step is small.
        Assert.Contains(graph.Nodes.Concat(Gru(Of("time", 2, 8), [new(Of(12, 8), Of(12, 4))]).Output.Graph.Nodes), node => node.Outputs.Any(o => o.DType == DType.Float64));
    }

    [Fact]
    public void Inputs_of_two_types_are_refused_as_everywhere()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [2, 3]), graph.Placeholder("y", [2, 3], DType.Float64));
        Assert.Throws<GraphException>(() => ScaledDotProductAttention(x, x, y));
        Assert.Throws<GraphException>(() => Bilinear(x, y, graph.Placeholder("w", [1, 3, 3])));
        Assert.Throws<GraphException>(() => GruCell(x, y, new(graph.Placeholder("wx", [9, 3]), graph.Placeholder("wh", [9, 3]))));
    }

    private static TensorData[] Run(Func<Value[], Value[]> build, int[][] shapes, DType type, Backend backend)
    {
        var graph = new Graph();
        var x = shapes.Select((shape, i) => graph.Placeholder($"x{i}", shape, type)).ToArray();
        var results = build(x);
        // The adjoints are numbers of float32 themselves.
        var gradients = Vjp(results, x, [.. results.Select(r => OnesLike(r))], Disconnected.Zeros);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        // Rounded to float32, so that both types see the same numbers.
        return session.Run([.. results, .. gradients], [.. x.Select((value, k) => (value, Data.Generate(type, shapes[k], i => (float)Math.Sin((i * 1.37) + k + 0.3))))]);
    }
}
