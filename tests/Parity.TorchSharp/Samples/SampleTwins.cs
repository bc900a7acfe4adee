using System.Text.Json.Nodes;
using GraphGrad.Tests.Samples;
using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Samples;

/// <summary>The samples in TorchSharp: the figures that they find, from the inputs named in the sample's own.</summary>
internal static class SampleTwins
{
    private const int HimmelblauSteps = 30_000, TraceEvery = 2_000;

    public static readonly Dictionary<string, Func<JsonObject, (string Figure, Tensor Numbers)[]>> All = new()
    {
        ["polynomial"] = f =>
        {
            var x = Leaf(f, "x")[0].detach().requires_grad_();
            var y = x.pow(2) + (x * x * x) + 5;
            return [("y", y), ("dy_dx", Gradient(y, x))];
        },
        ["softmax-mse"] = f =>
        {
            var (x, w, b) = (Leaf(f, "x", 4), Leaf(f, "w", 2), Leaf(f, "b"));
            var targets = nn.functional.one_hot(tensor(f.Numbers("labels")).to_type(ScalarType.Int64), 2).to_type(ScalarType.Float64);
            var losses = (x.matmul(w).add(b).softmax(1) - targets).pow(2).mean([1]);
            var (loss, weighted) = (losses.mean(), (losses * Leaf(f, "upstream").detach()).sum());
            return
            [
                ("loss", loss), ("row_losses", losses), ("grad_w", Gradient(loss, w)), ("grad_b", Gradient(loss, b)),
                ("grad_w_upstream", Gradient(weighted, w)), ("grad_b_upstream", Gradient(weighted, b)),
            ];
        },
        ["chain-rule"] = f =>
        {
            var (x1, w1, b1, w2, b2) = (Leaf(f, "x1"), Leaf(f, "w1"), Leaf(f, "b1"), Leaf(f, "w2"), Leaf(f, "b2"));
            var y1 = (x1 * w1) + b1;
            var y2 = (y1 * w2) + b2;
            return [("dy1_dw1", Gradient(y1.sum(), w1)), ("dy2_dy1", Gradient(y2.sum(), y1)), ("dy2_dw1", Gradient(y2.sum(), w1))];
        },
        ["himmelblau-gd"] = f =>
        {
            var (trace, x) = Descend(f, f.Number("rate"), 1);
            var (_, decayed) = Descend(f, f.Number("first_rate"), f.Number("decay"));
            return [("x", x), ("f", Himmelblau(x)), ("trace", trace), ("x_decayed", decayed), ("f_decayed", Himmelblau(decayed))];
        },
        ["himmelblau-optimizers"] = f => HimmelblauTwins.Follow(f),
        ["logistic"] = Logistic,
        ["graph-attributes"] = f =>
        {
            var (x, w) = (Leaf(f, "x", 2).detach(), Leaf(f, "w", 2));
            var y = w * x;
            var loss = y.pow(2).sum();
            return [("no_grad", loss), ("grad", Gradient(loss, w)), ("detach", Gradient((y.detach() * w).sum(), w)), ("item", loss), ("tolist", y)];
        },
        ["sin-layer"] = SinLayer,
        ["unstable"] = f =>
        {
            var x = Leaf(f, "x").to_type(ScalarType.Float32).detach().requires_grad_();
            var y = 1 / x.exp();
            var wide = Leaf(f, "x");
            var stable = wide.neg().exp();
            return
            [
                ("as_written", cat([y, Gradient(y.sum(), x)])),
                ("custom", cat([y, x.neg().exp().neg()])),
                // What float32 can hold of the true number.
                ("automatic", cat([stable, Gradient(stable.sum(), wide)]).to_type(ScalarType.Float32)),
            ];
        },
        ["undefined-derivative"] = f =>
        {
            Tensor Plain(string point) => Leaf(f, point) is var x ? Gradient((x * x).sum().sqrt(), x) : throw new InvalidOperationException();
            return [("plain", Plain("x")), ("plain_elsewhere", Plain("x_elsewhere")), ("custom_elsewhere", Plain("x_elsewhere"))];
        },
        ["forward-mode"] = f =>
        {
            var x = Leaf(f, "at");
            var y = x.sigmoid();
            return [("y", y), ("dy", Gradient(y.sum(), x)), .. SinLayer(f).Where(figure => figure.Figure != "loss")];
        },
        ["descent-path"] = f =>
        {
            var x = Leaf(f, "x0");
            var optimizer = optim.SGD([new Parameter(x.detach())], f.Number("rate"));
            var parameter = optimizer.parameters().Single();
            List<Tensor> path = [parameter.detach().clone()];
            for (var step = 0; step < (int)f.Number("steps"); step++)
            {
                optimizer.zero_grad();
                parameter.pow(2).sum().backward();
                optimizer.step();
                path.Add(parameter.detach().clone());
            }
            return [("path", cat(path))];
        },
    };

