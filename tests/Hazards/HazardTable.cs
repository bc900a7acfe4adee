using static GraphGrad.Tests.Hazards.Formula;

namespace GraphGrad.Tests.Hazards;

/// <summary>Textbook hazards as a naive user writes them.</summary>
internal static partial class HazardTable
{
    private static readonly Formula X = Input(0);
    private static readonly Formula Y = Input(1);
    private static readonly Formula Z = Input(2);
    private static readonly Formula W = Input(3);

    public static IReadOnlyList<Hazard> Everything { get; } = [.. Logarithms, .. Logistic, .. Roots, .. Errors, .. Sums, .. Probability, .. Learning, .. Sciences, .. Densities, .. Limits, .. Data, .. Twofold, .. Near, .. Mixtures, .. Tails, .. Products, .. Sure, .. Beyond, .. Running, .. Cancelling, .. Bessel];

    private static Formula Exp(Formula x) => Call("exp", x);

    private static Formula Log(Formula x) => Call("log", x);

    private static Formula Sqrt(Formula x) => Call("sqrt", x);

    private static Formula Sin(Formula x) => Call("sin", x);

    private static Formula Cos(Formula x) => Call("cos", x);

    private static Formula Tanh(Formula x) => Call("tanh", x);

    private static Formula Sigmoid(Formula x) => Call("sigmoid", x);

    private static Formula Softplus(Formula x) => Call("softplus", x);

    private static Formula Erf(Formula x) => Call("erf", x);

    private static Formula Erfc(Formula x) => Call("erfc", x);

    private static Formula Square(Formula x) => Call("square", x);

    private static Formula Log1p(Formula x) => Call("log1p", x);

    private static Formula Expm1(Formula x) => Call("expm1", x);

    private static Formula Abs(Formula x) => Call("abs", x);

    private static Formula Sum(Formula x) => Call("sum", x);

    private static Formula Mean(Formula x) => Call("mean", x);

    private static Formula Prod(Formula x) => Call("prod", x);

    private static Formula CumSum(Formula x) => Call("cumsum", x);

    private static Formula CumProd(Formula x) => Call("cumprod", x);

    private static Formula I0(Formula x) => Call("i0", x);

    private static Formula I1(Formula x) => Call("i1", x);

    private static Formula J0(Formula x) => Call("j0", x);

    private static Formula J1(Formula x) => Call("j1", x);

    private static float[][][] On(params float[] xs) => [.. xs.Select(x => new[] { new[] { x } })];

    private static float[][][] OnPairs(params float[][] pairs) => [.. pairs.Select(p => p.Select(x => new[] { x }).ToArray())];

    private static float[][][] OnVectors(params float[][] vectors) => [.. vectors.Select(v => new[] { v })];

    private static Hazard H(string name, Formula naive, float[] points, Formula? exactly = null) => new(name, naive, On(points), exactly);

    private static Hazard H2(string name, Formula naive, float[][] points, Formula? exactly = null) => new(name, naive, OnPairs(points), exactly);

    private static Hazard H3(string name, Formula naive, float[][] points) => new(name, naive, OnPairs(points));

    private static Hazard V(string name, Formula naive, float[][] points, Formula? exactly = null) => new(name, naive, OnVectors(points), exactly);
}
