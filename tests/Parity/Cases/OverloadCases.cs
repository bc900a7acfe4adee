namespace GraphGrad.Parity.Cases;

/// <summary>Arguments of functions that few calls give.</summary>
internal static class OverloadCases
{
    public static readonly Case[] All =
    [
        new("flatten of inner axes", x => (Flatten(x[0], 1, 2), Flatten(x[0], -2, -2), Flatten(x[0], 0, -1)), [[Normal(2, 3, 4)], [Normal(0, 2, 3)]]),
        new("repeat_interleave by counts", x => (Repeat(x[0], [2, 0, 3], -1), Repeat(x[0], [1, 2], 0)), [[Normal(2, 3)]]),
        new("nanmedian of all", x => NanMedian(x[0]), [[Values(double.NaN, 3, 1, double.NaN, 2, 5).Shaped(2, 3)], [Values(double.NaN, double.NaN)]]),
        new("nanquantile of several", x => NanQuantile(x[0], [0.25, 0.5, 0.75], 1), [[Values(double.NaN, 3, 1, 7, double.NaN, 2, 5, 4).Shaped(2, 4)]]),
        new("searchsorted with an order", x => (SearchSorted(x[0], ArgSort(x[0]), x[1]), SearchSorted(x[0], ArgSort(x[0]), x[1], true)), [[Values(5, 1, 3, 2, 2, 9), Values(2, 0, 4, 10)], [Values(3, 1, 2, 6, 5, 4).Shaped(2, 3), Values(1, 7, 5, 2).Shaped(2, 2)]]) { Derivatives = Derivatives.None },
        new("linalg.cond by other norms", x => (ConditionNumber(x[0], MatrixNormOrder.Frobenius), ConditionNumber(x[0], MatrixNormOrder.LargestColumn), ConditionNumber(x[0], MatrixNormOrder.SmallestRow)), [[Values(2, 0.5, -0.25, 1.5).Shaped(2, 2)], [Values(2, 0.5, -0.25, 1.5, 0.25, 3, 1, 0, 2, 1, 0.5, 3).Shaped(3, 2, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("nonzero_static", x => (Nonzero(x[0], 3), Nonzero(x[0], 8, 0)), [[Values(0, 1, double.NaN, 0, -2, 0).Shaped(2, 3)], [Values(0, 0)], [Wholes(0, 4, 0, -1)], [Normal(0, 2)]]) { Derivatives = Derivatives.None },
        Case.Refuses("flatten backwards", x => Flatten(x[0], 2, 1), "comes before axis", Normal(2, 3, 4)),
        Case.Refuses("repeat_interleave by too few counts", x => Repeat(x[0], [2, 0], -1), "2 counts do not fit", Normal(2, 3)),
        Case.Refuses("repeat_interleave by negative counts", x => Repeat(x[0], [2, -1, 1], -1), "is negative", Normal(2, 3)),
        Case.Refuses("linalg.cond of a rectangle", x => ConditionNumber(x[0], MatrixNormOrder.Frobenius), "square", Normal(2, 3)),
        Case.Refuses("nonzero_static count", x => Nonzero(x[0], -1), "must not be negative", Normal(2, 3)),
    ];
}
