using static GraphGrad.Tests.Samples.SampleFixture;

namespace GraphGrad.Tests.Samples;

/// <summary>The samples about derivatives: each figure recomputed from the inputs in it, by formulas worked out by hand.</summary>
public sealed class CalculusSampleTests
{
    public static TheoryData<Backend> Backends => SampleFixture.Backends;

    [Theory]
    [MemberData(nameof(Backends))]
    public void Polynomial(Backend backend)
    {
        var figures = SampleFixture.Run("polynomial", backend);
        Assert.Equal((2, 17, 16), (figures.Number("x"), figures.Number("y"), figures.Number("dy_dx")));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Softmax_and_mean_squared_error(Backend backend)
    {
        var figures = SampleFixture.Run("softmax-mse", backend);
        var (x, w, b) = (figures.Rows("x"), figures.Rows("w"), figures.Numbers("b"));
        var (labels, upstream) = (figures.Numbers("labels"), figures.Numbers("upstream"));
        var p = x.Select(row =>
        {
            double[] e = [.. b.Select((bias, o) => Math.Exp(bias + row.Select((v, i) => v * w[i][o]).Sum()))];
            return Array.ConvertAll(e, v => v / e.Sum());
        }).ToArray();
        double Target(int row, int o) => labels[row] == o ? 1 : 0;
        double[] losses = [.. p.Select((row, n) => row.Select((v, o) => Math.Pow(v - Target(n, o), 2)).Average())];
        AssertClose([losses.Average()], [figures.Number("loss")]);
        AssertClose(losses, figures.Numbers("row_losses"));

        // dL/dz = p ∘ (g - Σ g·p) with g = 2 (p - y) / classes · weight of the row.
        void CheckGradients(double[] weight, string suffix)
        {
            var dz = p.Select((row, n) =>
            {
                double[] g = [.. row.Select((v, o) => (v - Target(n, o)) * weight[n])];
                var mean = g.Zip(row, (a, v) => a * v).Sum();
                return row.Select((v, o) => v * (g[o] - mean)).ToArray();
            }).ToArray();
            AssertClose(from i in Enumerable.Range(0, 4) from o in Enumerable.Range(0, 2) select x.Select((row, n) => row[i] * dz[n][o]).Sum(), figures.Numbers("grad_w" + suffix));
            AssertClose(Enumerable.Range(0, 2).Select(o => dz.Sum(row => row[o])), figures.Numbers("grad_b" + suffix));
        }

        CheckGradients([1 / 3.0, 1 / 3.0, 1 / 3.0], string.Empty);
        CheckGradients(upstream, "_upstream");
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Chain_rule(Backend backend)
    {
        var figures = SampleFixture.Run("chain-rule", backend);
        Assert.Equal(figures.Number("x1"), figures.Number("dy1_dw1"));
        Assert.Equal(figures.Number("w2"), figures.Number("dy2_dy1"));
        Assert.Equal(figures.Number("x1") * figures.Number("w2"), figures.Number("dy2_dw1"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Sin_layer(Backend backend) => CheckSinLayer(SampleFixture.Run("sin-layer", backend), hasLoss: true);

    [Theory]
    [MemberData(nameof(Backends))]
    public void Forward_mode(Backend backend)
    {
        var figures = SampleFixture.Run("forward-mode", backend);
        var y = 1 / (1 + Math.Exp(-figures.Number("at")));
        AssertClose([y, y * (1 - y)], [figures.Number("y"), figures.Number("dy")]);
        CheckSinLayer(figures, hasLoss: false);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Graph_attributes(Backend backend)
    {
        var figures = SampleFixture.Run("graph-attributes", backend);
        var (x, w) = (figures.Numbers("x"), figures.Numbers("w"));
        var y = x.Zip(w, (a, b) => a * b).ToArray();
        Assert.True((bool)figures["requires_grad"]!);
        Assert.True((bool)figures["is_leaf"]!);
        Assert.Equal("sum", (string)figures["grad_fn"]!);
        AssertClose([y.Sum(v => v * v)], [figures.Number("no_grad")]);
        AssertClose([y.Sum(v => v * v)], [figures.Number("item")]);
        AssertClose(y.Zip(x, (v, a) => 2 * v * a), figures.Numbers("grad"));
        AssertClose(y, figures.Numbers("detach"));
        AssertClose(y, figures.Numbers("tolist"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Undefined_derivative(Backend backend)
    {
        var figures = SampleFixture.Run("undefined-derivative", backend);
        Assert.All(figures.Numbers("plain"), g => Assert.True(double.IsNaN(g)));
        Assert.Equal([0, 0], figures.Numbers("custom"));
        AssertClose([0.6, -0.8], figures.Numbers("plain_elsewhere"));
        AssertClose([0.6, -0.8], figures.Numbers("custom_elsewhere"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Unstable(Backend backend)
    {
        var figures = SampleFixture.Run("unstable", backend);
        var exact = Math.Exp(-100);
        Assert.Equal([0, double.NaN], figures.Numbers("as_written"));
        // Below the smallest normal float32 numbers lie 1.4e-45 apart.
        AssertClose([0, -exact], figures.Numbers("custom"), 0.02);
        AssertClose([exact, -exact], figures.Numbers("automatic"), 0.02);
        Assert.Contains("1 / exp(x) became exp(-x) at Unstable.cs:", (string)figures["report"]![0]!, StringComparison.Ordinal);
    }

    private static void CheckSinLayer(System.Text.Json.Nodes.JsonObject figures, bool hasLoss)
    {
        var (x, w) = (figures.Rows("x"), figures.Rows("w"));
        double Inner(int n, int o) => x[n].Select((v, i) => v * w[i][o]).Sum();
        var cells = (from n in Enumerable.Range(0, 3) from o in Enumerable.Range(0, 2) select (n, o)).ToArray();
        if (hasLoss) AssertClose([cells.Sum(c => Math.Pow(Math.Sin(Inner(c.n, c.o)), 2))], [figures.Number("loss")]);
        // d sin²(z) / dz = sin(2z)
        AssertClose(
            from i in Enumerable.Range(0, 3) from o in Enumerable.Range(0, 2) select Enumerable.Range(0, 3).Sum(n => x[n][i] * Math.Sin(2 * Inner(n, o))),
            figures.Numbers("grad_w"));
        AssertClose(
            from n in Enumerable.Range(0, 3) from i in Enumerable.Range(0, 3) select Enumerable.Range(0, 2).Sum(o => w[i][o] * Math.Sin(2 * Inner(n, o))),
            figures.Numbers("grad_x"));
    }
}
