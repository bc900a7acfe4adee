using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of routines of two numbers, against sums of other terms: for whole a, Q(a, x) = e^-x·Σ x^k / k! over k below a.</summary>
internal static class PairRoutineCases
{
    public static IEnumerable<OpCase> All
    {
        get
        {
            foreach (var type in Floats)
            {
                foreach (var extents in new int[][] { [3, 4], [], [0, 2] })
                {
                    var whole = Data.Generate(type, extents, i => 1 + (i % 5));
                    var positive = Data.Generate(type, extents, i => 0.3 + (i * 0.83 % 7));
                    yield return Row($"IncompleteGammaOp {type.Text()} lower {Text(extents)}", typeof(IncompleteGammaOp), v => GammaInc(v[0].Graph.Constant(whole), v[0]), x => 1 - Upper((int)x.A, x.X), whole, positive);
                    yield return Row($"IncompleteGammaOp {type.Text()} upper {Text(extents)}", typeof(IncompleteGammaOp), v => GammaIncc(v[0].Graph.Constant(whole), v[0]), x => Upper((int)x.A, x.X), whole, positive);
                    yield return Row($"GammaDensityOp {type.Text()} {Text(extents)}", typeof(GammaDensityOp), v => GammaDensity(v[0].Graph.Constant(whole), v[0]), x => Term((int)x.A - 1, x.X), whole, positive);
                    yield return Row($"HurwitzZetaOp {type.Text()} {Text(extents)}", typeof(HurwitzZetaOp), v => Zeta(v[0].Graph.Constant(whole) + 1.5, v[0]), x => ZetaSum(x.A + 1.5, x.X), whole, positive);
                }
                foreach (var row in Slopes(type)) yield return row;
                var (shapes, arguments) = (Data.Generate(type, [6], i => 0.7 + i), Data.Generate(type, [6], i => 0.4 + (i * 1.3)));
                yield return new OpCase
                {
                    Name = $"GammaDensityOp {type.Text()} by both", Op = typeof(GammaDensityOp), Inputs = [shapes, arguments], Ulps = 64, Build = v => GammaDensity(v[0], v[1]),
                    Expected = x => [.. Enumerable.Range(0, 6).Select(i => Math.Exp(((x[0].At(i) - 1) * Math.Log(x[1].At(i))) - x[1].At(i) - GammaFunctions.LogGamma(x[0].At(i))))],
                };
            }
        }
    }

