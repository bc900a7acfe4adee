namespace GraphGrad.Parity.Live.Expressions;

internal static class SegmentTwins
{
    public static readonly Twins All = new()
    {
        ["segment_reduce sum"] = t => Reduced("sum", t),
        ["segment_reduce mean"] = t => Reduced("mean", t),
        ["segment_reduce max"] = t => Reduced("max", t),
        ["segment_reduce min"] = t => Reduced("min", t),
        ["segment_reduce min of NaN"] = t => Reduced("min", t),
        ["segment_reduce prod"] = t => Reduced("prod", t),
        ["segment_reduce with beginnings"] = t => (Reduced("sum", t, ", initial=0.5"), Reduced("mean", t, ", initial=0.5"), Reduced("max", t, ", initial=0.5")),
        ["conv_tbc"] = t => Of("torch.conv_tbc(x, y, z)", t),
        ["conv_tbc padded"] = t => Of("torch.conv_tbc(x, y, z, 2)", t),
        ["histogramdd"] = t => Of("torch.histogramdd(x, [y, z])[0]", t),
        ["histogramdd with weights"] = t => Of("torch.histogramdd(x, [y, y, y], weight=z)[0]", t),
        ["range"] = t => Of("torch.range(-1, 2, 0.5, dtype=x.dtype)", t),
        ["segment_reduce of a scalar"] = t => Reduced("sum", t),
        ["conv_tbc of a matrix"] = t => Of("torch.conv_tbc(x, y, z)", t),
        ["histogramdd dimensions"] = t => Of("torch.histogramdd(x, [y, y])[0]", t),
    };

    private static Tensor Reduced(string reduction, Tensor[] t, string more = "") => Of($"torch.segment_reduce(x, \"{reduction}\", lengths=y{more})", t);

    private static Tensor Of(string expression, Tensor[] t) => Script.Run(expression, [.. t.Zip("xyz", (tensor, name) => ($"{name}", tensor))]);
}
