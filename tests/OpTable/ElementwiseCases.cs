using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of the elementwise ops: every op in every type that it admits, with broadcasting, and at special values.</summary>
internal static class ElementwiseCases
{
    private static readonly DType[] Integers = [DType.Int32, DType.Int64];

    private static readonly DType[] Bits = [DType.Int32, DType.Int64, DType.Bool];

    private static readonly double[] Special =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 1, -1, 0.5, -0.5, 1.5, -2.5, 2.5, 1e-40, -1e-40, 1e-20, 100, -100, 1e10, -1e30, 3e38,
    ];

    // The last two axes of the second and third pair differ on either side; the others repeat scalars, rows and columns.
    private static readonly (int[] X, int[] Y)[] Pairs = [([3, 5], [3, 5]), ([2, 3, 1], [4]), ([3], [2, 1, 3]), ([], [6]), ([7, 9], []), ([4, 1], [1, 33])];

    public static IEnumerable<OpCase> All =>
        Functions().Concat(NumberFunctions()).Concat(Arithmetic()).Concat(FloatPairs()).Concat(Comparisons())
            .Concat(BitOperations()).Concat(Selections()).Concat(Casts()).Concat(IntegerDivisions());

    private static IEnumerable<OpCase> Functions()
    {
        (Type Op, Func<Value, Value> Build, double Low, double High, bool Smooth, double Ulps)[] functions =
        [
            (typeof(ExpOp), Exp, -5, 5, true, 4), (typeof(Expm1Op), Expm1, -3, 3, true, 4), (typeof(LogOp), Log, 0.05, 9, true, 4),
            (typeof(Log1pOp), Log1p, -0.9, 5, true, 4), (typeof(SigmoidOp), Sigmoid, -9, 9, true, 4), (typeof(SoftplusOp), Softplus, -9, 9, true, 4),
            (typeof(SinOp), Sin, -20, 20, true, 4), (typeof(CosOp), Cos, -20, 20, true, 4), (typeof(TanOp), Tan, -1.4, 1.4, true, 4),
            (typeof(AsinOp), Asin, -0.95, 0.95, true, 4), (typeof(AcosOp), Acos, -0.95, 0.95, true, 4), (typeof(AtanOp), Atan, -5, 5, true, 4),
            (typeof(SinhOp), Sinh, -4, 4, true, 4), (typeof(CoshOp), Cosh, -4, 4, true, 4), (typeof(TanhOp), Tanh, -4, 4, true, 4), (typeof(SechOp), Sech, -4, 4, true, 4),
            (typeof(AsinhOp), Asinh, -6, 6, true, 4), (typeof(AcoshOp), Acosh, 1.05, 9, true, 4), (typeof(AtanhOp), Atanh, -0.95, 0.95, true, 4),
            (typeof(ErfOp), Erf, -3, 3, true, 4), (typeof(ErfcOp), Erfc, -3, 6, true, 8), (typeof(GeluOp), Gelu, -6, 6, true, 8), (typeof(GeluSlopeOp), GeluSlope, -0.6, 6, true, 8),
            (typeof(SqrtOp), Sqrt, 0.05, 9, true, 1),
            (typeof(RsqrtOp), Rsqrt, 0.05, 9, true, 4), (typeof(FloorOp), Floor, -9, 9, false, 0), (typeof(CeilOp), Ceil, -9, 9, false, 0),
            (typeof(RoundOp), Round, -9, 9, false, 0), (typeof(TruncOp), Trunc, -9, 9, false, 0), (typeof(IsNaNOp), IsNaN, -9, 9, false, 0),
            (typeof(Log2Op), Log2, 0.05, 9, true, 4), (typeof(Log10Op), Log10, 0.05, 9, true, 4), (typeof(LogGammaOp), LogGamma, 0.1, 9, true, 16),
            (typeof(DigammaOp), Digamma, 2, 9, true, 256), (typeof(PolygammaOp), x => Polygamma(1, x), 0.1, 30, true, 8),
            (typeof(ErfInverseOp), ErfInverse, -0.95, 0.95, true, 8), (typeof(NormalQuantileOp), NormalQuantile, 0.003, 0.45, true, 8),
            (typeof(ScaledErfcOp), ScaledErfc, -3, 30, true, 8), (typeof(BesselI0Op), BesselI0, -12, 12, true, 16), (typeof(BesselI1Op), BesselI1, -12, 12, true, 16),
            (typeof(ScaledBesselI0Op), ScaledBesselI0, -12, 12, true, 16), (typeof(ScaledBesselI1Op), ScaledBesselI1, -12, 12, true, 16),
            (typeof(ScaledBesselMomentOp), x => ScaledBesselMoment(x, 1), -12, 12, true, 16), (typeof(ScaledErfcIntegralOp), x => ScaledErfcIntegral(x, 1), -3, 30, true, 16),
            (typeof(BesselJ0Op), BesselJ0, -5, 5, true, 32), (typeof(BesselJ1Op), BesselJ1, 0.2, 3, true, 32), (typeof(BesselY0Op), BesselY0, 1, 3, true, 32),
            (typeof(BesselY1Op), BesselY1, 0.2, 2, true, 32), (typeof(BesselK0Op), BesselK0, 0.1, 9, true, 16), (typeof(BesselK1Op), BesselK1, 0.1, 9, true, 16),
            (typeof(ScaledBesselK0Op), ScaledBesselK0, 0.1, 9, true, 16), (typeof(ScaledBesselK1Op), ScaledBesselK1, 0.1, 9, true, 16),
            (typeof(ScaledBesselKDifferenceOp), ScaledBesselKDifference, 0.1, 4, true, 64),
            (typeof(AiryAiOp), AiryAi, -2, 5, true, 32), (typeof(AiryAiSlopeOp), AiryAiSlope, -0.9, 5, true, 32),
            (typeof(IsInfOp), IsInf, -9, 9, false, 0), (typeof(IsFiniteOp), IsFinite, -9, 9, false, 0),
        ];
        foreach (var (op, build, low, high, smooth, ulps) in functions)
        {
            foreach (var type in Floats)
            {
                foreach (var extents in new int[][] { [3, 5], [], [2, 0], [1031] })
                    yield return Row($"{op.Name} {type.Text()} {Text(extents)}", op, v => build(v[0]), smooth, ulps, Spread(type, low, high, extents));
                yield return Row($"{op.Name} {type.Text()} special", op, v => build(v[0]), false, ulps, Data.Generate(type, [Special.Length], i => Special[i]));
            }
        }
    }

    private static IEnumerable<OpCase> NumberFunctions()
    {
        (Type Op, Func<Value, Value> Build)[] functions = [(typeof(NegateOp), Negate), (typeof(AbsOp), Abs), (typeof(SignOp), Sign)];
        foreach (var (op, build) in functions)
        {
            foreach (var type in Numbers)
            {
                yield return Row($"{op.Name} {type.Text()}", op, v => build(v[0]), op != typeof(SignOp), 0, Sample(type, 3, 7));
                yield return Row($"{op.Name} {type.Text()} scalar", op, v => build(v[0]), false, 0, Sample(type));
            }
            foreach (var type in Floats)
                yield return Row($"{op.Name} {type.Text()} special", op, v => build(v[0]), false, 0, Data.Generate(type, [Special.Length], i => Special[i]));
        }
        yield return Exactly("AbsOp int32 of the least", typeof(AbsOp), v => Abs(v[0]), [int.MinValue, 5], new[] { int.MinValue, -5 });
        yield return Exactly("NegateOp int32 of the least", typeof(NegateOp), v => -v[0], [int.MinValue, -5], new[] { int.MinValue, 5 });
        yield return Exactly("AbsOp int64 of the least", typeof(AbsOp), v => Abs(v[0]), [long.MinValue, 5], new[] { long.MinValue, -5 });
    }

    private static IEnumerable<OpCase> Arithmetic()
    {
        (Type Op, Func<Value, Value, Value> Build)[] functions =
        [
            (typeof(AddOp), Add), (typeof(SubtractOp), Subtract), (typeof(MultiplyOp), Multiply), (typeof(MinimumOp), Minimum), (typeof(MaximumOp), Maximum),
            (typeof(DivideOp), Divide), (typeof(RemainderOp), Remainder),
        ];
        foreach (var (op, build) in functions)
        {
            var divides = op == typeof(DivideOp) || op == typeof(RemainderOp);
            foreach (var type in divides ? Floats : Numbers)
            {
                foreach (var (x, y) in Pairs)
                {
                    yield return Row(
                        $"{op.Name} {type.Text()} {Text(x)} {Text(y)}", op, v => build(v[0], v[1]), true, 1,
                        Sample(type, x), divides ? Spread(type, 0.4, 1.9, y) : Sample(type, y).Shifted());
                }
            }
            foreach (var type in Floats)
                yield return SpecialPairs(op, type, build, 1);
        }
        yield return Exactly("AddOp int32 wraps", typeof(AddOp), v => v[0] + 1, [int.MinValue, 0], new[] { int.MaxValue, -1 });
        yield return Exactly("MultiplyOp int64 wraps", typeof(MultiplyOp), v => v[0] * 4, [0, 4], new[] { 1L << 62, 1 });
        yield return Exactly("SubtractOp int32 number", typeof(SubtractOp), v => 7 - v[0], [4, 9], new[] { 3, -2 });
        yield return new OpCase
        {
            Name = "MaximumOp ties share the gradient",
            Op = typeof(MaximumOp),
            Inputs = [Sample(DType.Float64, 4)],
            Build = v => Maximum(v[0], v[0]),
            Expected = x => [.. Enumerable.Range(0, 4).Select(x[0].At)],
            Ulps = 0,
        };
    }

    private static IEnumerable<OpCase> FloatPairs()
    {
        foreach (var type in Floats)
        {
            foreach (var (x, y) in Pairs)
            {
                yield return Row($"PowOp {type.Text()} {Text(x)} {Text(y)}", typeof(PowOp), v => Pow(v[0], v[1]), true, 4, Spread(type, 0.2, 3, x), Spread(type, -3, 3, y));
                yield return Row($"Atan2Op {type.Text()} {Text(x)} {Text(y)}", typeof(Atan2Op), v => Atan2(v[0], v[1]), true, 4, Spread(type, -2, 2.1, x), Spread(type, -3, 3.3, y));
            }
            foreach (var (x, y) in Pairs)
                yield return Row($"HypotOp {type.Text()} {Text(x)} {Text(y)}", typeof(HypotOp), v => Hypot(v[0], v[1]), true, 4, Spread(type, -2, 2.1, x), Spread(type, -3, 3.3, y));
            yield return SpecialPairs(typeof(HypotOp), type, Hypot, 4);
            yield return SpecialPairs(typeof(PowOp), type, Pow, 4);
            yield return SpecialPairs(typeof(Atan2Op), type, Atan2, 4);
            yield return new OpCase
            {
                Name = $"PowOp {type.Text()} of 0 and negative numbers to whole powers",
                Op = typeof(PowOp),
                Inputs = [Data.Generate(type, [4], i => new[] { 0, -1.5, 0.75, -2 }[i])],
                Build = v => Pow(v[0], 3),
                Expected = x => [.. Enumerable.Range(0, 4).Select(i => x[0].At(i) * x[0].At(i) * x[0].At(i))],
            };
        }
    }

    private static IEnumerable<OpCase> Comparisons()
    {
        (Type Op, Func<Value, Value, Value> Build)[] functions =
        [
            (typeof(LessOp), Less), (typeof(LessOrEqualOp), LessOrEqual), (typeof(GreaterOp), Greater), (typeof(GreaterOrEqualOp), GreaterOrEqual),
            (typeof(EqualOp), Equal), (typeof(NotEqualOp), NotEqual),
        ];
        foreach (var (op, build) in functions)
        {
            foreach (var type in op == typeof(EqualOp) || op == typeof(NotEqualOp) ? Every : Numbers)
            {
                foreach (var (x, y) in Pairs[..4])
                    yield return Row($"{op.Name} {type.Text()} {Text(x)} {Text(y)}", op, v => build(v[0], v[1]), false, 0, Coarse(type, x), Coarse(type, y).Shifted());
            }
            foreach (var type in Floats) yield return SpecialPairs(op, type, build, 0);
        }
    }

    private static IEnumerable<OpCase> BitOperations()
    {
        (Type Op, Func<Value, Value, Value> Build)[] functions = [(typeof(AndOp), And), (typeof(OrOp), Or), (typeof(XorOp), Xor)];
        foreach (var (op, build) in functions)
        {
            foreach (var type in Bits)
            {
                foreach (var (x, y) in Pairs[..4])
                    yield return Row($"{op.Name} {type.Text()} {Text(x)} {Text(y)}", op, v => build(v[0], v[1]), false, 0, Sample(type, x), Sample(type, y).Shifted());
            }
        }
        yield return Row("NotOp bool", typeof(NotOp), v => !v[0], false, 0, Sample(DType.Bool, 3, 7));
        yield return Exactly("NotOp int32", typeof(NotOp), v => ~v[0], [-1, 0, -6], new[] { 0, -1, 5 });
        yield return Exactly("NotOp int64", typeof(NotOp), v => ~v[0], [-1, 0, -6], new[] { 0L, -1, 5 });
        foreach (var type in Integers)
        {
            foreach (var (x, y) in Pairs[..4])
            {
                var counts = Data.Generate(type, y, i => i * 5 % 24);
                yield return Row($"ShiftLeftOp {type.Text()} {Text(x)} {Text(y)}", typeof(ShiftLeftOp), v => ShiftLeft(v[0], v[1]), false, 0, Sample(type, x), counts);
                yield return Row($"ShiftRightOp {type.Text()} {Text(x)} {Text(y)}", typeof(ShiftRightOp), v => ShiftRight(v[0], v[1]), false, 0, Sample(type, x), counts);
            }
        }
        yield return Exactly("ShiftLeftOp int32 counts modulo 32", typeof(ShiftLeftOp), v => ShiftLeft(v[0], v[1]), [6, 6, int.MinValue], new[] { 3, 3, 1 }, new[] { 1, 33, -1 });
        yield return Exactly("ShiftRightOp int64 counts modulo 64", typeof(ShiftRightOp), v => ShiftRight(v[0], v[1]), [-2, -2, -1], new[] { -3L, -3, -5 }, new[] { 1L, 65, -1 });
        yield return Exactly("ShiftRightOp int32 by a number", typeof(ShiftRightOp), v => v[0] >> 2, [-2, 2], new[] { -5, 9 });
    }

    private static IEnumerable<OpCase> Selections()
    {
        (int[] Condition, int[] X, int[] Y)[] shapes = [([3, 5], [3, 5], [3, 5]), ([3, 1], [5], [2, 1, 1]), ([], [4], [4]), ([4], [], []), ([2, 1], [], [2, 3])];
        foreach (var (condition, x, y) in shapes)
        {
            foreach (var type in Every)
            {
                yield return Row(
                    $"SelectOp {type.Text()} {Text(condition)} {Text(x)} {Text(y)}", typeof(SelectOp), v => Where(v[0], v[1], v[2]), true, 0,
                    Sample(DType.Bool, condition), Sample(type, x), Sample(type, y).Shifted());
            }
        }
    }

    private static IEnumerable<OpCase> Casts()
    {
        foreach (var from in Every)
        {
            foreach (var to in Every.Where(t => t != from))
                yield return Row($"CastOp {from.Text()} to {to.Text()}", typeof(CastOp), v => Cast(v[0], to), to.IsFloat(), 0, from.IsFloat() ? Spread(from, -9, 9, 4, 5) : Sample(from, 4, 5));
        }
        foreach (var type in Floats)
        {
            var limits = Data.Generate(type, [8], i => new[] { double.NaN, 1e30, -1e30, double.PositiveInfinity, double.NegativeInfinity, -0.0, 2147483648, -2147483904 }[i]);
            foreach (var to in Bits)
            {
                yield return Exactly(
                    $"CastOp {type.Text()} to {to.Text()} at limits", typeof(CastOp), v => Cast(v[0], to),
                    to switch
                    {
                        DType.Int32 => [0, int.MaxValue, int.MinValue, int.MaxValue, int.MinValue, 0, int.MaxValue, int.MinValue],
                        DType.Int64 => [0, long.MaxValue, long.MinValue, long.MaxValue, long.MinValue, 0, 2147483648, -2147483904],
                        _ => [1, 1, 1, 1, 1, 0, 1, 1],
                    },
                    limits);
            }
        }
        (DType Float, DType Integer)[] sizes = [(DType.Float32, DType.Int32), (DType.Float64, DType.Int64)];
        foreach (var (real, integer) in sizes)
        {
            yield return Row($"BitcastOp {real.Text()} to {integer.Text()}", typeof(BitcastOp), v => Bitcast(v[0], integer), false, 0, Spread(real, -9, 9, 4, 5));
            yield return Row($"BitcastOp {integer.Text()} to {real.Text()}", typeof(BitcastOp), v => Bitcast(v[0], real), false, 0, Sample(integer, 4, 5));
        }
        yield return Exactly("CastOp int64 to int32 wraps", typeof(CastOp), v => Cast(v[0], DType.Int32), [1, int.MinValue, -1], new[] { (1L << 32) + 1, 1L << 31, -1 });
        yield return Exactly("CastOp int64 to float32 rounds once", typeof(CastOp), v => Cast(v[0], DType.Float32), [9007200328482816, 16777216], new[] { 9007199791611905, 16777217 });
        yield return Exactly("CastOp int64 to float64 rounds", typeof(CastOp), v => Cast(v[0], DType.Float64), [9007199254740992, -9007199254740994], new[] { 9007199254740993, -9007199254740994 });
    }

    private static IEnumerable<OpCase> IntegerDivisions()
    {
        int[] x = [7, -7, 7, -7, int.MinValue, 0, 5];
        int[] y = [2, 2, -2, -2, -1, 3, 7];
        double[] quotients = [3, -3, -3, 3, int.MinValue, 0, 0];
        double[] remainders = [1, -1, 1, -1, 0, 0, 5];
        yield return Exactly("DivideOp int32", typeof(DivideOp), v => v[0] / v[1], quotients, x, y);
        yield return Exactly("RemainderOp int32", typeof(RemainderOp), v => v[0] % v[1], remainders, x, y);
        quotients[4] = -(double)int.MinValue;
        yield return Exactly("DivideOp int64", typeof(DivideOp), v => v[0] / v[1], quotients, Array.ConvertAll(x, n => (long)n), Array.ConvertAll(y, n => (long)n));
        yield return Exactly("RemainderOp int64", typeof(RemainderOp), v => v[0] % v[1], remainders, Array.ConvertAll(x, n => (long)n), Array.ConvertAll(y, n => (long)n));
        yield return Exactly("DivideOp int32 by a number", typeof(DivideOp), v => v[0] / 3, [-2, 2, 0], new[] { -7, 8, 2 });
        yield return Exactly("RemainderOp int64 of a number", typeof(RemainderOp), v => 17 % v[0], [2, 2, 17], new[] { 3L, -5, 100 });
    }

    private static OpCase Row(string name, Type op, Func<Value[], Value> build, bool smooth, double ulps, params TensorData[] inputs) =>
        new() { Name = name, Op = op, Inputs = inputs, Build = build, Ulps = ulps, CheckGradient = smooth };

    private static OpCase Exactly(string name, Type op, Func<Value[], Value> build, double[] expected, params TensorData[] inputs) =>
        new() { Name = name, Op = op, Inputs = inputs, Build = build, Expected = _ => expected, Ulps = 0, CheckGradient = false };

    private static OpCase SpecialPairs(Type op, DType type, Func<Value, Value, Value> build, double ulps) =>
        Row(
            $"{op.Name} {type.Text()} special", op, v => build(v[0], v[1]), false, ulps,
            Data.Generate(type, [Special.Length, 1], i => Special[i]), Data.Generate(type, [Special.Length], i => Special[i]));

    /// <summary>Different numbers across a range, in no order.</summary>
    private static TensorData Spread(DType type, double low, double high, params int[] extents) =>
        Data.Generate(type, extents, i => low + ((high - low) * ((((i + 1L) * 7919) % 10007) / 10007.0)));

    /// <summary>Few different numbers, so that some are equal.</summary>
    private static TensorData Coarse(DType type, params int[] extents) => Data.Generate(type, extents, i => ((i * 5) % 7) - 3);

    /// <summary>The same numbers beginning elsewhere.</summary>
    private static TensorData Shifted(this TensorData data) =>
        Data.Generate(data.DType, data.Extents.ToArray(), i => data.At((i + 2) % data.Count));

    private static string Text(int[] extents) => $"[{string.Join(",", extents)}]";
}
