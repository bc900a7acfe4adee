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
        ["exp of ints"] = t => t[0].exp() + t[1],
    };
}
