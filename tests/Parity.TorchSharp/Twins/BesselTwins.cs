namespace GraphGrad.Parity.Live.Expressions;

internal static class BesselTwins
{
    public static readonly Twins All = new()
    {
        ["special.bessel_j0"] = t => Of("bessel_j0", t),
        ["special.bessel_j1"] = t => Of("bessel_j1", t),
        ["special.bessel_y0"] = t => Of("bessel_y0", t),
        ["special.bessel_y1"] = t => Of("bessel_y1", t),
        ["special.bessel_j0 at infinities"] = t => Of("bessel_j0", t),
        ["special.bessel_j1 at infinities"] = t => Of("bessel_j1", t),
        ["special.bessel_y0 at infinity"] = t => Of("bessel_y0", t),
        ["special.bessel_y1 at infinity"] = t => Of("bessel_y1", t),
        ["special.modified_bessel_k0"] = t => Of("modified_bessel_k0", t),
        ["special.modified_bessel_k1"] = t => Of("modified_bessel_k1", t),
        ["special.scaled_modified_bessel_k0"] = t => Of("scaled_modified_bessel_k0", t),
        ["special.scaled_modified_bessel_k1"] = t => Of("scaled_modified_bessel_k1", t),
        ["special.spherical_bessel_j0"] = t => Of("spherical_bessel_j0", t),
        ["special.airy_ai"] = t => Of("airy_ai", t),
        ["special.airy_ai at infinities"] = t => Of("airy_ai", t),
    };

    private static Tensor Of(string name, Tensor[] t) => Script.Run($"torch.special_{name}(x)", ("x", t[0]));
}
