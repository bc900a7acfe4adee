namespace GraphGrad.Parity.Live.Expressions;

internal static class LimitTwins
{
    public static readonly Twins All = new()
    {
        ["var of as many as its correction"] = t => One("torch.var(x, [0], correction=3)", t),
        ["var of fewer than its correction"] = t => (One("torch.var(x, [0], correction=4)", t), One($"torch.var(x, [0], correction={FourOrLess})", t)),
        ["std of as many as its correction"] = t => One("torch.std(x, [0], correction=3)", t),
        ["std of equals and a correction of as many"] = t => (One("torch.std(x, [0], correction=2)", t), One("torch.var(x, [0], correction=3)", t)),
        ["atan2 at the origin"] = t => t[0].atan2(t[1]),
        ["atan2 of small and large numbers"] = t => t[0].atan2(t[1]),
        ["pow of zeros differentiated twice"] = t => t[0].pow(t[1]),
        // TorchSharp's own broadcasts first.
        ["mse_loss by a target that broadcasts"] = t => Script.Run("torch.mse_loss(x, y)", ("x", t[0]), ("y", t[1])),
        ["upsample_bicubic2d by a factor that keeps extents"] = t => One("torch.upsample_bicubic2d(x, None, False, [1.2, 1.2])", t),
    };

    // libtorch 1.13 takes whole numbers only.
    private static string FourOrLess => TorchRun.LibtorchVersion.StartsWith("1.", StringComparison.Ordinal) ? "4" : "3.5";

    private static Tensor One(string expression, Tensor[] t) => Script.Run(expression, ("x", t[0]));
}
