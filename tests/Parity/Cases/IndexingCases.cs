namespace GraphGrad.Parity.Cases;

internal static class IndexingCases
{
    private static readonly Recipe Places = Wholes(2, 0, 1, 1, 0, 2, 0, 0).Shaped(4, 2);

    private static readonly Recipe Mask = Values(1, 0, 0, 1, 1, 0).Shaped(3, 2).As(DType.Bool);

    private const string SelfCounted = "libtorch divides by one equal too many: the element itself, which takes no part";

    public static readonly Case[] All =
    [
        new("gather", x => TakeAlongAxis(x[0], x[1], 0), [[Normal(3, 2), Places], [Normal(3, 2), Wholes().Shaped(0, 2)], [Normal(3), Wholes(2, 2, 0, 1, 2).As(DType.Int64)]]),
        new("gather along the last axis", x => TakeAlongAxis(x[0], x[1], -1), [[Normal(4, 3), Places], [Whole(0, 9, 4, 3), Places]]),
        new("take_along_dim", x => TakeAlongAxis(x[0], x[1], 1), [[Normal(4, 3), Places], [Normal(4, 3), Wholes(2, 0).Shaped(1, 2)], [Normal(1, 3), Places]]),
        new("unravel_index", x => UnravelIndex(x[0], [3, 1, 4]), [[Wholes(0, 11, 5, 4).As(DType.Int64)], [Wholes(7, 3).As(DType.Int64).Shaped(2, 1)]]),
        new("take", x => Take(x[0], x[1]), [[Normal(3, 4), Wholes(11, 0, 5, 5).Shaped(2, 2)], [Normal(3), Wholes().Shaped(0)]]),
        new("index_select", x => Gather(x[0], x[1], 1), [[Normal(2, 4, 3), Wholes(3, 0, 3)], [Normal(2, 4), Wholes(1)], [Bools(2, 4), Wholes(1, 2).As(DType.Int32)]]),
        new("index", x => Gather(x[0], [x[1], x[2]]), [[Normal(3, 4, 2), Wholes(2, 0, 2), Wholes(3, 1, 3)], [Normal(3, 4), Wholes(2, 0).Shaped(2, 1), Wholes(3, 1, 0)]]),
        new("scatter", x => PutAlongAxis(x[0], x[1], x[2], 0), [[Normal(4, 2), Wholes(3, 0, 1, 2).Shaped(2, 2), Normal(2, 2)], [Normal(5), Wholes(4, 0), Normal(2)]]),
        new("scatter_add", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Sum), [[Normal(3, 2), Places, Normal(4, 2)], [Whole(0, 9, 3, 2), Places, Whole(0, 9, 4, 2)]]) { By = Measure.Norm },
        new("scatter_add along the last axis", x => PutAlongAxis(x[0], x[1], x[2], 1, ScatterReduction.Sum), [[Normal(4, 3), Places, Normal(4, 2)]]) { By = Measure.Norm },
        new("index_add", x => ScatterAdd(x[0], x[1], x[2] * 1.5, 1), [[Normal(2, 4, 3), Wholes(3, 0, 3), Normal(2, 3, 3)], [Normal(2, 4), Wholes(1), Normal(2, 1)]]) { By = Measure.Norm },
        new("index_copy", x => Scatter(x[0], x[1], x[2], 1), [[Normal(2, 4, 3), Wholes(3, 0), Normal(2, 2, 3)]]),
        new("index_fill", x => Scatter(x[0], x[1], 2.5, 1), [[Normal(2, 4, 3), Wholes(3, 0, 3)]]),
        new("index_put_", x => Scatter(x[0], [x[1], x[2]], x[3]), [[Normal(3, 4, 2), Wholes(2, 0), Wholes(3, 1), Normal(2, 2)]]),
        new("index_put_ accumulating", x => Scatter(x[0], [x[1], x[2]], x[3], ScatterReduction.Sum), [[Normal(3, 4), Wholes(2, 0, 2), Wholes(3, 1, 3), Normal(3)]]) { By = Measure.Norm },
        new("index_reduce by product", x => Scatter(x[0], x[1], x[2], 0, ScatterReduction.Product), [[Normal(3, 2), Wholes(2, 0, 2), Normal(3, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("index_reduce by mean", x => Scatter(x[0], x[1], x[2], 0, ScatterReduction.Mean), [[Normal(3, 2), Wholes(2, 0, 2), Normal(3, 2)]]) { By = Measure.Norm },
        new("index_reduce by maximum", x => Scatter(x[0], x[1], x[2], 0, ScatterReduction.Maximum, includeSelf: false), [[Normal(3, 2), Wholes(2, 0, 2), Normal(3, 2)]]),
        new("index_reduce by minimum", x => Scatter(x[0], x[1], x[2], 0, ScatterReduction.Minimum), [[Normal(3, 2), Wholes(2, 0, 2), Normal(3, 2)]]),
        new("scatter_reduce by sum", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Sum, includeSelf: false), [[Normal(4, 2), Places, Normal(4, 2)], [Normal(3), Wholes(2, 0, 2), Normal(3)]]) { By = Measure.Norm },
        new("scatter_reduce by product", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Product), [[Normal(3, 2), Places, Normal(4, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("scatter_reduce by product with a zero", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Product), [[Values(2, 0, 3), Wholes(0, 1, 1, 0), Values(4, 5, 6, 0)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("scatter_reduce by mean", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Mean), [[Normal(4, 2), Places, Normal(4, 2)]]) { By = Measure.Norm },
        new("scatter_reduce by maximum", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Maximum), [[Normal(4, 2), Places, Normal(4, 2)], [Values(1, 5), Wholes(1, 1, 1), Values(5, 5, 2)]]) { Derivatives = Derivatives.First },
        new("scatter_reduce by minimum", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Minimum, includeSelf: false), [[Normal(4, 2), Places, Normal(4, 2)]]) { Derivatives = Derivatives.First },
        new Case("scatter_reduce by maximum of equals without self", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Maximum, includeSelf: false), [[Values(3, 4, 9), Wholes(0, 0, 1, 1), Values(3, 1, 4, 4)]]) { Derivatives = Derivatives.First }.Instead(SelfCounted, EqualsAlone),
        new Case("scatter_reduce by minimum of equals without self", x => PutAlongAxis(x[0], x[1], x[2], 0, ScatterReduction.Minimum, includeSelf: false), [[Values(3, 4, 9), Wholes(0, 0, 1, 1), Values(3, 5, 4, 4)]]) { Derivatives = Derivatives.First }.Instead(SelfCounted, EqualsAlone),
        new Case("index_reduce by maximum of equals without self", x => Scatter(x[0], x[1], x[2], 0, ScatterReduction.Maximum, includeSelf: false), [[Values(3, 4, 9), Wholes(0, 0, 1, 1), Values(3, 1, 4, 4)]]) { Derivatives = Derivatives.First }.Instead(SelfCounted, EqualsAlone),
        new Case("index_reduce by minimum of equals without self", x => Scatter(x[0], x[1], x[2], 0, ScatterReduction.Minimum, includeSelf: false), [[Values(3, 4, 9), Wholes(0, 0, 1, 1), Values(3, 5, 4, 4)]]) { Derivatives = Derivatives.First }.Instead(SelfCounted, EqualsAlone),
        new("put", x => Put(x[0], x[1], x[2]), [[Normal(3, 4), Wholes(11, 0, 5).Shaped(3), Normal(3)]]),
        new("put accumulating", x => Put(x[0], x[1], x[2], ScatterReduction.Sum), [[Normal(3, 4), Wholes(11, 0, 11).Shaped(3), Normal(3)]]) { By = Measure.Norm },
        new("masked_fill", x => Where(x[1], -1, x[0]), [[Normal(3, 2), Mask], [Normal(4, 3, 2), Mask], [Normal(0, 2), Bools(1, 2)]]),
        new("masked_scatter", x => MaskedScatter(x[0], x[1], x[2]), [[Normal(3, 2), Mask, Normal(5)], [Normal(2, 3, 2), Mask, Normal(3, 3)]]),
        new("where", x => Where(x[0], x[1], x[2]), [[Mask, Normal(3, 2), Normal(2)], [Bools(), Normal(), Normal(3)], [Bools(0, 2), Normal(2), Normal(0, 2)]]),
        new("select", x => x[0][1], [[Normal(3, 2)], [Normal(2)]]) { Ours = "v[1]" },
        new("narrow", x => Slice(x[0], 1, 1, 2), [[Normal(3, 4)], [Normal(2, 3, 2)]]),
        new("slice", x => x[0][.., AxisIndex.Slice(1, 6, 2)], [[Normal(2, 7)], [Normal(3, 6)]]) { Ours = "v[.., Slice(1, 6, 2)]" },
        new("slice_scatter", x => SliceScatter(x[0], x[1], 1, 1, 2), [[Normal(2, 7), Normal(2, 3)]]),
        new("select_scatter", x => SelectScatter(x[0], x[1], 1, 2), [[Normal(2, 4, 3), Normal(2, 3)]]),
        new("one_hot", x => OneHot(x[0], 5, DType.Int64), [[Whole(0, 5, 3, 2)], [Whole(0, 5)], [Whole(0, 5, 0)]]),
        Case.Refuses("gather by floats", x => TakeAlongAxis(x[0], x[1], 0), "are not integers", Normal(3, 2), Normal(3, 2)),
        Case.Refuses("gather along an axis too many", x => TakeAlongAxis(x[0], x[1], 2), "has no axis 2", Normal(3, 2), Places),
        Case.Refuses("gather with too few axes", x => TakeAlongAxis(x[0], x[1], 0), "need the 2 axes", Normal(3, 2), Wholes(1, 0)),
        Case.Refuses("gather from too narrow", x => TakeAlongAxis(x[0], x[1], 0), "do not broadcast outside axis 0", Normal(3, 3), Wholes(0, 0, 0, 0).Shaped(1, 4)),
        Case.Refuses("index_select by floats", x => Gather(x[0], x[1]), "are not integers", Normal(3, 2), Normal(2)),
        Case.Refuses("index_add of too many", x => ScatterAdd(x[0], x[1], x[2]), "must have the shape", Normal(3, 2), Wholes(0, 1), Normal(3, 2)),
        Case.Refuses("scatter of another type", x => PutAlongAxis(x[0], x[1], x[2], 0), "differ in element type", Normal(3), Wholes(0, 1), Whole(0, 5, 2)),
        Case.Refuses("scatter_add along an axis too many", x => PutAlongAxis(x[0], x[1], x[2], 1, ScatterReduction.Sum), "has no axis 1", Normal(3), Wholes(0, 1), Normal(2)),
        Case.Refuses("masked_fill by numbers", x => Where(x[1], -1, x[0]), "is not bool", Normal(3), Whole(0, 2, 3)),
        Case.Refuses("masked_scatter by numbers", x => MaskedScatter(x[0], x[1], x[2]), "is not bool", Normal(3), Whole(0, 2, 3), Normal(3)),
        Case.Refuses("select beyond the last", x => x[0][3], "lies outside axis 0", Normal(3, 2)),
        Case.Refuses("narrow beyond the last", x => Slice(x[0], 0, 2, 2), "do not all lie on axis 0", Normal(3, 2)),
        Case.Refuses("select_scatter of another shape", x => SelectScatter(x[0], x[1], 1, 0), "differ outside axis 1", Normal(3, 2), Normal(2)),
        Case.Refuses("one_hot of floats", x => OneHot(x[0], 5), "are not int32 or int64", Normal(3)),
    ];

    /// <summary>The gradient by values of which the first alone goes to place 0, and the last two share place 1.</summary>
    private static double? EqualsAlone(Point p) => p is not { Part: Part.Gradient, Index: 1 } ? null : p.Element switch
    {
        0 => Data.Weight(0, Turns.OfResult),
        1 => 0,
        _ => Data.Weight(1, Turns.OfResult) / 2,
    };
}
