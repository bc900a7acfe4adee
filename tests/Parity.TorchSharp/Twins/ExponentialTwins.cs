namespace GraphGrad.Parity.Live.Expressions;

internal static class ExponentialTwins
{
    public static readonly Twins All = new()
    {
        ["exp"] = t => t[0].exp(),
        ["expm1"] = t => t[0].expm1(),
        ["log"] = t => t[0].log(),
        ["log1p"] = t => t[0].log1p(),
        ["sigmoid"] = t => t[0].sigmoid(),
        ["sqrt"] = t => t[0].sqrt(),
        ["rsqrt"] = t => t[0].rsqrt(),
        ["exp2"] = t => t[0].exp2(),
        ["log2"] = t => t[0].log2(),
        ["log10"] = t => t[0].log10(),
        ["pow"] = t => t[0].pow(t[1]),
        ["pow differentiated"] = t => t[0].pow(t[1]),
        ["pow of a number"] = t => t[0].pow(3),
        ["float_power"] = t => t[0].float_power(t[1]),
        ["logaddexp"] = t => t[0].logaddexp(t[1]),
        ["logaddexp differentiated"] = t => t[0].logaddexp(t[1]),
        ["logaddexp2"] = t => t[0].logaddexp2(t[1]),
        ["logaddexp2 differentiated"] = t => t[0].logaddexp2(t[1]),
        ["logit"] = t => t[0].logit(),
        ["logit cut off"] = t => t[0].logit(0.1),
        ["xlogy"] = t => t[0].xlogy(t[1]),
        ["xlogy differentiated"] = t => t[0].xlogy(t[1]),
        ["xlog1py"] = t => special.xlog1py(t[0], t[1]),
        ["xlog1py differentiated"] = t => special.xlog1py(t[0], t[1]),
        ["entr"] = t => special.entr(t[0]),
        ["entr at its end"] = t => special.entr(t[0]),
        ["logaddexp of ints"] = t => t[0].logaddexp(t[1]),
        ["pow shapes"] = t => t[0].pow(t[1]),
        ["xlogy shapes"] = t => t[0].xlogy(t[1]),
        ["exp of ints"] = t => t[0].exp() + t[1],
        ["pow of 0 to negative powers"] = t => Script.Run("torch.pow(x, y)", ("x", t[0]), ("y", t[1])),
        ["pow of whole numbers"] = t => Script.Run("torch.pow(x, y)", ("x", t[0]), ("y", t[1])),
        ["pow of whole numbers to a number"] = t => (Script.Run("torch.pow(x, 5)", ("x", t[0])), Script.Run("torch.pow(x, 0)", ("x", t[0]))),
        ["entr differentiated at its end"] = t => Script.Run("torch.special_entr(x)", ("x", t[0])),
        ["logit outside its domain"] = t => Script.Run("torch.logit(x)", ("x", t[0])),
        ["pow of whole numbers to a negative number"] = t => Script.Run("torch.pow(x, -1)", ("x", t[0])),
    };
}
