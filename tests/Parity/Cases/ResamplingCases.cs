namespace GraphGrad.Parity.Cases;

internal static class ResamplingCases
{
    public static readonly Case[] All =
    [
        new("interpolate", x => Interpolate(x[0], (6, 9)), [[Normal(2, 3, 4, 6)], [Normal(1, 1, 8, 5)]]),
        new("interpolate by a factor", x => InterpolateBy(x[0], 1.5), [[Normal(2, 3, 4, 6)], [Normal(1, 1, 5, 3)]]),
        new("interpolate nearest exact", x => Interpolate(x[0], (6, 9), InterpolationMode.NearestExact), [[Normal(2, 3, 4, 6)], [Normal(1, 1, 8, 5)]]),
        new("interpolate linear", x => Interpolate(x[0], 7, InterpolationMode.Linear), [[Normal(2, 3, 4)], [Normal(1, 1, 12)]]) { By = Measure.Norm },
        new("interpolate linear corners", x => Interpolate(x[0], 7, InterpolationMode.Linear, alignCorners: true), [[Normal(2, 3, 4)], [Normal(1, 1, 12)]]) { By = Measure.Norm },
        new("interpolate bilinear", x => Interpolate(x[0], (7, 4), InterpolationMode.Linear), [[Normal(2, 3, 4, 6)], [Normal(1, 1, 9, 3)]]) { By = Measure.Norm },
        new("interpolate bilinear corners", x => Interpolate(x[0], (7, 4), InterpolationMode.Linear, alignCorners: true), [[Normal(2, 3, 4, 6)], [Normal(1, 1, 9, 3)]]) { By = Measure.Norm },
        new("interpolate bilinear by a factor", x => InterpolateBy(x[0], 2.5, InterpolationMode.Linear), [[Normal(2, 3, 4, 3)]]) { By = Measure.Norm },
        new("interpolate trilinear", x => Interpolate(x[0], (3, 5, 4), InterpolationMode.Linear), [[Normal(1, 2, 2, 3, 4)]]) { By = Measure.Norm },
        new("interpolate bicubic", x => Interpolate(x[0], (7, 4), InterpolationMode.Cubic), [[Normal(2, 3, 4, 6)], [Normal(1, 1, 9, 3)]]) { By = Measure.Norm },
        new("interpolate bicubic corners", x => Interpolate(x[0], (7, 4), InterpolationMode.Cubic, alignCorners: true), [[Normal(2, 3, 4, 6)]]) { By = Measure.Norm },
        new("upsample_nearest1d", x => Interpolate(x[0], 9), [[Normal(2, 3, 4)]]),
        new("upsample_nearest2d", x => Interpolate(x[0], (6, 9)), [[Normal(2, 3, 4, 6)]]),
        new("upsample_nearest3d", x => Interpolate(x[0], (2, 3, 5)), [[Normal(1, 2, 2, 2, 3)]]),
        new("upsample_bilinear", x => Interpolate(x[0], (6, 9), InterpolationMode.Linear, alignCorners: true), [[Normal(2, 3, 4, 6)]]) { By = Measure.Norm },
        new("pixel_shuffle", x => PixelShuffle(x[0], 2), [[Normal(2, 8, 3, 2)]]),
        new("pixel_unshuffle", x => PixelUnshuffle(x[0], 3), [[Normal(2, 2, 6, 3)]]),
        // libtorch 1.13 has no derivative of it.
        new("channel_shuffle", x => ChannelShuffle(x[0], 3), [[Normal(2, 6, 3, 2)]]) { Derivatives = Derivatives.None },
        new("unfold of images", x => Unfold2d(x[0], (3, 2), (2, 1), (1, 0), (1, 2)), [[Normal(2, 3, 6, 5)]]) { Torch = "nn.functional.unfold" },
        new("fold", x => Fold2d(x[0], 6, 5, (3, 2), (2, 1), (1, 0), (1, 2)), [[Normal(2, 18, 9)]]) { By = Measure.Norm },

        new("interpolate from one pixel", x => Interpolate(x[0], (5, 6), InterpolationMode.Linear, alignCorners: true), [[Normal(1, 1, 1, 1)], [Normal(2, 1, 1, 3)]]) { By = Measure.Norm },
        new("interpolate trilinear to more than twice the size", x => Interpolate(x[0], (3, 2, 5), InterpolationMode.Linear), [[Normal(1, 2, 3, 4, 2)]]) { By = Measure.Norm },
        new("pixel_shuffle of other ranks", x => PixelShuffle(x[0], 2), [[Normal(4, 3, 2)], [Normal(2, 1, 8, 1, 2)]]),
        new("pixel_unshuffle of other ranks", x => PixelUnshuffle(x[0], 2), [[Normal(1, 4, 2)], [Normal(2, 1, 2, 2, 4)]]),
        new("unfold of one image", x => Unfold2d(x[0], 2, 1, 1), [[Normal(2, 3, 4)]]) { Torch = "nn.functional.unfold" },
        new("fold of one image", x => Fold2d(x[0], 3, 4, 2, 1, 1), [[Normal(8, 20)]]) { By = Measure.Norm },
        Case.Refuses("interpolate rank", x => Interpolate(x[0], 2), "has no spatial axis", Normal(3, 4)),
        Case.Refuses("interpolate size", x => Interpolate(x[0], (0, 2)), "must be at least 1", Normal(1, 1, 3, 4)),
        Case.Refuses("interpolate sizes", x => Interpolate(x[0], (1, 2, 3)), "has 2 spatial axes", Normal(1, 1, 3, 4)),
        Case.Refuses("interpolate corners of nearest", x => Interpolate(x[0], 2, alignCorners: true), "corners cannot be aligned", Normal(1, 1, 3, 4)),
        Case.Refuses("pixel_shuffle channels", x => PixelShuffle(x[0], 2), "does not divide evenly", Normal(1, 6, 3, 4)),
        Case.Refuses("pixel_unshuffle size", x => PixelUnshuffle(x[0], 2), "does not divide evenly", Normal(1, 1, 3, 4)),
        Case.Refuses("channel_shuffle groups", x => ChannelShuffle(x[0], 4), "does not divide evenly", Normal(1, 6, 3, 4)),
        Case.Refuses("unfold of images too small", x => Unfold2d(x[0], 5), "make the window smaller", Normal(1, 1, 3, 4)),
        Case.Refuses("fold windows", x => Fold2d(x[0], 6, 5, 2), "windows", Normal(1, 4, 7)),
    ];
}
