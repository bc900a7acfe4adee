namespace GraphGrad.Parity.Cases;

/// <summary>libtorch's second names of functions, its casts, and pooling with places.</summary>
internal static class AliasCases
{
    private static readonly Recipe[][] Numbers = [[Normal(3, 5)], [Normal()]];

    private static readonly Recipe[][] Unit = [[Uniform(-0.9, 0.9, 3, 5)]];

    private static readonly Recipe[][] Pairs = [[Normal(3, 5), Uniform(0.5, 2, 5)]];

    private static readonly Recipe[][] WholePairs = [[Whole(-3, 3, 3, 5), Whole(-3, 3, 5)]];

    public static readonly Case[] All =
    [
        new("absolute", x => Abs(x[0]), Numbers) { Derivatives = Derivatives.First },
        new("arccos", x => Acos(x[0]), Unit),
        new("arccosh", x => Acosh(x[0]), [[Uniform(1.1, 5, 3, 5)]]),
        new("arcsin", x => Asin(x[0]), Unit),
        new("arcsinh", x => Asinh(x[0]), Numbers),
        new("arctan", x => Atan(x[0]), Numbers),
        new("arctanh", x => Atanh(x[0]), Unit),
        new("arctan2", x => Atan2(x[0], x[1]), Pairs) { By = Measure.Norm },
        new("clip", x => Clip(x[0], -0.5, 1), Numbers) { Derivatives = Derivatives.First },
        new("divide", x => Divide(x[0], x[1]), Pairs) { By = Measure.Norm },
        new("multiply", x => Multiply(x[0], x[1]), Pairs),
        new("subtract", x => Subtract(x[0], x[1]), Pairs) { By = Measure.Norm },
        new("rsub", x => Subtract(x[1], x[0]), Pairs) { By = Measure.Norm },
        new("negative", x => Negate(x[0]), Numbers),
        new("greater", x => Greater(x[0], x[1]), WholePairs),
        new("greater_equal", x => GreaterOrEqual(x[0], x[1]), WholePairs),
        new("less", x => Less(x[0], x[1]), WholePairs),
        new("less_equal", x => LessOrEqual(x[0], x[1]), WholePairs),
        new("not_equal", x => NotEqual(x[0], x[1]), WholePairs),
        new("special.expit", x => Sigmoid(x[0]), Numbers) { By = Measure.Norm },
        new("special.modified_bessel_i0", x => BesselI0(x[0]), Numbers) { Derivatives = Derivatives.None },
        new("special.modified_bessel_i1", x => BesselI1(x[0]), Numbers) { Derivatives = Derivatives.None },
        new("special.log_ndtr", x => LogNormalDistribution(x[0]), [[Uniform(-4, 4, 3, 5)], [Values(-9, -1.5, 0, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("frobenius_norm", x => Norm(x[0], 2, [0, 1]), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("split_with_sizes", x => Split(x[0], [(Dim)1, 3], 1), [[Normal(2, 4)]]),
        new("constant_pad_nd", x => Pad(x[0], [0, 1], [0, 2], 1.5), [[Normal(2, 3)]]),
        new("sum_to_size", x => Sum(x[0], 0, keepDims: true), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("reshape_as", x => Reshape(x[0], x[1].Shape), [[Normal(3, 4), Normal(2, 6)]]),
        new("type_as", x => Cast(x[0], x[1].DType), [[Normal(3, 4), Wholes(1)]]) { Derivatives = Derivatives.None },
        new("double", x => Cast(x[0], DType.Float64), [[Whole(-9, 9, 3, 4)]]),
        new("float", x => Cast(x[0], DType.Float32), [[Whole(-9, 9, 3, 4)]]),
        new("int", x => Cast(x[0], DType.Int32), [[Normal(3, 4)]]) { Derivatives = Derivatives.None },
        new("long", x => Cast(x[0], DType.Int64), [[Normal(3, 4)]]) { Derivatives = Derivatives.None },
        new("bool", x => Cast(x[0], DType.Bool), [[Whole(-1, 2, 3, 4)], [Values(0, 1, double.NaN)]]) { Derivatives = Derivatives.None },
        new("gumbel_softmax", x => GumbelSoftmax(x[0], x[1], 0.7), [[Normal(3, 4), Normal(3, 4)]]) { By = Measure.Norm },
        new("max_pool3d_with_indices", x => MaxPool3dWithIndices(x[0], 2), [[Normal(1, 2, 2, 4, 4)]]),
        new("adaptive_max_pool1d_with_indices", x => AdaptiveMaxPool1dWithIndices(x[0], 3), [[Normal(2, 3, 7)]]),
        new("adaptive_max_pool3d", x => AdaptiveMaxPool3dWithIndices(x[0], (2, 2, 3)), [[Normal(1, 2, 3, 4, 5)]]),
        new("max_unpool3d", x => MaxUnpool3d(x[0], x[1], 2, 2, 2), [[Normal(1, 2, 1, 1, 2), Wholes(7, 0, 3, 5).Shaped(1, 2, 1, 1, 2)]]) { Derivatives = Derivatives.First },
        new("max_unpool1d", x => MaxUnpool1d(x[0], x[1], 5), [[Normal(1, 2, 2), Wholes(4, 0, 3, 1).Shaped(1, 2, 2)]]) { Derivatives = Derivatives.First },
        Case.Refuses("max_unpool3d of an image", x => MaxUnpool3d(x[0], x[1], 2, 2, 2), "must have 5 axes", Normal(1, 2, 2), Whole(0, 4, 1, 2, 2)),
    ];
}
