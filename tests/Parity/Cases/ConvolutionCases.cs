namespace GraphGrad.Parity.Cases;

internal static class ConvolutionCases
{
    // The gradient by a kernel is a sum over the places and images, of which there are about so many (more in the largest case).
    private const int Places = 60;

    public static readonly Case[] All =
    [
        new("conv1d", x => Conv1d(x[0], x[1], x[2]), [[Normal(2, 3, 9), Normal(4, 3, 3), Normal(4)], [Normal(1, 1, 5), Normal(1, 1, 5), Normal(1)], [Normal(3, 9), Normal(4, 3, 3), Normal(4)]]) { By = Measure.Norm },
        new("conv1d with options", x => Conv1d(x[0], x[1], x[2], stride: 2, padding: 3, dilation: 2, groups: 2), [[Normal(2, 4, 9), Normal(6, 2, 3), Normal(6)]]) { By = Measure.Norm },
        new("conv1d same", x => Conv1d(x[0], x[1], padding: SpatialPadding.Same), [[Normal(2, 3, 8), Normal(2, 3, 4)]]) { By = Measure.Norm },
        new("conv1d circular", x => Conv1d(x[0], x[1], padding: 2, mode: PadMode.Circular), [[Normal(2, 3, 8), Normal(2, 3, 5)]]) { By = Measure.Norm },
        new("conv2d", x => Conv2d(x[0], x[1], x[2]), [[Normal(2, 3, 6, 7), Normal(4, 3, 3, 2), Normal(4)], [Normal(1, 1, 1, 1), Normal(2, 1, 1, 1), Normal(2)], [Normal(3, 6, 7), Normal(4, 3, 3, 2), Normal(4)]]) { By = Measure.Norm },
        new("conv2d without bias", x => Conv2d(x[0], x[1]), [[Normal(2, 8, 12, 12), Normal(16, 8, 3, 3)], [Normal(0, 3, 6, 6), Normal(4, 3, 3, 3)]]) { By = Measure.Norm },
        new("conv2d with options", x => Conv2d(x[0], x[1], x[2], stride: (2, 1), padding: (1, 2), dilation: (1, 2)), [[Normal(2, 3, 7, 8), Normal(4, 3, 3, 2), Normal(4)]]) { By = Measure.Norm, Roundings = Places },
        new("conv2d in groups", x => Conv2d(x[0], x[1], x[2], padding: 1, groups: 2), [[Normal(2, 4, 5, 6), Normal(6, 2, 3, 3), Normal(6)]]) { By = Measure.Norm },
        new("conv2d depthwise", x => Conv2d(x[0], x[1], stride: 2, padding: 1, groups: 4), [[Normal(2, 4, 7, 6), Normal(8, 1, 3, 3)]]) { By = Measure.Norm },
        new("conv2d same", x => Conv2d(x[0], x[1], padding: SpatialPadding.Same, dilation: (1, 2)), [[Normal(1, 2, 6, 7), Normal(3, 2, 2, 3)]]) { By = Measure.Norm },
        new("conv2d reflect", x => Conv2d(x[0], x[1], padding: (1, 2), mode: PadMode.Reflect), [[Normal(1, 2, 5, 6), Normal(3, 2, 3, 3)]]) { By = Measure.Norm },
        new("conv2d replicate", x => Conv2d(x[0], x[1], padding: (1, 2), mode: PadMode.Replicate), [[Normal(1, 2, 5, 6), Normal(3, 2, 3, 3)]]) { By = Measure.Norm },
        new("conv2d circular", x => Conv2d(x[0], x[1], padding: (1, 2), mode: PadMode.Circular), [[Normal(1, 2, 5, 6), Normal(3, 2, 3, 3)]]) { By = Measure.Norm },
        new("conv3d", x => Conv3d(x[0], x[1], x[2], stride: (1, 2, 1), padding: 1), [[Normal(1, 2, 4, 5, 4), Normal(3, 2, 2, 3, 3), Normal(3)]]) { By = Measure.Norm },
        new("conv_transpose1d", x => ConvTranspose1d(x[0], x[1], x[2]), [[Normal(2, 3, 5), Normal(3, 4, 3), Normal(4)]]) { By = Measure.Norm },
        new("conv_transpose1d with options", x => ConvTranspose1d(x[0], x[1], x[2], stride: 3, padding: 2, outputPadding: 1, groups: 2, dilation: 2), [[Normal(2, 4, 5), Normal(4, 3, 3), Normal(6)]]) { By = Measure.Norm },
        new("conv_transpose2d", x => ConvTranspose2d(x[0], x[1], x[2]), [[Normal(2, 3, 4, 5), Normal(3, 4, 3, 2), Normal(4)], [Normal(3, 4, 5), Normal(3, 4, 3, 2), Normal(4)]]) { By = Measure.Norm },
        new("conv_transpose2d with options", x => ConvTranspose2d(x[0], x[1], stride: (2, 3), padding: (1, 0), outputPadding: (1, 2), groups: 2, dilation: (1, 2)), [[Normal(2, 4, 4, 3), Normal(4, 2, 3, 3)]]) { By = Measure.Norm },
        new("conv_transpose3d", x => ConvTranspose3d(x[0], x[1], x[2], stride: 2, padding: 1), [[Normal(1, 2, 3, 2, 3), Normal(2, 3, 3, 3, 2), Normal(3)]]) { By = Measure.Norm },

        Case.Refuses("conv1d rank", x => Conv1d(x[0], x[1]), "must have 3 axes", Normal(2, 3, 4, 4), Normal(2, 3, 3)),
        Case.Refuses("conv2d channels", x => Conv2d(x[0], x[1]), "have 3 channels", Normal(1, 3, 8, 8), Normal(4, 2, 3, 3)),
        Case.Refuses("conv2d groups", x => Conv2d(x[0], x[1], groups: 3), "cannot be split into 3 groups", Normal(1, 3, 8, 8), Normal(4, 1, 3, 3)),
        Case.Refuses("conv2d bias", x => Conv2d(x[0], x[1], x[2]), "it must be [4]", Normal(1, 3, 8, 8), Normal(4, 3, 3, 3), Normal(3)),
        Case.Refuses("conv2d kernel too large", x => Conv2d(x[0], x[1]), "reach over 5", Normal(1, 1, 4, 4), Normal(1, 1, 5, 5)),
        Case.Refuses("conv2d stride", x => Conv2d(x[0], x[1], stride: 0), "must be at least 1", Normal(1, 1, 4, 4), Normal(1, 1, 2, 2)),
        Case.Refuses("conv2d padding", x => Conv2d(x[0], x[1], padding: -1), "must be at least 0", Normal(1, 1, 4, 4), Normal(1, 1, 2, 2)),
        Case.Refuses("conv2d dilation", x => Conv2d(x[0], x[1], dilation: 0), "must be at least 1", Normal(1, 1, 4, 4), Normal(1, 1, 2, 2)),
        Case.Refuses("conv2d same with stride", x => Conv2d(x[0], x[1], stride: 2, padding: SpatialPadding.Same), "needs stride 1", Normal(1, 1, 4, 4), Normal(1, 1, 2, 2)),
        Case.Refuses("conv2d of types", x => Conv2d(x[0], x[1]), "int64", Normal(1, 1, 4, 4), Whole(0, 3, 1, 1, 2, 2)),
        Case.Refuses("conv_transpose2d channels", x => ConvTranspose2d(x[0], x[1]), "have 3 channels", Normal(1, 3, 4, 4), Normal(2, 3, 3, 3)),
        Case.Refuses("conv_transpose2d output padding", x => ConvTranspose2d(x[0], x[1], stride: 2, outputPadding: 2), "must be less than the stride", Normal(1, 3, 4, 4), Normal(3, 2, 3, 3)),
    ];
}
