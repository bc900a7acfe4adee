namespace GraphGrad.Parity.Live.Expressions;

internal static class PolynomialTwins
{
    public static readonly Twins All = new()
    {
        ["special.chebyshev_polynomial_t"] = t => Of("chebyshev_polynomial_t", t),
        ["special.chebyshev_polynomial_u"] = t => Of("chebyshev_polynomial_u", t),
        ["special.chebyshev_polynomial_v"] = t => Of("chebyshev_polynomial_v", t),
        ["special.chebyshev_polynomial_w"] = t => Of("chebyshev_polynomial_w", t),
        ["special.hermite_polynomial_h"] = t => Of("hermite_polynomial_h", t),
        ["special.hermite_polynomial_he"] = t => Of("hermite_polynomial_he", t),
        ["special.laguerre_polynomial_l"] = t => Of("laguerre_polynomial_l", t),
        ["special.legendre_polynomial_p"] = t => Of("legendre_polynomial_p", t),
    };

    private static (Tensor, Tensor, Tensor) Of(string name, Tensor[] t) => (Of(name, t, 0), Of(name, t, 1), Of(name, t, 5));

    private static Tensor Of(string name, Tensor[] t, int degree) => Script.Run($"torch.special_{name}(x, {degree})", ("x", t[0]));
}
