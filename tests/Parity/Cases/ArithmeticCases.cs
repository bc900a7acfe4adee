namespace GraphGrad.Parity.Cases;

internal static class ArithmeticCases
{
    private static readonly Recipe[][] Integers = [[Wholes(int.MinValue, -7, -1, 0, 1, 2, 7, int.MaxValue).As(DType.Int32)], [Wholes(-7, 0, 9)]];

    // Quotients away from whole numbers, where remainders jump.
    private static readonly Recipe[][] Quotients = [[Uniform(-4, 4, 3, 1, 5), Uniform(0.5, 1.9, 4, 1)], [Uniform(1, 3), Uniform(-2, -0.5)]];

    private static readonly Recipe[][] Regular = [[Normal(3, 1, 5), Normal(4, 1)], [Values(1, 0, -2, 3), Values(1, 0, -2, 2)], [Normal(), Normal(3)], [Normal(0, 3), Normal(1, 3)]];

    public static readonly Case[] All =
    [
        new("add", x => x[0] + x[1], Pairs) { Ours = "Add" },
        new("add of whole numbers", x => x[0] + x[1], WholePairs) { Ours = "Add" },
        new("sub", x => x[0] - x[1], Pairs) { Ours = "Subtract" },
        new("sub of whole numbers", x => x[0] - x[1], WholePairs) { Ours = "Subtract" },
        new("mul", x => x[0] * x[1], Pairs) { Ours = "Multiply" },
        new("mul of whole numbers", x => x[0] * x[1], WholePairs) { Ours = "Multiply" },
        new("div", x => x[0] / x[1], Pairs) { Ours = "Divide" },
        new("true_divide of whole numbers", x => Cast(x[0], DType.Float32) / Cast(x[1], DType.Float32), WholePairs) { Ours = "Divide" },
        new("div rounded toward zero", x => Trunc(x[0] / x[1]), Pairs) { Derivatives = Derivatives.None },
        new("div of whole numbers rounded toward zero", x => x[0] / x[1], WholePairs) { Ours = "Divide" },
        new("div rounded down", x => FloorDivide(x[0], x[1]), Quotients) { Derivatives = Derivatives.First },
        new("floor_divide", x => FloorDivide(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("floor_divide of whole numbers", x => FloorDivide(x[0], x[1]), WholePairs),
        new("fmod", x => Remainder(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("fmod differentiated", x => Remainder(x[0], x[1]), Quotients),
        new("fmod of whole numbers", x => Remainder(x[0], x[1]), WholePairs),
        new("remainder", x => FloorRemainder(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("remainder differentiated", x => FloorRemainder(x[0], x[1]), Quotients),
        new("remainder of whole numbers", x => FloorRemainder(x[0], x[1]), WholePairs),
        new("neg", x => -x[0], Special) { Ours = "Negate" },
        new("neg of whole numbers", x => -x[0], Integers) { Ours = "Negate" },
        new("positive", x => x[0], Special) { Ours = "the value itself" },
        new Case("abs", x => Abs(x[0]), Special) { Derivatives = Derivatives.First }
            .Instead("GraphGrad passes NaN on", p => p.Part == Part.Gradient && double.IsNaN(p.X()) ? double.NaN : null),
        new("abs of whole numbers", x => Abs(x[0]), Integers),
        new("square", x => Square(x[0]), Special),
        new("square of whole numbers", x => Square(x[0]), Integers),
        new("reciprocal", x => Reciprocal(x[0]), Special),
        new Case("sign", x => Sign(x[0]), Special)
            .Instead("GraphGrad passes NaN on, as NumPy does", p => p.Part == Part.Value && double.IsNaN(p.X()) ? double.NaN : null),
        new("sign of whole numbers", x => Sign(x[0]), Integers),
        new Case("sgn", x => Sign(x[0]), Special) { Derivatives = Derivatives.None }
            .Instead("GraphGrad passes NaN on, as NumPy does", p => p.Part == Part.Value && double.IsNaN(p.X()) ? double.NaN : null),
        new("signbit", x => SignBit(x[0]), Special),
        new("signbit of whole numbers", x => SignBit(x[0]), Integers),
        new("copysign", x => CopySign(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("copysign differentiated", x => CopySign(x[0], x[1]), Regular) { Derivatives = Derivatives.First },
        new("addcmul", x => x[0] + ((x[1] * x[2]) * 1.5), [[Normal(3, 4), Normal(4), Normal(3, 1)]]) { By = Measure.Norm, Ours = "Add, Multiply" },
        new("addcdiv", x => x[0] + ((x[1] / x[2]) * 1.5), [[Normal(3, 4), Normal(4), Uniform(0.5, 2, 3, 1)]]) { By = Measure.Norm, Ours = "Add, Divide" },
        new("lerp", x => Lerp(x[0], x[1], x[2]), [[Normal(3, 4), Normal(3, 4), Uniform(-1, 2, 3, 4)], [Normal(), Normal(), Values(0.25).Shaped()], [Normal(0, 2), Normal(0, 2), Normal(0, 2)]]) { By = Measure.Norm },
        new Case("clamp", x => Clip(x[0], -1.5, 2), Special)
            .Instead("GraphGrad passes NaN on with its gradient", p => p.Part == Part.Gradient && double.IsNaN(p.X()) ? p.Weight : null),
        new("clamp of whole numbers", x => Clip(x[0], -3, 5), Integers),
        new("clamp between tensors", x => Clip(x[0], x[1], x[2]), [[Normal(5, 7), Normal(7), Normal(5, 1)], [Values(1, 3, -3, 0), Values(0, 2, 1, 0), Values(2, 1, 5, 0)]]),
        new("clamp between tensors of special values", x => Clip(x[0], x[1], x[2]), [[Values(double.NaN, 1, 1, 3, double.PositiveInfinity), Values(0, double.NaN, 0, 2, 0), Values(2, 2, double.NaN, 1, 1)]]) { Derivatives = Derivatives.None },
        new Case("clamp_min", x => Clip(x[0], 0.5, double.PositiveInfinity), Special)
            .Instead("GraphGrad passes NaN on with its gradient", p => p.Part == Part.Gradient && double.IsNaN(p.X()) ? p.Weight : null),
        new Case("clamp_max", x => Clip(x[0], double.NegativeInfinity, 0.5), Special)
            .Instead("GraphGrad passes NaN on with its gradient", p => p.Part == Part.Gradient && double.IsNaN(p.X()) ? p.Weight : null),
        new("maximum", x => Maximum(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("maximum differentiated", x => Maximum(x[0], x[1]), Regular),
        new("maximum of whole numbers", x => Maximum(x[0], x[1]), WholePairs),
        new("minimum", x => Minimum(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("minimum differentiated", x => Minimum(x[0], x[1]), Regular),
        new("minimum of whole numbers", x => Minimum(x[0], x[1]), WholePairs),
        new("fmax", x => FMax(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("fmax differentiated", x => FMax(x[0], x[1]), Regular),
        new("fmin", x => FMin(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("fmin differentiated", x => FMin(x[0], x[1]), Regular),
        new("floor", x => Floor(x[0]), Special),
        new("ceil", x => Ceil(x[0]), Special),
        new("trunc", x => Trunc(x[0]), Special),
        new("fix", x => Trunc(x[0]), Special),
        new("round", x => Round(x[0]), Special),
        new("round to decimals", x => Round(x[0], 2), [[Normal(3, 5)], [Values(1.005, -2.675, 0, 1e10)]]),
        new("frac", x => Frac(x[0]), Special),
        new("nan_to_num", x => NanToNum(x[0]), Special),
        new("nan_to_num by numbers", x => NanToNum(x[0], 1, 2, -3), Special),
        new("nextafter", x => NextAfter(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("frexp", x => Frexp(x[0]) is var (m, e) ? new[] { m, e } : [], Special) { Derivatives = Derivatives.None, Ours = "Frexp" },
        new("ldexp", x => Ldexp(x[0], x[1]), [[Normal(3, 5), Whole(-9, 10, 5).As(DType.Int32)], [Values(1, -1.5, 0, double.PositiveInfinity, double.NaN), Wholes(100, -100, 3, 2, 1).As(DType.Int32)]]),
        new("heaviside", x => Heaviside(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("deg2rad", x => DegToRad(x[0]), Special),
        new("rad2deg", x => RadToDeg(x[0]), Special),
        new("gcd", x => Gcd(x[0], x[1]), [[Whole(-90, 90, 5, 7), Whole(-60, 60, 7)], [Wholes(0, 0, 12), Wholes(0, 5, 18)], [Whole(1, 9, 0, 2), Whole(1, 9, 2)]]),
        new("lcm", x => Lcm(x[0], x[1]), [[Whole(-90, 90, 5, 7), Whole(-60, 60, 7)], [Wholes(0, 0, 12), Wholes(0, 5, 18)], [Whole(1, 9, 0, 2), Whole(1, 9, 2)]]),
        new("angle", x => Where(x[0] < 0, Math.PI, x[0] * 0), [[Normal(3, 5)], [Values(0, 2, -2)]]) { Derivatives = Derivatives.None, Ours = "Where" },
        new("bitwise_and", x => x[0] & x[1], WholePairs) { Ours = "And" },
        new("bitwise_or", x => x[0] | x[1], WholePairs) { Ours = "Or" },
        new("bitwise_xor", x => x[0] ^ x[1], WholePairs) { Ours = "Xor" },
        new("bitwise_not", x => ~x[0], Integers) { Ours = "Not" },
        new("bitwise_left_shift", x => x[0] << x[1], WholePairs) { Ours = "ShiftLeft" },
        new("bitwise_right_shift", x => x[0] >> x[1], WholePairs) { Ours = "ShiftRight" },
        Case.Refuses("add shapes", x => x[0] + x[1], "do not broadcast", Normal(3), Normal(4)),
        Case.Refuses("fmod shapes", x => Remainder(x[0], x[1]), "do not broadcast", Normal(2, 3), Normal(2)),
        Case.Refuses("gcd of floats", x => Gcd(x[0], x[1]), "is not int32 or int64", Normal(3), Normal(3)),
        Case.Refuses("bitwise_and of floats", x => And(x[0], x[1]), "is not bool or an integer", Normal(3), Normal(3)),
        Case.Refuses("frexp of whole numbers", x => Frexp(x[0]).Mantissa, "is not float32 or float64", Whole(0, 9, 3)),
        Case.Refuses("lerp shapes", x => Lerp(x[0], x[1], 0.5), "do not broadcast", Normal(3), Normal(4)),
        Case.Refuses("neg of bools", x => -x[0], "is not a number", Bools(3)),
        Case.Refuses("sub of bools", x => x[0] - x[1], "is not a number", Bools(3), Bools(3)),
        Case.Refuses("maximum shapes", x => Maximum(x[0], x[1]), "do not broadcast", Normal(3), Normal(2)),
        Case.Refuses("clamp between shapes", x => Clip(x[0], x[1], x[1]), "do not broadcast", Normal(3), Normal(2)),
    ];
}
