namespace GraphGrad.Parity.Live.Expressions;

internal static class TrigonometricTwins
{
    public static readonly Twins All = new()
    {
        ["sin"] = t => t[0].sin(),
        ["cos"] = t => t[0].cos(),
        ["tan"] = t => t[0].tan(),
        ["asin"] = t => t[0].asin(),
        ["asin in its domain"] = t => t[0].asin(),
        ["acos"] = t => t[0].acos(),
        ["acos in its domain"] = t => t[0].acos(),
        ["atan"] = t => t[0].atan(),
        ["sinh"] = t => t[0].sinh(),
        ["cosh"] = t => t[0].cosh(),
        ["tanh"] = t => t[0].tanh(),
        ["asinh"] = t => t[0].asinh(),
        ["acosh"] = t => t[0].acosh(),
        ["atanh"] = t => t[0].atanh(),
        ["atanh in its domain"] = t => t[0].atanh(),
        ["atan2"] = t => t[0].atan2(t[1]),
        ["atan2 differentiated"] = t => t[0].atan2(t[1]),
        ["hypot"] = t => t[0].hypot(t[1]),
        ["hypot differentiated"] = t => t[0].hypot(t[1]),
        ["sinc"] = t => t[0].sinc(),
        ["atan2 shapes"] = t => t[0].atan2(t[1]),
        ["hypot of whole numbers"] = t => t[0].hypot(t[1]),
    };
}
