using System.Linq.Expressions;
using GraphGrad.Compilation.Emission;
using GraphGrad.Scalars;

namespace GraphGrad.Tests.Compiler.Emission;

public class ScalarFunctionEmitterTests
{
    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Random_functions_of_all_types_agree_with_CSharp(VectorWidth width, int lanes)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var builder = new ScalarBuilder();
            DType[] types = [DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.Bool];
            var inputs = types.Select((type, position) => LaneData.Values(type, 64, position)).ToArray();
            var pool = types.Select((type, position) => builder.Parameter(type, position)).ToList();
            for (var i = 0; i < 120; i++) pool.Add(Step(builder, pool, random));
            var root = builder.Convert(DType.Float64, pool[^1]);
            for (var i = 2; i < 20; i++) root = builder.Add(root, builder.Convert(DType.Float64, pool[^i]));

            var actual = LaneKernel.Evaluate(width, lanes, root, inputs);
            for (var i = 0; i < actual.Count; i++)
            {
                var expected = Evaluate(root, inputs, i, []);
                Expect.True(
                    LaneData.Canonical(DType.Float64, expected) == LaneData.Canonical(DType.Float64, actual[i]),
                    $"seed {seed}, element {i}: {actual[i]:X}, not {expected:X}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Several_roots_may_overwrite_what_they_were_computed_from(VectorWidth width, int lanes)
    {
        var builder = new ScalarBuilder();
        var (x, y) = (builder.Parameter(DType.Float32, 0), builder.Parameter(DType.Float32, 1));
        var kernel = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) =>
        {
            var function = new ScalarFunctionEmitter(
                emitter, statements, s => s.Op == ScalarOp.Parameter ? emitter.Load(s.Type, address((int)s.Payload!)) : null);
            var roots = function.Emit(builder.Add(x, y), y, x);
            for (var i = 0; i < roots.Length; i++) statements.Add(emitter.Store(DType.Float32, address(i), roots[i]));
        });
        var data = Enumerable.Range(0, 3).Select(position => LaneData.Values(DType.Float32, 1024, position)).ToArray();
        var (a, b) = (data[0][1000], data[1][1000]);
        kernel([.. data.Select(d => d.Address + 4000 - 4 * (1000 % lanes))], lanes);
        var i = 1000;
        Assert.Equal(ArithmeticOracle.Evaluate(ScalarOp.Add, DType.Float32, DType.Float32, a, b, 0), data[0][i]);
        Assert.Equal((b, a), (data[1][i], data[2][i]));
    }

    [Fact]
    public void Locals_are_used_again()
    {
        var builder = new ScalarBuilder();
        var value = builder.Parameter(DType.Float32, 0);
        for (var i = 0; i < 5000; i++)
        {
            var shared = builder.Add(value, builder.Float32(i));
            value = builder.Multiply(shared, shared);
        }
        var statements = new StatementList();
        Emit(statements, value);
        Assert.InRange(statements.Locals.Count, 1, 4);
        Assert.True(statements.Statements.Count >= 5000);
    }

    [Fact]
    public void A_scalar_used_once_is_part_of_its_consumer()
    {
        var builder = new ScalarBuilder();
        var x = builder.Parameter(DType.Float32, 0);
        var statements = new StatementList();
        var value = Emit(statements, builder.SquareRoot(builder.Add(builder.Negate(x), builder.Float32(1))));
        Assert.Empty(statements.Statements);
        Assert.Equal("Sqrt((-x + 1))", value.ToString());
    }

    [Fact]
    public void Long_chains_are_cut_by_locals()
    {
        var builder = new ScalarBuilder();
        var value = builder.Parameter(DType.Float32, 0);
        for (var i = 0; i < 100_000; i++) value = builder.SquareRoot(value);
        var statements = new StatementList();
        Emit(statements, value);
        Assert.InRange(statements.Statements.Count, 5_000, 10_000);
        Assert.InRange(statements.Locals.Count, 1, 2);
    }

    [Fact]
    public void What_is_no_arithmetic_goes_to_the_caller_with_its_arguments()
    {
        var builder = new ScalarBuilder();
        var (x, buffer) = (builder.Parameter(DType.Int64, 0), new object());
        var load = builder.Load(DType.Float32, buffer, builder.Add(x, builder.Int64(2)));
        var statements = new StatementList();
        var parameter = Expression.Parameter(typeof(long), "x");
        var function = new ScalarFunctionEmitter(
            LaneEmitter.Create(VectorWidth.Scalar, 1, statements.Assign), statements,
            s => ReferenceEquals(s, x) ? [parameter] : null,
            (s, arguments) =>
            {
                Assert.Same(load, s);
                Assert.Equal("(x + 2)", arguments[0][0].ToString());
                return [Expression.Constant(1f)];
            });
        Assert.Equal("-1", function.Emit(builder.Negate(load))[0][0].ToString());
    }

    private static Expression Emit(StatementList statements, Scalar root)
    {
        var emitter = LaneEmitter.Create(VectorWidth.Scalar, 1, statements.Assign);
        var parameter = Expression.Parameter(typeof(float), "x");
        return new ScalarFunctionEmitter(emitter, statements, s => s.Op == ScalarOp.Parameter ? [parameter] : null).Emit(root)[0][0];
    }

    private static Scalar Step(ScalarBuilder b, List<Scalar> pool, Random random)
    {
        Scalar Any(Func<Scalar, bool> accepts)
        {
            while (true)
            {
                var scalar = pool[random.Next(pool.Count)];
                if (accepts(scalar)) return scalar;
            }
        }
        Scalar Number() => Any(s => s.Type != DType.Bool);
        Scalar Like(Scalar other) => Any(s => s.Type == other.Type);
        Scalar Float() => Any(s => s.Type.IsFloat());
        var x = Number();
        switch (random.Next(12))
        {
            case 0: return b.Add(x, Like(x));
            case 1: return b.Multiply(x, Like(x));
            case 2: return b.Maximum(x, Like(x));
            case 3: return b.LessThan(x, Like(x));
            case 4: return b.Select(Any(s => s.Type == DType.Bool), x, Like(x));
            case 5: return b.Convert(DType.Float32, Any(_ => true));
            case 6: return b.Convert(DType.Int64, Any(_ => true));
            case 7: return b.Convert(DType.Int32, x);
            case 8: return b.Not(Any(s => s.Type == DType.Bool));
            case 9: return b.Convert(DType.Float64, x);
            case 10: return b.Equal(x, Like(x));
            default:
                var f = Float();
                return b.FusedMultiplyAdd(f, Like(f), Like(f));
        }
    }

    private static long Evaluate(Scalar scalar, LaneData[] inputs, int element, Dictionary<Scalar, long> known)
    {
        if (scalar.IsConstant) return scalar.Bits;
        if (scalar.Op == ScalarOp.Parameter) return inputs[(int)scalar.Payload!][element];
        if (known.TryGetValue(scalar, out var bits)) return bits;
        var a = scalar.Arguments.Select(argument => Evaluate(argument, inputs, element, known)).ToArray();
        bits = ArithmeticOracle.Evaluate(
            scalar.Op, scalar.Type, scalar.Arguments[0].Type, a[0], a.ElementAtOrDefault(1), a.ElementAtOrDefault(2));
        known.Add(scalar, bits);
        return bits;
    }
}
