namespace GraphGrad.Parity.Live.Expressions;

internal static class IncompleteGammaTwins
{
    public static readonly Twins All = new()
    {
        ["special.gammainc"] = t => Of("special_gammainc", t[0], t[1]),
        ["special.gammaincc"] = t => Of("special_gammaincc", t[0], t[1]),
        ["igamma"] = t => Of("igamma", t[0], t[1]),
        ["igammac"] = t => Of("igammac", t[0], t[1]),
        ["special.gammainc by x"] = t => Of("special_gammainc", full_like(t[0], 2.5), t[0]),
        ["special.gammaincc by x"] = t => Of("special_gammaincc", full_like(t[0], 2.5), t[0]),
        ["special.gammainc by x of a small shape"] = t => Of("special_gammainc", full_like(t[0], 0.25), t[0]),
        ["special.zeta"] = t => Of("special_zeta", t[0], t[1]),
        ["special.zeta by q"] = t => Of("special_zeta", full_like(t[0], 2.5), t[0]),
        ["special.zeta by q of a whole exponent"] = t => Of("special_zeta", full_like(t[0], 3), t[0]),
        ["special.gammainc shapes"] = t => Of("special_gammainc", t[0], t[1]),
        ["special.gammaincc shapes"] = t => Of("special_gammaincc", t[0], t[1]),
        ["special.zeta shapes"] = t => Of("special_zeta", t[0], t[1]),
        ["special.zeta by s"] = t => Slope(Of("special_zeta", t[0].requires_grad_(), t[1]), t[0]),
    };

    private static Tensor Of(string name, Tensor a, Tensor x) => Script.Run($"torch.{name}(a, x)", ("a", a), ("x", x));

    private static Tensor Slope(Tensor y, Tensor x)
    {
        y.sum().backward();
        return Gradients.Of(x);
    }
}
