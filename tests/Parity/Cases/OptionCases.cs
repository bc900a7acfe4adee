namespace GraphGrad.Parity.Cases;

/// <summary>Optional arguments of functions that have cases of their own elsewhere.</summary>
internal static class OptionCases
{
    private static readonly Recipe[][] Rights = [[Uniform(1, 2, 3, 3), Normal(2, 3)], [Uniform(1, 2, 2, 3, 3), Normal(2, 3)], [Uniform(1, 2, 3, 3), Normal(2, 1, 3)]];

    private static readonly Recipe[] Attended = [Normal(2, 3, 4), Normal(2, 5, 4), Normal(2, 5, 4)];

    public static readonly Case[] All =
    [
        new("meshgrid of x and y", x => Meshgrid([x[0], x[1]], cartesian: true), [[Normal(3), Normal(2)], [Normal(3), Normal(0)]]),
        new("meshgrid of x, y and z", x => Meshgrid(x, cartesian: true), [[Normal(3), Normal(2), Normal(4)]]),
        new("meshgrid of x alone", x => Meshgrid(x, cartesian: true), [[Normal(3)]]),
        new("diff with neighbours", x => Diff(x[0], 1, 2, x[1], x[2]), [[Normal(2, 3), Normal(2, 1), Normal(2, 2)], [Normal(2, 0), Normal(2, 1), Normal(2, 2)]]) { By = Measure.Norm },
        new("diff with what stands before", x => Diff(x[0], 0, prepend: x[1]), [[Normal(5), Normal(1)], [Bools(3, 2), Bools(2, 2)]]),
        new("diff with what stands behind", x => (Diff(x[0], append: x[1]), Diff(x[0], order: 0, append: x[1])), [[Normal(2, 5), Normal(2, 1)]]),
        new("linalg.solve_triangular of ones", x => (TriangularSolve(x[0], x[1], unitDiagonal: true), TriangularSolve(x[0], x[1], lower: false, unitDiagonal: true)), [[Normal(3, 3), Normal(3, 2)], [Normal(2, 3, 3), Normal(3, 1)]]) { By = Measure.Norm, Roundings = 36 },
        new("linalg.solve_triangular from the right", x => (TriangularSolve(x[0], x[1], fromRight: true), TriangularSolve(x[0], x[1], lower: false, fromRight: true)), Rights) { By = Measure.Norm, Roundings = 36 },
        new("linalg.solve_triangular transposed from the right", x => TriangularSolve(x[0], x[1], transpose: true, unitDiagonal: true, fromRight: true), Rights) { By = Measure.Norm, Roundings = 36 },
        new("lp_pool1d with windows that stick out", x => LpPool1d(x[0], 2, 3, 2, ceiling: true), [[Normal(2, 3, 8)], [Normal(3, 9)]]) { By = Measure.Norm },
        new("lp_pool2d with windows that stick out", x => LpPool2d(x[0], 3, (2, 3), (2, 2), ceiling: true), [[Uniform(0.1, 2, 2, 3, 5, 6)]]) { By = Measure.Norm },
        new("lp_pool3d", x => LpPool3d(x[0], 2, 2), [[Normal(2, 2, 4, 5, 4)], [Normal(2, 2, 3, 4)]]) { By = Measure.Norm },
        new("lp_pool3d with windows that stick out", x => LpPool3d(x[0], 1, 2, ceiling: true), [[Normal(1, 2, 3, 4, 5)]]) { By = Measure.Norm },
        new("histogram as density", x => (Histogram(x[0], x[1], density: true), Histogram(x[0], x[1], x[2], density: true)), [[Normal(20), Values(-3, -1, -0.5, 0, 2), Uniform(0.5, 2, 20)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("histogram of the data's range", x => (Histogram(x[0], 5), HistogramEdges(x[0], 5), Histogram(x[0], 4, density: true)), [[Normal(3, 20)], [Values(2, 2, 2)], [Values(-1, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("scaled_dot_product_attention grouped", x => ScaledDotProductAttention(x[0], x[1], x[2], grouped: true), [[Normal(2, 4, 3, 4), Normal(2, 2, 5, 4), Normal(2, 2, 5, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("scaled_dot_product_attention grouped with a mask", x => ScaledDotProductAttention(x[0], x[1], x[2], x[3], grouped: true), [[Normal(2, 4, 3, 4), Normal(2, 2, 5, 4), Normal(2, 2, 5, 3), Normal(4, 3, 5)], [Normal(2, 4, 3, 4), Normal(2, 2, 5, 4), Normal(2, 2, 5, 3), Normal(3, 5)], [Normal(2, 4, 3, 4), Normal(2, 2, 5, 4), Normal(2, 2, 5, 3), Normal(2, 1, 3, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("multi_head_attention_forward with a mask of keys", x => WithKeyMask(x, x[3], null), [[.. Attended, Values(1, 0, 1, 1, 0, 1, 1, 1, 1, 0).As(DType.Bool).Shaped(2, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "MultiHeadAttention" },
        new("multi_head_attention_forward with both masks", x => WithKeyMask(x, x[3], x[4]), [[.. Attended, Values(1, 0, 1, 1, 0, 1, 1, 1, 1, 0).As(DType.Bool).Shaped(2, 5), Normal(3, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Ours = "MultiHeadAttention" },
        Case.Refuses("multi_head_attention_forward mask of too few keys", x => WithKeyMask(x, x[3], null), "mask of keys", [.. Attended, Bools(2, 4)]),
        Case.Refuses("diff beside another rank", x => Diff(x[0], prepend: x[1]), "axes", Normal(2, 3), Normal(1)),
        Case.Refuses("linalg.solve_triangular columns", x => TriangularSolve(x[0], x[1], fromRight: true), "do not fit", Normal(3, 3), Normal(3, 2)),
        Case.Refuses("lp_pool3d of an image", x => LpPool3d(x[0], 2, 2), "must have 5 axes", Normal(3, 3)),
        Case.Refuses("histogram of the data's range without bins", x => Histogram(x[0], 0), "at least one", Normal(3)),
        Case.Refuses("scaled_dot_product_attention groups", x => ScaledDotProductAttention(x[0], x[1], x[2], grouped: true), "heads", Normal(2, 3, 3, 4), Normal(2, 2, 5, 4), Normal(2, 2, 5, 4)),
    ];

    // Weights made of the query alone, so that the twin needs no module.
    private static Results WithKeyMask(Value[] x, Value keyMask, Value? mask)
    {
        var w = Reshape(Slice(Flatten(x[0]), 0, 0, 16), 4, 4);
        var (output, weights) = MultiHeadAttention(x[0], x[1], x[2], 2, Concat([w, w, w], 0), null, w, null, mask, keyMask: keyMask);
        return (output, weights);
    }
}
