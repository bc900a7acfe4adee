namespace GraphGrad.Parity.Live.Expressions;

internal static class FractionalPoolingTwins
{
    public static readonly Twins All = new()
    {
        ["fractional_max_pool2d"] = t => Of("fractional_max_pool2d", "[2, 2], [3, 4]", t),
        ["fractional_max_pool2d of tall windows"] = t => Of("fractional_max_pool2d", "[3, 1], [1, 5]", t),
        ["fractional_max_pool3d"] = t => Of("fractional_max_pool3d", "[2, 2, 2], [2, 3, 3]", t),
        ["fractional_max_pool2d windows"] = t => Of("fractional_max_pool2d", "[5, 5], [4, 4]", t).Item1,
        ["fractional_max_pool3d of images"] = t => Of("fractional_max_pool3d", "[2, 2, 2], [2, 2, 2]", t).Item1,
    };

    private static (Tensor, Tensor) Of(string name, string sizes, Tensor[] t) => (Part(name, sizes, t, 0), Part(name, sizes, t, 1));

    private static Tensor Part(string name, string sizes, Tensor[] t, int part) =>
        Script.Run($"torch.{name}(x, {sizes}, r)[{part}]", ("x", t[0]), ("r", t[1].detach()));
}
