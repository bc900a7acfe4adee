namespace GraphGrad.Parity.Live.Expressions;

internal static class WindowTwins
{
    private const double Turn = 2 * Math.PI;

    public static readonly Twins All = new()
    {
        ["signal.windows.cosine"] = t => t[0] * ((Places(t) + 0.5) * (Math.PI / 7)).sin().to_type(t[0].dtype),
        ["signal.windows.cosine, a period"] = t => t[0] * ((Places(t) + 0.5) * (Math.PI / 8)).sin().to_type(t[0].dtype),
        ["signal.windows.exponential"] = t => t[0] * (-((Places(t) - 3).abs() / 2)).exp().to_type(t[0].dtype),
        ["signal.windows.exponential around a place"] = t => t[0] * (-((Places(t) - 2.5).abs() / 1.5)).exp().to_type(t[0].dtype),
        ["signal.windows.gaussian"] = t => t[0] * (((Places(t) - 3) / 1.5).square() * -0.5).exp().to_type(t[0].dtype),
        ["signal.windows.gaussian, a period"] = t => t[0] * (((Places(t) - 3.5) / 2).square() * -0.5).exp().to_type(t[0].dtype),
        ["signal.windows.general_cosine"] = t => Cosines(t, 6, 0.4, 0.35, 0.15, 0.1),
        ["signal.windows.general_cosine, a period"] = t => Cosines(t, 7, 0.4, 0.35, 0.15, 0.1),
        ["signal.windows.general_hamming"] = t => Cosines(t, 6, 0.6, 0.4),
        ["signal.windows.nuttall"] = t => Cosines(t, 6, 0.3635819, 0.4891775, 0.1365995, 0.0106411),
        ["signal.windows.nuttall, a period"] = t => Cosines(t, 7, 0.3635819, 0.4891775, 0.1365995, 0.0106411),
        ["signal.windows.nuttall of one number"] = t => t[0] * 1,

        ["signal.windows.cosine of negative length"] = t => t[0] * hann_window(-1),
        ["signal.windows.gaussian of whole numbers"] = t => t[0] * hann_window(7, dtype: int64),
        ["signal.windows.general_cosine of nothing"] = t => t[0] * stack(Array.Empty<Tensor>()),
    };

    private static Tensor Places(Tensor[] t) => arange(t[0].shape[0], dtype: float64);

    private static Tensor Cosines(Tensor[] t, double last, params double[] terms)
    {
        var angle = Places(t) * (Turn / last);
        var sum = terms.Select((a, k) => (angle * k).cos() * (k % 2 == 0 ? a : -a)).Aggregate((x, y) => x + y);
        return t[0] * sum.to_type(t[0].dtype);
    }
}
