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
                var (shapes, arguments) = (Data.Generate(type, [6], i => 0.7 + i), Data.Generate(type, [6], i => 0.4 + (i * 1.3)));
                yield return new OpCase
                {
                    Name = $"GammaDensityOp {type.Text()} by both", Op = typeof(GammaDensityOp), Inputs = [shapes, arguments], Ulps = 64, Build = v => GammaDensity(v[0], v[1]),
                    Expected = x => [.. Enumerable.Range(0, 6).Select(i => Math.Exp(((x[0].At(i) - 1) * Math.Log(x[1].At(i))) - x[1].At(i) - GammaFunctions.LogGamma(x[0].At(i))))],
                };
            }
        }
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