    // Of a = 1 and b = 1 the functions are powers; the derivatives by the parameters against sums over an interval cut in many parts.
    private static IEnumerable<OpCase> Slopes(DType type)
    {
        foreach (var extents in new int[][] { [3, 4], [], [0, 2] })
        {
            var powers = Data.Generate(type, extents, i => 1.35 + (i * 0.7 % 4));
            var shares = Data.Generate(type, extents, i => 0.05 + (i * 0.37 % 0.9));
            var ones = Data.Generate(type, extents, _ => 1);
            var positive = Data.Generate(type, extents, i => 0.3 + (i * 0.83 % 7));
            yield return Row($"IncompleteBetaOp {type.Text()} {Text(extents)}", typeof(IncompleteBetaOp), v => BetaInc(v[0].Graph.Constant(powers), v[0].Graph.Constant(ones), v[0]), p => Math.Pow(p.X, p.A), powers, shares);
            yield return Row($"IncompleteBetaOp {type.Text()} turned {Text(extents)}", typeof(IncompleteBetaOp), v => BetaInc(v[0].Graph.Constant(ones), v[0].Graph.Constant(powers), v[0]), p => 1 - Math.Pow(1 - p.X, p.A), powers, shares);
            yield return Row($"BetaDensityOp {type.Text()} {Text(extents)}", typeof(BetaDensityOp), v => BetaDensity(v[0].Graph.Constant(powers), v[0].Graph.Constant(ones), v[0], 1 - v[0]), p => p.A * Math.Pow(p.X, p.A - 1), powers, shares);
            // Of b = 1 by a: x^a·log x; by b of a = 1: -(1 - x)^b·log(1 - x).
            yield return Row($"IncompleteBetaSlopeOp {type.Text()} {Text(extents)}", typeof(IncompleteBetaSlopeOp), v => BetaIncSlope(v[0].Graph.Constant(powers), v[0].Graph.Constant(ones), v[0], 1 - v[0], byFirst: true), p => Math.Pow(p.X, p.A) * Math.Log(p.X), powers, shares);
            yield return Row($"IncompleteBetaSlopeOp {type.Text()} turned {Text(extents)}", typeof(IncompleteBetaSlopeOp), v => BetaIncSlope(v[0].Graph.Constant(ones), v[0].Graph.Constant(powers), v[0], 1 - v[0], byFirst: false), p => -Math.Pow(1 - p.X, p.A) * Math.Log(1 - p.X), powers, shares);
            yield return Row($"IncompleteGammaSlopeOp {type.Text()} {Text(extents)}", typeof(IncompleteGammaSlopeOp), v => GammaIncSlope(v[0].Graph.Constant(powers), v[0]), p => Weighted(p.A, p.X, t => t - GammaFunctions.Digamma(p.A)), powers, positive);
            yield return Row($"IncompleteGammaCurvatureOp {type.Text()} {Text(extents)}", typeof(IncompleteGammaCurvatureOp), v => GammaIncCurvature(v[0].Graph.Constant(powers), v[0]), p => Weighted(p.A, p.X, t => Math.Pow(t - GammaFunctions.Digamma(p.A), 2) - GammaFunctions.Polygamma(1, p.A)), powers, positive);
            yield return Row($"IncompleteBetaCurvatureOp {type.Text()} {Text(extents)}", typeof(IncompleteBetaCurvatureOp), v => BetaIncCurvature(v[0].Graph.Constant(powers), v[0].Graph.Constant(ones), v[0], 1 - v[0], true, true), p => Math.Pow(p.X, p.A) * Math.Pow(Math.Log(p.X), 2), powers, shares);
            yield return Row($"IncompleteBetaCurvatureOp {type.Text()} turned {Text(extents)}", typeof(IncompleteBetaCurvatureOp), v => BetaIncCurvature(v[0].Graph.Constant(ones), v[0].Graph.Constant(powers), v[0], 1 - v[0], false, false), p => -Math.Pow(1 - p.X, p.A) * Math.Pow(Math.Log(1 - p.X), 2), powers, shares);
            // Of a = 1: 1 - e^-x; and of b = 1: x^a.
            yield return Row($"GammaQuantileOp {type.Text()} {Text(extents)}", typeof(GammaQuantileOp), v => ElementRoutineOp.Of(new GammaQuantileOp(IsUpper: false), v[0].Graph.Constant(ones), v[0]), p => -Math.Log(1 - p.X), ones, shares);
            yield return Row($"GammaQuantileOp {type.Text()} upper {Text(extents)}", typeof(GammaQuantileOp), v => ElementRoutineOp.Of(new GammaQuantileOp(IsUpper: true), v[0].Graph.Constant(ones), v[0]), p => -Math.Log(p.X), ones, shares);
            yield return Row($"BetaQuantileOp {type.Text()} {Text(extents)}", typeof(BetaQuantileOp), v => ElementRoutineOp.Of(new BetaQuantileOp(IsLogOdds: false), v[0].Graph.Constant(powers), v[0].Graph.Constant(ones), v[0], 1 - v[0]), p => Math.Pow(p.X, 1 / p.A), powers, shares);
            yield return Row($"BetaQuantileOp {type.Text()} odds {Text(extents)}", typeof(BetaQuantileOp), v => ElementRoutineOp.Of(new BetaQuantileOp(IsLogOdds: true), v[0].Graph.Constant(powers), v[0].Graph.Constant(ones), v[0], 1 - v[0]), p => -Math.Log(Math.Pow(p.X, -1 / p.A) - 1), powers, shares);
        }
    }

    /// <summary>∫ t^(a-1)·e^-t·w(log t) dt / Γ(a) over t from 0 to x; with t = e^s by the trapezoidal rule from where e^s is nothing, half the last term too much.</summary>
    private static double Weighted(double a, double x, Func<double, double> weight)
    {
        const int count = 60_000;
        const double least = -45;
        var (end, sum) = (Math.Log(x), 0.0);
        var step = (end - least) / count;
        double Term(double s) => Math.Exp((a * s) - Math.Exp(s) - GammaFunctions.LogGamma(a)) * weight(s);
        double Slope(double s) => (Term(s + 1e-4) - Term(s - 1e-4)) / 2e-4;
        for (var i = 1; i <= count; i++) sum += Term(least + (i * step));
        return (step * (sum - (Term(end) / 2))) - (step * step / 12 * Slope(end));
    }

    private static OpCase Row(string name, Type op, Func<Value[], Value> build, Func<(double A, double X), double> expected, TensorData a, TensorData x) => new()
    {
        Name = name, Op = op, Inputs = [x], Ulps = 64, Absolute = 1e-14, Build = build,
        Expected = inputs => [.. Enumerable.Range(0, inputs[0].Count).Select(i => expected((a.At(i), inputs[0].At(i))))],
    };

    private static double Term(int k, double x) => Math.Exp(-x) * Enumerable.Range(1, k).Aggregate(1.0, (term, i) => term * x / i);

    private static double Upper(int a, double x) => Enumerable.Range(0, a).Sum(k => Term(k, x));

    // From the last of many terms up, and what is left of the integral and half a term.
    private static double ZetaSum(double s, double q)
    {
        const int count = 4000;
        var end = q + count;
        var rest = (Math.Pow(end, 1 - s) / (s - 1)) + (Math.Pow(end, -s) / 2) + (s / 12 * Math.Pow(end, -s - 1));
        for (var k = count - 1; k >= 0; k--) rest += Math.Pow(q + k, -s);
        return rest;
    }

    private static string Text(int[] extents) => $"[{string.Join(",", extents)}]";
}
