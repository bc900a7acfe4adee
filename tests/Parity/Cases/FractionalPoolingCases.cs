namespace GraphGrad.Parity.Cases;

internal static class FractionalPoolingCases
{
    public static readonly Case[] All =
    [
        new("fractional_max_pool2d", x => FractionalMaxPool2d(x[0], 2, (3, 4), x[1]), [[Normal(2, 3, 7, 9), Uniform(0, 1, 2, 3, 2)], [Normal(1, 1, 4, 5), Uniform(0, 1, 1, 1, 2)]]) { Derivatives = Derivatives.First },
        new("fractional_max_pool2d of tall windows", x => FractionalMaxPool2d(x[0], (3, 1), (1, 5), x[1]), [[Normal(2, 1, 3, 6), Uniform(0, 1, 2, 1, 2)]]) { Derivatives = Derivatives.First },
        new("fractional_max_pool3d", x => FractionalMaxPool3d(x[0], 2, (2, 3, 3), x[1]), [[Normal(2, 2, 5, 6, 7), Uniform(0, 1, 2, 2, 3)]]) { Derivatives = Derivatives.First },
        Case.Refuses("fractional_max_pool2d windows", x => FractionalMaxPool2d(x[0], 5, 4, x[1]), "do not fit into the extent", Normal(1, 1, 6, 6), Uniform(0, 1, 1, 1, 2)),
        Case.Refuses("fractional_max_pool3d of images", x => FractionalMaxPool3d(x[0], 2, 2, x[1]), "must have 5 axes", Normal(6, 6, 6), Uniform(0, 1, 1, 1, 3)),
    ];
}
