using System.Linq.Expressions;
using GraphGrad.Compilation.Emission;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Tests.Compiler.Emission;

public class LaneReductionTests
{
    private static readonly DType[] Numbers = [DType.Float32, DType.Float64, DType.Int32, DType.Int64];

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Numbers_are_combined_in_one_tree_whatever_the_width(VectorWidth width, int lanes)
    {
        foreach (var type in Numbers)
        {
            foreach (var kind in Enum.GetValues<ReductionKind>())
            {
                var kernel = Reduction(width, lanes, kind, type);
                var values = LaneData.Values(type, 4096, 0);
                var result = new LaneData(type, 1);
                for (var start = 0; start + lanes <= values.Count; start += lanes)
                {
                    kernel([values.Address + start * type.Size(), result.Address], lanes);
                    var expected = Tree(kind, type, [.. Enumerable.Range(start, lanes).Select(i => values[i])]);
                    Assert.Equal(LaneData.Canonical(type, expected), LaneData.Canonical(type, result[0]));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Bools_are_any_and_all(VectorWidth width, int lanes)
    {
        var any = Reduction(width, lanes, ReductionKind.Maximum, DType.Bool);
        var all = Reduction(width, lanes, ReductionKind.Minimum, DType.Bool);
        var every = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) =>
            Store(statements, DType.Bool, address(1), emitter.All(emitter.Load(DType.Bool, address(0)))));
        for (var different = -1; different < lanes; different++)
        {
            foreach (var common in new long[] { 0, 1 })
            {
                var values = new LaneData(DType.Bool, [.. Enumerable.Range(0, lanes).Select(i => i == different ? 1 - common : common)]);
                var result = new LaneData(DType.Bool, 1);
                var set = Enumerable.Range(0, lanes).Count(i => values[i] != 0);
                any([values.Address, result.Address], lanes);
                Assert.Equal(set > 0 ? 1 : 0, result[0]);
                all([values.Address, result.Address], lanes);
                Assert.Equal(set == lanes ? 1 : 0, result[0]);
                every([values.Address, result.Address], lanes);
                Assert.Equal(set == lanes ? 1 : 0, result[0]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Two_values_are_combined_lane_by_lane(VectorWidth width, int lanes)
    {
        foreach (var type in Numbers)
        {
            foreach (var kind in Enum.GetValues<ReductionKind>())
            {
                var kernel = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) => statements.Add(emitter.Store(
                    type, address(2), emitter.Combine(kind, type, emitter.Load(type, address(0)), emitter.Load(type, address(1))))));
                var (a, b, c) = (LaneData.Values(type, 1024, 0), LaneData.Values(type, 1024, 1), new LaneData(type, 1024));
                for (var start = 0; start < a.Count; start += lanes)
                {
                    var offset = start * type.Size();
                    kernel([a.Address + offset, b.Address + offset, c.Address + offset], lanes);
                }
                for (var i = 0; i < a.Count; i++)
                    Assert.Equal(LaneData.Canonical(type, Tree(kind, type, [a[i], b[i]])), LaneData.Canonical(type, c[i]));
            }
        }
    }

    private static Action<long[], int> Reduction(VectorWidth width, int lanes, ReductionKind kind, DType type) =>
        LaneKernel.Compile(width, lanes, (emitter, statements, address, _) =>
            Store(statements, type, address(1), emitter.Horizontal(kind, type, emitter.Load(type, address(0)))));

    private static void Store(StatementList statements, DType type, Expression address, Expression value) =>
        statements.Add(LaneEmitter.Create(VectorWidth.Scalar, 1, statements.Assign).Store(type, address, [value]));

    /// <summary>Lane i with lane i + half, again and again.</summary>
    private static long Tree(ReductionKind kind, DType type, long[] lanes)
    {
        var op = kind switch
        {
            ReductionKind.Sum => ScalarOp.Add,
            ReductionKind.Product => ScalarOp.Multiply,
            ReductionKind.Maximum => ScalarOp.Maximum,
            _ => ScalarOp.Minimum,
        };
        for (var half = lanes.Length / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) lanes[i] = ArithmeticOracle.Evaluate(op, type, type, lanes[i], lanes[i + half], 0);
        }
        return lanes[0];
    }
}
