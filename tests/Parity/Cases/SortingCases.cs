namespace GraphGrad.Parity.Cases;

internal static class SortingCases
{
    private static readonly Recipe Odd = Values(3, double.NaN, -1, 3, double.PositiveInfinity, 0, -0.0, double.NegativeInfinity, double.NaN, 1e-40).Shaped(2, 5);

    private static Recipe[][] Lines => [[Normal(1)], [Normal(3, 7)], [Normal(2, 3, 5)], [Normal(0, 4)], [Normal(3, 0)], [Odd], [Normal(2, 600)]];

    private static Recipe[][] WholeLines => [[Whole(-9, 10, 3, 7)], [Whole(-2, 3, 4, 40)], [Whole(-9, 10, 3, 7).As(DType.Int32)]];

    public static readonly Case[] All =
    [
        new("sort", x => Sort(x[0]), Lines),
        new("sort descending", x => Sort(x[0], 0, descending: true), [[Normal(7, 3)], [Normal(3, 2, 5)], [Odd], [Normal(0, 2)]]),
        new("sort of whole numbers", x => Sort(x[0], 1), WholeLines),
        new("sort of bools", x => Sort(x[0]), [[Bools(9)]]),
        new("msort", x => Sort(x[0], 0).Values, [[Normal(7, 3)], [Normal(3, 2, 5)]]),
        new("argsort", x => ArgSort(x[0]), [[Normal(3, 7)], [Normal(2, 3, 5)], [Normal(2, 600)]]),
        new("argsort descending", x => ArgSort(x[0], 0, descending: true), [[Normal(7, 3)]]),
        new("topk", x => TopK(x[0], 3), [[Normal(3, 7)], [Normal(2, 3, 5)], [Normal(2, 600)], [Normal(0, 4)]]),
        new("topk smallest", x => TopK(x[0], 2, 0, largest: false), [[Normal(7, 3)], [Normal(3, 2, 5)]]),
        new("topk with NaN", x => TopK(x[0], 2).Values, [[Values(3, double.NaN, -1, 5, double.PositiveInfinity)]]),
        new("kthvalue", x => KthValue(x[0], 3), [[Normal(7)], [Normal(3, 7)], [Normal(2, 3, 5)]]),
        new("kthvalue along an axis", x => KthValue(x[0], 1, 0, keepDims: true), [[Normal(7, 3)]]),
        new("searchsorted", x => SearchSorted(x[0], x[1]), [[Values(-1, 0, 0, 2, 5), Values(-3, 0, 0.5, 2, 5, 6, double.NaN, double.PositiveInfinity).Shaped(2, 4)], [Values(1, 2, 3, 4, 5, 6).Shaped(2, 3), Normal(2, 7)], [Values(), Normal(3)]]),
        new("searchsorted from the right", x => SearchSorted(x[0], x[1], right: true), [[Values(-1, 0, 0, 2, 5), Values(-3, 0, 0.5, 2, 5, 6, double.NaN, double.NegativeInfinity).Shaped(2, 4)], [Wholes(1, 2, 2, 3), Whole(0, 5, 9)]]),
        new("bucketize", x => Bucketize(x[0], x[1]), [[Values(-3, 0, 0.5, 2, 5, 6, double.NaN).Shaped(7, 1), Values(-1, 0, 2, 5)], [Normal(), Values(-1, 0, 1)]]),
        new("bucketize from the right", x => Bucketize(x[0], x[1], right: true), [[Values(-3, 0, 0.5, 2, 5, 6), Values(-1, 0, 2, 5)]]),
        new("histc", x => Histogram(x[0], 5, -2, 3), [[Normal(40)], [Values(-2, 3, 3.5, -2.5, 0, 1, 2)], [Normal(3, 20)], [Normal(0)]]) { Derivatives = Derivatives.None },
        new("histogram", x => Histogram(x[0], x[1]), [[Normal(3, 20), Values(-3, -1, -0.5, 0, 2)], [Values(-3, -2.9, 2, 2.1), Values(-3, 0, 2)]]) { Derivatives = Derivatives.None },
        new("bincount", x => BinCount(x[0], 7), [[Whole(0, 7, 20)], [Whole(0, 3, 4).As(DType.Int32)], [Whole(0, 3, 0)]]),
        new("bincount with weights", x => BinCount(x[0], 7, Cast(x[1], DType.Float64)), [[Whole(0, 7, 20), Normal(20)]]) { Derivatives = Derivatives.None },
        new("isin", x => IsIn(x[0], x[1]), [[Whole(0, 9, 4, 3), Whole(0, 9, 4)], [Values(0, -0.0, 1, double.NaN, 2), Values(double.NaN, 0, 2)], [Whole(0, 9, 3), Whole(0, 9, 0)]]),
        Case.Refuses("sort along an axis too many", x => Sort(x[0], 2), "has no axis 2", Normal(2, 3)),
        Case.Refuses("topk of too many", x => TopK(x[0], 4), "whose extent is 3", Normal(2, 3)),
        Case.Refuses("kthvalue of none", x => KthValue(x[0], 0), "has no element number 0", Normal(2, 3)),
        Case.Refuses("kthvalue beyond the last", x => KthValue(x[0], 4), "has no element number 4", Normal(2, 3)),
        Case.Refuses("searchsorted of other lines", x => SearchSorted(x[0], x[1]), "do not fit", Normal(2, 3), Normal(3, 3)),
        Case.Refuses("bucketize by a matrix", x => Bucketize(x[0], x[1]), "must have one axis", Normal(3), Normal(2, 3)),
        Case.Refuses("bincount of floats", x => BinCount(x[0], 3), "is not int32 or int64", Normal(3)),
        Case.Refuses("histc of whole numbers", x => Histogram(x[0], 3, 0, 2), "is not float32 or float64", Whole(0, 3, 4)),
        Case.Refuses("histc without bins", x => Histogram(x[0], 0, 0, 2), "at least one", Normal(3)),
    ];
}
