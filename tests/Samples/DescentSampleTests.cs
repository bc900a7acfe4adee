using static GraphGrad.Tests.Samples.SampleFixture;

namespace GraphGrad.Tests.Samples;

/// <summary>The samples that descend: each recomputed by a plain loop.</summary>
public sealed class DescentSampleTests
{
    public static TheoryData<Backend> Backends => SampleFixture.Backends;

    [Theory]
    [MemberData(nameof(Backends))]
    public void Himmelblau_by_hand(Backend backend)
    {
        var figures = SampleFixture.Run("himmelblau-gd", backend);
        var steps = (int)figures.Number("steps");
        Assert.Equal(30_000, steps);
        var (rate, first, decay) = (figures.Number("rate"), figures.Number("first_rate"), figures.Number("decay"));
        Assert.Equal(0.001, rate);
        AssertClose(Descend(steps, _ => rate), figures.Numbers("x"), 1e-12);
        AssertClose(Descend(steps, t => first * Math.Pow(decay, t)), figures.Numbers("x_decayed"), 1e-12);
        AssertClose([3, 2], figures.Numbers("x"), 1e-12);
        Assert.InRange(figures.Number("f"), 0, 1e-24);

        var trace = figures.Rows("trace");
        Assert.Equal(Enumerable.Range(0, 16).Select(i => i * 2_000.0), trace.Select(row => row[0]));
        Assert.Equal([0, 0, 0, 170], trace[0]);
        Assert.Equal(figures.Numbers("x"), trace[^1][1..3]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_decaying_rate_comes_closer_to_zero(Backend backend)
    {
        var figures = SampleFixture.Run("himmelblau-gd", backend);
        Assert.True(figures.Number("f_decayed") < figures.Number("f"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Himmelblau_by_every_optimizer(Backend backend)
    {
        var runs = SampleFixture.Run("himmelblau-optimizers", backend)["runs"]!.AsArray().Select(r => r!.AsObject()).ToArray();
        Assert.Equal(11, runs.Length);
        double[][] minima = [[3, 2], [-2.8051180869527449, 3.1313125182505730], [-3.7793102533777469, -3.2831859912861694], [3.5844283403304917, -1.8481265269644035]];
        foreach (var run in runs)
        {
            var x = run.Numbers("x");
            Assert.Equal(Math.Pow((x[0] * x[0]) + x[1] - 11, 2) + Math.Pow(x[0] + (x[1] * x[1]) - 7, 2), run.Number("f"), 1e-9);
            // AdamW pulls toward zero and stops a little short of the minimum.
            var distance = (string)run["name"]! == "adamw" ? 0.002 : 1e-7;
            Assert.Contains(minima, m => Math.Abs(m[0] - x[0]) < distance && Math.Abs(m[1] - x[1]) < distance);
        }
        var reached = runs[^4..].Select(run => Array.FindIndex(minima, m => Math.Abs(m[0] - run.Numbers("x")[0]) < 1e-6));
        Assert.Equal([0, 1, 2, 3], reached.Order());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Logistic_regression(Backend backend)
    {
        var figures = SampleFixture.Run("logistic", backend);
        var (x, y, w) = (figures.Rows("x"), figures.Numbers("labels"), figures.Numbers("w0"));
        var (b, rate) = (figures.Number("b0"), figures.Number("rate"));
        var losses = new List<double>();
        for (var step = 0; step <= 10_000; step++)
        {
            double[] p = [.. x.Select(row => 1 / (1 + Math.Exp(-((row[0] * w[0]) + (row[1] * w[1]) + b))))];
            if (step % 500 == 0) losses.Add(-p.Zip(y, (q, t) => (t * Math.Log(q)) + ((1 - t) * Math.Log(1 - q))).Average());
            if (step == 10_000) break;
            double[] slopes = [.. p.Zip(y, (q, t) => (q - t) / 4)];
            for (var i = 0; i < 2; i++) w[i] -= rate * slopes.Select((s, n) => s * x[n][i]).Sum();
            b -= rate * slopes.Sum();
        }
        AssertClose(losses, figures.Numbers("losses"));
        AssertClose(w, figures.Numbers("w"));
        AssertClose([b], [figures.Number("b")]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Descent_path(Backend backend)
    {
        var figures = SampleFixture.Run("descent-path", backend);
        AssertClose(Enumerable.Range(0, 16).Select(step => 5 * Math.Pow(0.4, step)), figures.Numbers("path"));
        Assert.EndsWith("descent-path.svg", (string)figures["svg"]!);
    }

    private static double[] Descend(int steps, Func<int, double> rate)
    {
        var (x, y) = (0.0, 0.0);
        for (var t = 0; t < steps; t++)
        {
            var (a, b) = ((x * x) + y - 11, x + (y * y) - 7);
            (x, y) = (x - (rate(t) * ((4 * x * a) + (2 * b))), y - (rate(t) * ((2 * a) + (4 * y * b))));
        }
        return [x, y];
    }
}
