using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using GraphGrad.Scalars;
using Xunit.Abstractions;

namespace GraphGrad.Tests.Compiler.Emission;

public class LaneArithmeticTests(ITestOutputHelper output)
{
    private const int Count = 1024;

    private static readonly DType[] Numbers = [DType.Float32, DType.Float64, DType.Int32, DType.Int64];
    private static readonly DType[] Floats = [DType.Float32, DType.Float64];
    private static readonly DType[] Integers = [DType.Int32, DType.Int64];
    private static readonly DType[] All = [.. Numbers, DType.Bool];

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Every_instruction_computes_what_CSharp_does(VectorWidth width, int lanes)
    {
        output.WriteLine($"{width} is {(width.IsAccelerated() ? "" : "not ")}accelerated");
        foreach (var (op, result, arguments) in Cases())
        {
            var inputs = arguments.Select((type, position) => LaneData.Values(type, Count, position)).ToArray();
            if (op is ScalarOp.ShiftLeft or ScalarOp.ShiftRightArithmetic or ScalarOp.ShiftRightLogical)
            {
                for (var i = 0; i < Count; i++) inputs[1][i] &= 8 * result.Size() - 1;
            }
            Check(width, lanes, op, Build(op, result, arguments), inputs);
        }
    }

    /// <summary>Registers that hold nothing but numbers of few bits are converted without an instruction for it.</summary>
    [Theory]
    [InlineData(0.0, 2.5, -2.5, -0.0)]
    [InlineData(2251799813685247.75, -2251799813685247.75, 0.999, -0.999)]
    [InlineData(2251799813685248.0, -2251799813685249.0, 4503599627370497.0, 3.5)]
    [InlineData(9007199254740993.0, -9.2e18, 1e19, -1e19)]
    [InlineData(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 7.75)]
    public void Numbers_to_integers(double a, double b, double c, double d)
    {
        var x = Vector256.Create(a, b, c, d);
        long[] expected = [.. from number in (double[])[a, b, c, d] select long.CreateSaturating(number)];
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(expected[i], LaneArithmetic.ToInt64(x)[i]);
            Assert.Equal(expected[i], LaneArithmetic.ToInt64(Vector512.Create(x, x))[4 + i]);
            Assert.Equal(expected[i], LaneArithmetic.ToInt64(i < 2 ? x.GetLower() : x.GetUpper())[i % 2]);
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Shifts_and_divisions_by_a_literal_compute_what_CSharp_does(VectorWidth width, int lanes)
    {
        var builder = new ScalarBuilder();
        foreach (var type in Integers)
        {
            var x = builder.Parameter(type, 0);
            var input = LaneData.Values(type, Count, 0);
            foreach (var literal in new long[] { 1, 2, 7, 16, 31, -1, -3, int.MaxValue, 1 << 30 })
            {
                var operand = new LaneData(type, [.. Enumerable.Repeat(literal, Count)]);
                var constant = builder.Constant(type, literal);
                if (literal is > 0 and < 32)
                {
                    Check(width, lanes, ScalarOp.ShiftLeft, builder.ShiftLeft(x, constant), input, operand);
                    Check(width, lanes, ScalarOp.ShiftRightArithmetic, builder.ShiftRightArithmetic(x, constant), input, operand);
                    Check(width, lanes, ScalarOp.ShiftRightLogical, builder.ShiftRightLogical(x, constant), input, operand);
                }
                if (literal == 1) continue;
                Check(width, lanes, ScalarOp.Divide, builder.Divide(x, constant), input, operand);
                Check(width, lanes, ScalarOp.Remainder, builder.Remainder(x, constant), input, operand);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Quotients_just_below_an_integer_are_cut_off(VectorWidth width, int lanes)
    {
        var builder = new ScalarBuilder();
        var random = new Random(52);
        foreach (var (type, limit) in new[] { (DType.Int32, 1L << 31), (DType.Int64, 1L << 31), (DType.Int64, 1L << 51), (DType.Int64, 1L << 52), (DType.Int64, 1L << 62) })
        {
            var (a, b) = (new LaneData(type, Count), new LaneData(type, Count));
            for (var i = 0; i < Count; i++)
            {
                var divisor = random.NextInt64(1, i % 2 == 0 ? 100 : limit);
                var multiple = random.NextInt64(1, Math.Max(2, limit / divisor)) * divisor;
                a[i] = (multiple - i % 3) * (i % 5 == 0 ? -1 : 1);
                b[i] = divisor * (i % 7 == 0 ? -1 : 1);
            }
            var (x, y) = (builder.Parameter(type, 0), builder.Parameter(type, 1));
            Check(width, lanes, ScalarOp.Divide, builder.Divide(x, y), a, b);
            Check(width, lanes, ScalarOp.Remainder, builder.Remainder(x, y), a, b);
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Numbers_are_picked_from_tables(VectorWidth width, int lanes)
    {
        var builder = new ScalarBuilder();
        var table = new LookupTable([.. Enumerable.Range(0, LookupTable.Length).Select(i => (i * 1.5f) - 7)]);
        var places = new LaneData(DType.Int32, Count);
        for (var i = 0; i < Count; i++) places[i] = (i * 7919) - 40_000;
        var actual = LaneKernel.Evaluate(width, lanes, builder.Lookup(table, builder.Parameter(DType.Int32, 0)), [places]);
        for (var i = 0; i < Count; i++) Assert.Equal(BitConverter.SingleToInt32Bits(table.Numbers[(int)places[i] & (LookupTable.Length - 1)]), (int)actual[i]);
    }

    [Fact]
    public void What_is_no_arithmetic_is_refused()
    {
        var index = new ScalarBuilder().LoopIndex("i");
        var emitter = LaneEmitter.Create(VectorWidth.Scalar, 1, _ => throw new InvalidOperationException());
        Assert.Throws<InvalidOperationException>(() => emitter.Apply(index, []));
    }

    [Fact]
    public void Groups_too_small_for_a_register_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => LaneEmitter.Create(VectorWidth.Vector512, 4, _ => throw new InvalidOperationException()));
        Assert.Throws<InvalidOperationException>(() => LaneEmitter.Create(VectorWidth.Scalar, 2, _ => throw new InvalidOperationException()));
    }

    private static void Check(VectorWidth width, int lanes, ScalarOp op, Scalar scalar, params LaneData[] inputs)
    {
        var actual = LaneKernel.Evaluate(width, lanes, scalar, inputs);
        for (var i = 0; i < Count; i++)
        {
            var (a, b, c) = (inputs[0][i], inputs.ElementAtOrDefault(1)?[i] ?? 0, inputs.ElementAtOrDefault(2)?[i] ?? 0);
            var expected = ArithmeticOracle.Evaluate(op, scalar.Type, inputs[0].Type, a, b, c);
            Expect.True(
                LaneData.Canonical(scalar.Type, expected) == LaneData.Canonical(scalar.Type, actual[i]),
                $"{width} x {lanes}: {scalar} of {inputs[0].Type} at {i}: ({a:X}, {b:X}, {c:X}) gives {actual[i]:X}, not {expected:X}");
        }
    }

    private static Scalar Build(ScalarOp op, DType result, DType[] types)
    {
        var builder = new ScalarBuilder();
        var arguments = types.Select((type, position) => builder.Parameter(type, position)).ToArray();
        return op switch
        {
            ScalarOp.Convert => builder.Convert(result, arguments[0]),
            ScalarOp.Bitcast => builder.Bitcast(result, arguments[0]),
            _ => builder.Rebuild(new Scalar(-1, op, result, arguments, 0, null), arguments),
        };
    }

    private static IEnumerable<(ScalarOp Op, DType Result, DType[] Arguments)> Cases()
    {
        ScalarOp[] binary =
        [
            ScalarOp.Add, ScalarOp.Subtract, ScalarOp.Multiply, ScalarOp.Divide, ScalarOp.Remainder, ScalarOp.Minimum, ScalarOp.Maximum,
        ];
        ScalarOp[] unary = [ScalarOp.Negate, ScalarOp.Absolute];
        ScalarOp[] floatUnary = [ScalarOp.SquareRoot, ScalarOp.Floor, ScalarOp.Ceiling, ScalarOp.Truncate, ScalarOp.RoundToEven];
        ScalarOp[] logic = [ScalarOp.And, ScalarOp.Or, ScalarOp.Xor];
        ScalarOp[] shifts = [ScalarOp.ShiftLeft, ScalarOp.ShiftRightArithmetic, ScalarOp.ShiftRightLogical];
        ScalarOp[] comparisons = [ScalarOp.Equal, ScalarOp.LessThan, ScalarOp.LessOrEqual];
        foreach (var type in Numbers)
        {
            foreach (var op in binary) yield return (op, type, [type, type]);
            foreach (var op in unary) yield return (op, type, [type]);
            foreach (var op in comparisons) yield return (op, DType.Bool, [type, type]);
        }
        foreach (var type in Floats)
        {
            yield return (ScalarOp.FusedMultiplyAdd, type, [type, type, type]);
            foreach (var op in floatUnary) yield return (op, type, [type]);
        }
        foreach (var type in Integers)
        {
            foreach (var op in shifts) yield return (op, type, [type, type]);
        }
        foreach (var type in (DType[])[.. Integers, DType.Bool])
        {
            foreach (var op in logic) yield return (op, type, [type, type]);
            yield return (ScalarOp.Not, type, [type]);
        }
        yield return (ScalarOp.Equal, DType.Bool, [DType.Bool, DType.Bool]);
        foreach (var (from, to) in new[] { (DType.Float32, DType.Int32), (DType.Float64, DType.Int64) })
        {
            yield return (ScalarOp.Bitcast, to, [from]);
            yield return (ScalarOp.Bitcast, from, [to]);
        }
        foreach (var type in All)
        {
            yield return (ScalarOp.Select, type, [DType.Bool, type, type]);
            yield return (ScalarOp.SelectRare, type, [DType.Bool, type, type]);
            foreach (var from in All) yield return (ScalarOp.Convert, type, [from]);
        }
    }
}
