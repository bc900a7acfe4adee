namespace GraphGrad.Parity.Cases;

/// <summary>Options of modules, and what is done to their weights.</summary>
internal static class ModuleCases
{
    private static readonly Recipe[] Long = [Wholes(1, 0, 4, 1), Uniform(-2, 2, 5, 4)];

    private static readonly Recipe[][] Numbers = [[Normal(3, 5)], [Values(-5, -1.3, -0.26, -0.24, 0, 0.1, 0.13, 0.375, 2.2, 5, double.NaN)]];

    public static readonly Case[] All = [.. Networks, .. Images, .. Sequences, .. Refused];

    private static Case[] Networks =>
    [
        Projected("lstm with projections", (x, w) => Lstm(x[0], w, x[1], x[2]), layers: 1, directions: 1, true),
        Projected("lstm with projections in two layers both ways", (x, w) => Lstm(x[0], w, x[1], x[2], bidirectional: true), layers: 2, directions: 2, true),
        Projected("lstm with projections from zeros", (x, w) => Lstm(x[0], w, batchFirst: true), layers: 2, directions: 1, false),
        OfWeights("embedding of a greatest norm", x => [Embedding(x[1], x[0], maxNorm: 1.5)], Long),
        OfWeights("embedding of a greatest norm of order 1 with padding", x => [Embedding(x[1], x[0], paddingId: 1, maxNorm: 3, normOrder: 1)], Long),
        OfWeights("embedding_bag of a greatest norm", x => [EmbeddingBag(x[1], Reshape(x[0], 2, 2), mode: BagMode.Sum, maxNorm: 1.5)], Long),
        new("embedding_renorm_", x => EmbeddingRenorm(x[1], x[0], 1.5), [Long]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("renorm by the largest element", x => Renorm(x[0], double.PositiveInfinity, 1, 0.5), [[Normal(3, 4)]]) { By = Measure.Norm },
        new Case("fake_quantize_per_tensor_affine", x => FakeQuantize(x[0], 0.25, 1, -8, 7), Numbers) { Derivatives = Derivatives.First }
            .Instead("GraphGrad passes NaN on", p => double.IsNaN(p.X()) ? p.Part == Part.Value ? double.NaN : 0 : null),
        new("fake_quantize_per_channel_affine", x => FakeQuantize(x[0], Value(x[0], 0.25, 0.5, 0.125), x[1], 0, -8, 7), [[Normal(3, 5), Wholes(0, -2, 7).As(DType.Int32)], [Normal(3), Wholes(-8, 3, 1).As(DType.Int32)]]) { Derivatives = Derivatives.First, Ours = "FakeQuantize" },
        new("init.dirac_", x => (Of(x[0], [4, 3, 3], 1), Of(x[0], [4, 2, 5, 4], 2), Of(x[0], [2, 4, 1, 3, 2], 1)), [[Normal()]]) { Derivatives = Derivatives.None, Ours = "Initializers.Dirac" },
        new("init.constant_", x => Initializers.Constant(x[0].Graph, [2, 3], 0.3, x[0].DType), [[Normal()]]) { Derivatives = Derivatives.None },
    ];

    private static Case[] Images =>
    [
        Shrunk("_upsample_bilinear2d_aa", InterpolationMode.Linear, false),
        Shrunk("_upsample_bilinear2d_aa corners", InterpolationMode.Linear, true),
        Shrunk("_upsample_bicubic2d_aa", InterpolationMode.Cubic, false),
        Shrunk("_upsample_bicubic2d_aa corners", InterpolationMode.Cubic, true),
        new("_upsample_bilinear2d_aa by a factor", x => InterpolateBy(x[0], 0.4, InterpolationMode.Linear, antialias: true), [[Normal(1, 2, 8, 6)]]) { By = Measure.Norm, Ours = "InterpolateBy" },
        new("_upsample_bicubic2d_aa by a factor", x => InterpolateBy(x[0], 0.4, InterpolationMode.Cubic, antialias: true), [[Normal(1, 2, 8, 6)]]) { By = Measure.Norm, Ours = "InterpolateBy" },
    ];

    private static Case[] Sequences =>
    [
        new("pad_sequence", x => PadSequence(x), [[Normal(2, 3), Normal(4, 3), Normal(1, 3)], [Normal(2), Normal(0)], [Whole(0, 9, 2), Whole(0, 9, 3)]]),
        new("pad_sequence batch first", x => PadSequence(x, batchFirst: true, padding: -1.5), [[Normal(2, 3), Normal(4, 3), Normal(1, 3)]]),
        Hermitian("fft.hfft2", x => Hfft(x, [0, 1], norm: FourierNorm.Orthonormal)),
        Hermitian("fft.hfftn", x => Hfft(x, [1, 0, 2], length: 3)),
        new("fft.ihfft2", x => Ihfft(x[0], [-2, -1]), [[Normal(4, 5)], [Normal(2, 3, 6)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("fft.ihfftn", x => Ihfft(x[0], [0, 1, 2], FourierNorm.Forward), [[Normal(2, 3, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("lstm with projections of another size", x => Lstm(x[0], [new(x[1], x[2], null, null, x[3])]).Output, "projection", Normal(4, 2, 5), Normal(12, 5), Normal(12, 2), Normal(3, 3)),
        Case.Refuses("renorm to less than nothing", x => Renorm(x[0], 2, 0, -1), "must not be negative", Normal(3, 4)),
        Case.Refuses("fake_quantize_per_tensor_affine of a zero out of range", x => FakeQuantize(x[0], 0.1, 9, -8, 7), "must be between", Normal(3)),
        Case.Refuses("fake_quantize_per_channel_affine of other channels", x => FakeQuantize(x[0], x[1], x[2], 0, -8, 7), "one each", Normal(3, 4), Uniform(1, 2, 4), Whole(0, 2, 4).As(DType.Int32)),
        Case.Refuses("_upsample_bilinear2d_aa size", x => Interpolate(x[0], (0, 2), InterpolationMode.Linear, antialias: true), "must be at least 1", Normal(1, 1, 3, 4)),
        Case.Refuses("pad_sequence of other widths", x => PadSequence(x), "but for the first axis", Normal(2, 3), Normal(4, 2)),
        Case.Refuses("init.dirac_ of a matrix", x => Of(x[0], [3, 3], 1), "at least three extents", Normal()),
    ];

    private static Case Projected(string name, Func<Value[], RecurrentWeights[], (Value, Value, Value)> run, int layers, int directions, bool starts)
    {
        Recipe[] weights = [.. Enumerable.Range(0, layers).SelectMany(layer => Enumerable.Repeat(layer == 0 ? 5 : 2 * directions, directions))
            .SelectMany(inputs => new[] { Normal(12, inputs), Normal(12, 2), Normal(12), Normal(12), Normal(2, 3) })];
        Recipe[] start = starts ? [Normal(layers * directions, 2, 2), Normal(layers * directions, 2, 3)] : [];
        return new(name, x => run(x, [.. x[(1 + start.Length)..].Chunk(5).Select(w => new RecurrentWeights(w[0], w[1], w[2], w[3], w[4]))]), [[Normal(4, 2, 5), .. start, .. weights]]) { By = Measure.Norm, Ours = "Lstm", Derivatives = Derivatives.First };
    }

    private static Case OfWeights(string name, Func<Value[], Value[]> layer, Recipe[] inputs) => new(name, x => LayerCases.OfWeights(x[1..], w => layer([x[0], .. w])), [inputs])
    {
        By = Measure.Norm,
        Ours = name.Contains("bag", StringComparison.Ordinal) ? "EmbeddingBag" : "Embedding",
        Derivatives = Derivatives.None,
        ReturnsGradients = true,
    };

    private static Case Shrunk(string name, InterpolationMode mode, bool corners) => new(
        name, x => (Interpolate(x[0], (3, 4), mode, corners, antialias: true), Interpolate(x[0], (9, 2), mode, corners, antialias: true)), [[Normal(2, 2, 7, 5)], [Normal(1, 1, 3, 11)], [Normal(1, 1, 1, 4)]])
    {
        By = Measure.Norm,
        Ours = "Interpolate",
    };

    private static Case Hermitian(string name, Func<Value, Value> transform) =>
        new(name, x => transform(x[0]), [[Normal(2, 4, 3, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "Hfft" };

    private static Value Of(Value like, Shape shape, int groups) => Initializers.Dirac(like.Graph, shape, groups, like.DType);

    private static Value Value(Value like, params double[] numbers) => Cast(like.Graph.Constant(numbers), like.DType);
}
