namespace GraphGrad.Parity.Live.Expressions;

internal static class ShiftedPolynomialTwins
{
    public static readonly Twins All = new()
    {
        ["special.shifted_chebyshev_polynomial_t"] = t => Of("shifted_chebyshev_polynomial_t", t),
        ["special.shifted_chebyshev_polynomial_u"] = t => Of("shifted_chebyshev_polynomial_u", t),
        ["special.shifted_chebyshev_polynomial_v"] = t => Of("shifted_chebyshev_polynomial_v", t),
        ["special.shifted_chebyshev_polynomial_w"] = t => Of("shifted_chebyshev_polynomial_w", t),
    };

    private static (Tensor, Tensor, Tensor) Of(string name, Tensor[] t) => (Of(name, t, 0), Of(name, t, 1), Of(name, t, 5));

    private static Tensor Of(string name, Tensor[] t, int degree) => Script.Run($"torch.special_{name}(x, {degree})", ("x", t[0]));
}
