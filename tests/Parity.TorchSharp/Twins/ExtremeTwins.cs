namespace GraphGrad.Parity.Live.Expressions;

internal static class ExtremeTwins
{
    public static readonly Twins All = new()
    {
        ["max_pool1d of several NaN"] = t => Both("torch.max_pool1d_with_indices(x, [3], [1])", t),
        ["max_pool2d of several NaN"] = t => Both("torch.max_pool2d_with_indices(x, [2, 2], [1, 1])", t),
        ["max_pool3d of several NaN"] = t => Both("torch.max_pool3d_with_indices(x, [2, 2, 2], [1, 1, 1])", t),
        ["adaptive_max_pool2d of several NaN"] = t => Both("torch.adaptive_max_pool2d(x, [1, 3])", t),
        ["fractional_max_pool2d of several NaN"] = t => Both("torch.fractional_max_pool2d(x, [2, 2], [2, 2], y.detach())", t),
        ["log of subnormal numbers"] = t => Run("torch.log(x) * y", t),
        ["log2 of subnormal numbers"] = t => Run("torch.log2(x) * y", t),
        ["log10 of subnormal numbers"] = t => Run("torch.log10(x) * y", t),
        ["div by subnormal numbers"] = t => Run("x / y * z", t),
        ["clamp with ends that cross"] = t => Run("torch.clamp(x, 2, 1)", t),
        ["clamp with ends that meet"] = t => Run("torch.clamp(x, y, z)", t),
        ["remainder of infinities"] = t => Run("torch.remainder(x, y)", t),
        ["nanmedian of nothing but NaN"] = t => Run("torch.nanmedian(x, 0)[0]", t),
        ["pow of -0"] = t => Run("torch.pow(x, -0.5)", t),
        ["special.log_ndtr far below"] = t => Run("torch.special_log_ndtr(x)", t),
        ["logsumexp of equal huge numbers"] = t => Run("torch.logsumexp(x, [0])", t),
        ["cholesky_solve by what is above the diagonal"] = t => Run("torch.cholesky_solve(y, x)", t),
        ["igamma of huge arguments"] = t => (Run("torch.igamma(x, y)", t), Run("torch.igammac(x, y)", t)),
        ["special.gammainc differentiated by huge arguments"] = t => Run("torch.special_gammainc(torch.full_like(x, 17), x)", t),
        ["igammac of tiny shapes"] = t => Run("torch.igammac(x, y)", t),
        ["entr beyond its ends"] = t => Run("torch.special_entr(x)", t),
        ["xlogy of zeros differentiated"] = t => Run("torch.xlogy(x, y)", t),
        ["xlog1py of zeros differentiated"] = t => Run("torch.special_xlog1py(x, y)", t),
        ["quantile between equal infinities"] = t => Run("torch.quantile(x, 0.25)", t),
        ["special.zeta at infinity"] = t => Run("torch.special_zeta(x, y)", t),
        ["i0 at infinities"] = t => Run("torch.i0(x)", t),
        ["amax of NaN"] = t => Run("torch.amax(x, [0])", t),
        ["poisson_nll_loss in full at a target of 0"] = t => Run("torch.poisson_nll_loss(x, y, True, True, 1e-8, 0)", t),
        ["logcumsumexp of -∞ differentiated"] = t => Run("torch.logcumsumexp(x, 0)", t),
        ["relu6 of NaN"] = t => Run("torch.relu6(x)", t),
        ["hardtanh of NaN"] = t => Run("torch.hardtanh(x)", t),
        ["hardshrink of NaN"] = t => Run("torch.hardshrink(x)", t),
        ["hardsigmoid of NaN"] = t => Run("torch.hardsigmoid(x)", t),
        ["interpolate volumes by three factors"] = t => nn.functional.interpolate(t[0], scale_factor: [0.6, 2.3, 1.4], mode: torch.InterpolationMode.Nearest),
        ["interpolate one channel by a factor"] = t => nn.functional.interpolate(t[0], scale_factor: [1, 2.3], mode: torch.InterpolationMode.Nearest),
        ["grid_sample bicubic near pixels"] = t => Run("torch.grid_sampler(x, y, 2, 1, True)", t),
    };

    private static (Tensor, Tensor) Both(string expression, Tensor[] t) => (Run($"{expression}[0]", t), Run($"{expression}[1]", t));

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyz"[i].ToString(), tensor))]);
}