    /// <summary>(x² + y - 11)² + (x + y² - 7)².</summary>
    public static Tensor Himmelblau(Tensor p)
    {
        var (x, y) = (p[0], p[1]);
        return ((x * x) + y - 11).pow(2) + (x + (y * y) - 7).pow(2);
    }

    /// <summary>Numbers of the sample's figures as a float64 leaf; by rows of so many columns, if any.</summary>
    public static Tensor Leaf(JsonObject figures, string name, int columns = 0)
    {
        var numbers = tensor(figures.Numbers(name));
        return (columns == 0 ? numbers : numbers.reshape(-1, columns)).requires_grad_();
    }

    private static Tensor Gradient(Tensor y, Tensor x) => autograd.grad(outputs: [y], inputs: [x], retain_graph: true)[0];

    private static (Tensor Trace, Tensor End) Descend(JsonObject figures, double rate, double decay)
    {
        var p = Leaf(figures, "x0").detach();
        List<Tensor> rows = [Row(0)];
        for (var step = 1; step <= HimmelblauSteps; step++)
        {
            using (NewDisposeScope())
            {
                var leaf = p.clone().requires_grad_();
                p.sub_(Gradient(Himmelblau(leaf), leaf) * rate);
            }
            rate *= decay;
            if (step % TraceEvery == 0) rows.Add(Row(step));
        }
        return (cat(rows), p);

        Tensor Row(int step) => cat([tensor(new double[] { step }), p, Himmelblau(p).reshape(1)]);
    }

    private static (string, Tensor)[] Logistic(JsonObject figures)
    {
        const int traceEvery = 500;
        var (x, y) = (Leaf(figures, "x", 2).detach(), Leaf(figures, "labels").detach());
        var (w, b) = (new Parameter(Leaf(figures, "w0").detach()), new Parameter(Leaf(figures, "b0").detach()));
        var optimizer = optim.SGD([w, b], figures.Number("rate"));
        Tensor Probability() => x.matmul(w).add(b).sigmoid();
        Tensor Loss() => nn.functional.binary_cross_entropy(Probability(), y);
        List<Tensor> losses = [Loss().detach().reshape(1)];
        for (var step = 1; step <= (int)figures.Number("steps"); step++)
        {
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                Loss().backward();
                optimizer.step();
            }
            if (step % traceEvery == 0) losses.Add(Loss().detach().reshape(1));
        }
        return [("losses", cat(losses)), ("w", w), ("b", b), ("p", Probability())];
    }

    private static (string Figure, Tensor Numbers)[] SinLayer(JsonObject figures)
    {
        var (x, w) = (Leaf(figures, "x", 3), Leaf(figures, "w", 2));
        var loss = x.matmul(w).sin().pow(2).sum();
        return [("loss", loss), ("grad_w", Gradient(loss, w)), ("grad_x", Gradient(loss, x))];
    }
}
