namespace GraphGrad.Parity.Cases;

internal static class ComparisonCases
{
    private static readonly Recipe[][] BoolPairs = [[Bools(3, 1, 5), Bools(4, 1)], [Bools(), Bools(3)], [Bools(0, 3), Bools(3)]];

    public static readonly Case[] All =
    [
        new("eq", x => Equal(x[0], x[1]), Pairs),
        new("eq of whole numbers", x => Equal(x[0], x[1]), WholePairs),
        new("eq of bools", x => Equal(x[0], x[1]), BoolPairs),
        new("ne", x => NotEqual(x[0], x[1]), Pairs),
        new("ne of whole numbers", x => NotEqual(x[0], x[1]), WholePairs),
        new("lt", x => x[0] < x[1], Pairs) { Ours = "Less" },
        new("lt of whole numbers", x => x[0] < x[1], WholePairs) { Ours = "Less" },
        new("le", x => x[0] <= x[1], Pairs) { Ours = "LessOrEqual" },
        new("le of whole numbers", x => x[0] <= x[1], WholePairs) { Ours = "LessOrEqual" },
        new("gt", x => x[0] > x[1], Pairs) { Ours = "Greater" },
        new("gt of whole numbers", x => x[0] > x[1], WholePairs) { Ours = "Greater" },
        new("ge", x => x[0] >= x[1], Pairs) { Ours = "GreaterOrEqual" },
        new("ge of whole numbers", x => x[0] >= x[1], WholePairs) { Ours = "GreaterOrEqual" },
        new("equal", x => All(Equal(x[0], x[1])), [[Whole(0, 3, 2, 3), Whole(0, 3, 2, 3)], [Wholes(1, 2, 3), Wholes(1, 2, 3)], [Normal(0, 3), Normal(0, 3)]]) { Ours = "All(Equal)" },
        new("isclose", x => IsClose(x[0], x[1]), Pairs),
        new("isclose within tolerances", x => IsClose(x[0], x[1], 0.1, 0.2, equalNaN: true), [Pairs[0], [Normal(4, 5), Normal(4, 5)]]),
        new("allclose", x => AllClose(x[0], x[1], 0.1), [[Values(1, 2), Values(1.05, 2.1)], [Values(1, 2), Values(1.05, 2.5)], [Normal(0, 2), Normal(0, 2)]]),
        new("isnan", x => IsNaN(x[0]), Special),
        new("isinf", x => IsInf(x[0]), Special),
        new("isfinite", x => IsFinite(x[0]), Special),
        new("isposinf", x => IsPositiveInfinity(x[0]), Special),
        new("isneginf", x => IsNegativeInfinity(x[0]), Special),
        new("logical_and", x => LogicalAnd(x[0], x[1]), Pairs),
        new("logical_and of whole numbers", x => LogicalAnd(x[0], x[1]), WholePairs),
        new("logical_and of bools", x => x[0] & x[1], BoolPairs) { Ours = "And" },
        new("logical_or", x => LogicalOr(x[0], x[1]), Pairs),
        new("logical_or of bools", x => x[0] | x[1], BoolPairs) { Ours = "Or" },
        new("logical_xor", x => LogicalXor(x[0], x[1]), Pairs),
        new("logical_xor of bools", x => x[0] ^ x[1], BoolPairs) { Ours = "Xor" },
        new("logical_not", x => LogicalNot(x[0]), Special),
        new("logical_not of bools", x => !x[0], [[Bools(3, 5)], [Bools()]]) { Ours = "Not" },
        new("where", x => Where(x[0], x[1], x[2]), [[Bools(3, 1), Normal(3, 4), Normal(4)], [Bools(), Normal(2), Normal()], [Bools(2, 1), Normal(2, 0), Normal()]]),
        new("where of whole numbers", x => Where(x[0], x[1], x[2]), [[Bools(3, 1), Whole(-5, 5, 3, 4), Whole(-5, 5, 4)]]),
        new("isnan of whole numbers", x => IsNaN(x[0]), [[Wholes(-3, 0, 2)], [Bools(3)]]),
        new("isinf of whole numbers", x => IsInf(x[0]), [[Wholes(-3, 0, 2)], [Bools(3)]]),
        new("isfinite of whole numbers", x => IsFinite(x[0]), [[Wholes(-3, 0, 2)], [Bools(3)]]),
        new("isclose of whole numbers", x => IsClose(x[0], x[1], 0.1, 0.5), [[Wholes(-3, 0, 20, 100), Wholes(-3, 1, 22, 120)]]),
        Case.Refuses("lt shapes", x => x[0] < x[1], "do not broadcast", Normal(3), Normal(4)),
        Case.Refuses("where shapes", x => Where(x[0], x[1], x[2]), "do not broadcast", Bools(3), Normal(4), Normal(4)),
        Case.Refuses("isclose shapes", x => IsClose(x[0], x[1]), "do not broadcast", Normal(3), Normal(4)),
        Case.Refuses("isclose tolerance", x => IsClose(x[0], x[1], -1), "must not be negative", Normal(3), Normal(3)),
        Case.Refuses("logical_and shapes", x => LogicalAnd(x[0], x[1]), "do not broadcast", Normal(3), Normal(4)),
    ];
}
