using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using GraphGrad.Scalars;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Constants that code reads from memory: what was put there, each aligned and in a place of its own, until there is no room.</summary>
public sealed class LaneConstantsTests
{
    private readonly ScalarBuilder builder = new();
    private readonly LaneConstants constants = new();

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Every_lane_of_every_use_has_the_constant(int lanes)
    {
        var emitter = LaneEmitter.Create(VectorWidth.Vector256, lanes, e => throw new InvalidOperationException($"{e} needs no local"));
        Scalar[] numbers =
        [
            builder.Constant(DType.Float32, BitConverter.SingleToInt32Bits(-1.5f)), builder.Constant(DType.Float64, BitConverter.DoubleToInt64Bits(Math.PI)),
            builder.Constant(DType.Int32, -7), builder.Constant(DType.Int64, long.MinValue + 3),
        ];
        for (var use = 0; use < 10; use++)
        {
            foreach (var number in numbers)
            {
                // Half registers are of 128 bits.
                if (emitter.Registers(number.Type).Register.GetGenericTypeDefinition() != typeof(Vector256<>))
                {
                    Assert.Null(constants.Read(emitter, number));
                    continue;
                }
                var read = constants.Read(emitter, number)!;
                Assert.Equal(emitter.Registers(number.Type).Count, read.Length);
                foreach (var register in read)
                {
                    var bits = Run(register);
                    for (var lane = 0; lane < 4; lane++)
                        Assert.Equal(number.Type.Size() == 8 ? number.Bits : (long)((uint)number.Bits | ((ulong)(uint)number.Bits << 32)), bits[lane]);
                }
            }
        }
    }

    [Fact]
    public void No_two_uses_share_a_place_and_when_memory_is_full_there_is_none()
    {
        var emitter = LaneEmitter.Create(VectorWidth.Vector256, 8, e => throw new InvalidOperationException($"{e} needs no local"));
        var places = new HashSet<string>();
        Scalar Number(int i) => builder.Constant(DType.Float32, BitConverter.SingleToInt32Bits(i + 1));
        var reads = new List<Expression>();
        while (constants.Read(emitter, Number(reads.Count)) is [var read])
        {
            Assert.True(places.Add(read.ToString()));
            reads.Add(read);
        }
        Assert.Equal(256, reads.Count);
        for (var i = 0; i < reads.Count; i++) Assert.Equal(Vector256.Create(i + 1f).AsInt64(), Run(reads[i]));
    }

    [Fact]
    public void Bounds_and_zero_stay_where_the_compiler_sees_them()
    {
        var x = builder.Parameter(DType.Float32, 0);
        var (half, zero) = (builder.Constant(DType.Float32, BitConverter.SingleToInt32Bits(0.5f)), builder.Constant(DType.Float32, 0));
        Assert.True(LaneConstants.Suits(builder.Multiply(x, half), half));
        Assert.False(LaneConstants.Suits(builder.Add(x, half), x));
        Assert.False(LaneConstants.Suits(builder.LessThan(x, zero), zero));
        Assert.False(LaneConstants.Suits(builder.Minimum(x, half), half));
        Assert.Null(constants.Read(LaneEmitter.Create(VectorWidth.Vector256, 8, e => throw new InvalidOperationException()), builder.Constant(DType.Bool, 1)));
        Assert.False(constants.Any);
    }

    private Vector256<long> Run(Expression register) => Expression.Lambda<Func<Vector256<long>>>(
        Expression.Block([constants.Local], [.. constants.Prologue, Simd.As(VectorWidth.Vector256, register, typeof(long))])).Compile()();
}
