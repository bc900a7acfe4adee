namespace GraphGrad.Parity.Live.Expressions;

internal static class SpecialFunctionTwins
{
    public static readonly Twins All = new()
    {
        ["erf"] = t => t[0].erf(),
        ["erfc"] = t => t[0].erfc(),
        ["erfinv"] = t => t[0].erfinv(),
        ["erfinv at its ends"] = t => t[0].erfinv(),
        ["special.erfcx"] = t => special.erfcx(t[0]),
        ["special.erfcx differentiated twice"] = t => special.erfcx(t[0]),
        ["special.ndtr"] = t => special.ndtr(t[0]),
        ["special.ndtri"] = t => special.ndtri(t[0]),
        ["special.ndtri at its ends"] = t => special.ndtri(t[0]),
        ["lgamma"] = t => t[0].lgamma(),
        ["lgamma of negative numbers"] = t => t[0].lgamma(),
        ["lgamma at its poles"] = t => t[0].lgamma(),
        ["digamma"] = t => t[0].digamma(),
        ["digamma of negative numbers"] = t => t[0].digamma(),
        ["digamma at its poles"] = t => t[0].digamma(),
        ["polygamma"] = t => t[0].polygamma(1),
        ["polygamma of order 0"] = t => t[0].polygamma(0),
        ["polygamma of order 2"] = t => t[0].polygamma(2),
        ["polygamma of order 3"] = t => t[0].polygamma(3),
        ["mvlgamma"] = t => t[0].mvlgamma(3),
        ["i0"] = t => t[0].i0(),
        ["i0 differentiated twice"] = t => t[0].i0(),
        ["special.i0e"] = t => special.i0e(t[0]),
        ["special.i0e differentiated twice"] = t => special.i0e(t[0]),
        ["special.i1"] = t => special.i1(t[0]),
        ["special.i1 differentiated twice"] = t => special.i1(t[0]),
        ["special.i1 of NaN and ∞"] = t => special.i1(t[0]),
        ["special.i1e"] = t => special.i1e(t[0]),
        ["special.i1e differentiated twice"] = t => special.i1e(t[0]),
        ["polygamma of a negative order"] = t => t[0].polygamma(-1),
        ["mvlgamma of dimension 0"] = t => t[0].mvlgamma(0),
        ["erfc at infinities"] = t => Script.Run("torch.erfc(x)", ("x", t[0])),
        ["special.ndtr at infinities"] = t => Script.Run("torch.special_ndtr(x)", ("x", t[0])),
    };
}
