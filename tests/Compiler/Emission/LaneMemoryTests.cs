using System.Linq.Expressions;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Tests.Compiler.Emission;

public class LaneMemoryTests
{
    private const long Untouched = 0x5A;

    private static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.Bool];

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Dense_lanes_are_loaded_and_stored_at_any_alignment(VectorWidth width, int lanes)
    {
        foreach (var type in Types)
        {
            var kernel = Copy(width, lanes, type, (emitter, from, to, _) => emitter.Store(type, to, emitter.Load(type, from)));
            for (var start = 0; start < 3; start++)
            {
                var (source, target) = (Source(type, lanes + 3), Target(type, lanes + 6));
                kernel([At(source, start), At(target, 2)], lanes);
                for (var i = 0; i < target.Count; i++) Assert.Equal(i >= 2 && i < lanes + 2 ? source[start + i - 2] : Unset(type), target[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Partial_loads_leave_zeros(VectorWidth width, int lanes)
    {
        foreach (var type in Types)
        {
            var kernel = Copy(width, lanes, type, (emitter, from, to, count) => emitter.Store(type, to, emitter.LoadPartial(type, from, count)));
            for (var count = 1; count < lanes; count++)
            {
                var (source, target) = (Source(type, lanes), Target(type, lanes));
                kernel([source.Address, target.Address], count);
                for (var i = 0; i < lanes; i++) Assert.Equal(i < count ? source[i] : 0, target[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Partial_stores_touch_nothing_else(VectorWidth width, int lanes)
    {
        foreach (var type in Types)
        {
            var kernel = Copy(width, lanes, type, (emitter, from, to, count) => emitter.StorePartial(type, to, count, emitter.Load(type, from)));
            for (var count = 1; count < lanes; count++)
            {
                var (source, target) = (Source(type, lanes), Target(type, lanes + 1));
                kernel([source.Address, target.Address], count);
                for (var i = 0; i <= lanes; i++) Assert.Equal(i < count ? source[i] : Unset(type), target[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Strided_loads_go_either_way(VectorWidth width, int lanes)
    {
        foreach (var type in Types)
        {
            foreach (var stride in new long[] { 1, 2, 5, -1, -3, 0 })
            {
                var all = Copy(width, lanes, type, (emitter, from, to, _) =>
                    emitter.Store(type, to, emitter.LoadStrided(type, from, Expression.Constant(stride), null)));
                var some = Copy(width, lanes, type, (emitter, from, to, count) =>
                    emitter.Store(type, to, emitter.LoadStrided(type, from, Expression.Constant(stride), count)));
                var source = Source(type, 5 * lanes);
                var first = stride < 0 ? source.Count - 1 : 0;
                for (var count = 1; count <= lanes; count++)
                {
                    var target = Target(type, lanes);
                    (count < lanes ? some : all)([At(source, first), target.Address], count);
                    for (var i = 0; i < lanes; i++) Assert.Equal(i < count ? source[(int)(first + i * stride)] : 0, target[i]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Strided_stores_touch_nothing_between(VectorWidth width, int lanes)
    {
        foreach (var type in Types)
        {
            foreach (var stride in new long[] { 1, 3, -2 })
            {
                var all = Copy(width, lanes, type, (emitter, from, to, _) =>
                    emitter.StoreStrided(type, to, Expression.Constant(stride), null, emitter.Load(type, from)));
                var some = Copy(width, lanes, type, (emitter, from, to, count) =>
                    emitter.StoreStrided(type, to, Expression.Constant(stride), count, emitter.Load(type, from)));
                for (var count = 1; count <= lanes; count++)
                {
                    var (source, target) = (Source(type, lanes), Target(type, 3 * lanes));
                    var first = stride < 0 ? target.Count - 1 : 0;
                    (count < lanes ? some : all)([source.Address, At(target, first)], count);
                    var expected = Target(type, 3 * lanes);
                    for (var i = 0; i < count; i++) expected[(int)(first + i * stride)] = source[i];
                    for (var i = 0; i < target.Count; i++) Assert.Equal(expected[i], target[i]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Gathers_read_only_where_the_mask_is_set(VectorWidth width, int lanes)
    {
        var random = new Random(7);
        foreach (var type in Types)
        {
            var plain = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) => statements.Add(emitter.Store(
                type, address(2), emitter.Gather(type, address(0), emitter.Load(DType.Int64, address(1)), null))));
            var masked = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) => statements.Add(emitter.Store(
                type, address(2),
                emitter.Gather(type, address(0), emitter.Load(DType.Int64, address(1)), emitter.Load(DType.Bool, address(3))))));
            var (source, target) = (Source(type, 100), Target(type, lanes));
            var (offsets, mask) = (new LaneData(DType.Int64, lanes), new LaneData(DType.Bool, lanes));
            for (var i = 0; i < lanes; i++) offsets[i] = random.Next(-50, 50);
            plain([At(source, 50), offsets.Address, target.Address], lanes);
            for (var i = 0; i < lanes; i++) Assert.Equal(source[50 + (int)offsets[i]], target[i]);

            for (var i = 0; i < lanes; i++)
            {
                mask[i] = random.Next(2);
                // Far outside any mapping: reading would kill the process.
                if (mask[i] == 0) offsets[i] = 1L << 58;
            }
            masked([At(source, 50), offsets.Address, target.Address, mask.Address], lanes);
            for (var i = 0; i < lanes; i++) Assert.Equal(mask[i] != 0 ? source[50 + (int)offsets[i]] : 0, target[i]);
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Masked_loads_read_only_where_the_mask_is_set(VectorWidth width, int lanes)
    {
        var random = new Random(8);
        foreach (var type in Types.Where(t => t != DType.Bool))
        {
            var kernel = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) => statements.Add(emitter.Store(
                type, address(2), emitter.LoadMasked(type, address(0), emitter.Load(DType.Bool, address(1)), emitter.Load(type, address(3))))));
            for (var turn = 0; turn < 10; turn++)
            {
                var (source, otherwise, target, mask) = (Source(type, lanes + 1), Source(type, 2 * lanes), Target(type, lanes), new LaneData(DType.Bool, lanes));
                for (var i = 0; i < lanes; i++) mask[i] = random.Next(2);
                kernel([At(source, 1), mask.Address, target.Address, At(otherwise, lanes)], lanes);
                for (var i = 0; i < lanes; i++) Assert.Equal(mask[i] != 0 ? source[i + 1] : otherwise[lanes + i], target[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Scalars_are_broadcast(VectorWidth width, int lanes)
    {
        foreach (var type in Types)
        {
            var kernel = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) =>
            {
                var one = LaneEmitter.Create(VectorWidth.Scalar, 1, statements.Assign).Load(type, address(0))[0];
                statements.Add(emitter.Store(type, address(1), emitter.Broadcast(type, one)));
                statements.Add(emitter.Store(type, address(2), emitter.Constant(type, LaneData.Bits(type, 1.5))));
            });
            var (source, copies, constants) = (Source(type, 1), Target(type, lanes), Target(type, lanes));
            kernel([source.Address, copies.Address, constants.Address], lanes);
            for (var i = 0; i < lanes; i++) Assert.Equal((source[0], LaneData.Bits(type, 1.5)), (copies[i], constants[i]));
        }
    }

    [Theory]
    [MemberData(nameof(LaneKernel.Widths), MemberType = typeof(LaneKernel))]
    public void Lanes_are_numbered(VectorWidth width, int lanes)
    {
        var kernel = LaneKernel.Compile(width, lanes, (emitter, statements, address, count) =>
        {
            statements.Add(emitter.Store(DType.Int64, address(0), emitter.LaneIndices()));
            statements.Add(emitter.Store(DType.Bool, address(1), emitter.FirstLanes(count)));
        });
        for (var count = 0; count <= lanes; count++)
        {
            var (indices, first) = (Target(DType.Int64, lanes), Target(DType.Bool, lanes));
            kernel([indices.Address, first.Address], count);
            for (var i = 0; i < lanes; i++) Assert.Equal((i, i < count ? 1 : 0), (indices[i], first[i]));
        }
    }

    private static Action<long[], int> Copy(
        VectorWidth width, int lanes, DType type, Func<LaneEmitter, Expression, Expression, Expression, Expression> copy) =>
        LaneKernel.Compile(width, lanes, (emitter, statements, address, count) =>
        {
            Assert.Equal(lanes, emitter.Lanes);
            Assert.Equal(emitter.Registers(type).Count, emitter.Load(type, address(0)).Length);
            statements.Add(copy(emitter, address(0), address(1), count));
        });

    private static long At(LaneData data, int index) => data.Address + index * data.Type.Size();

    private static LaneData Source(DType type, int count)
    {
        var random = new Random(count);
        var data = new LaneData(type, count);
        for (var i = 0; i < count; i++) data[i] = type == DType.Bool ? random.Next(2) : LaneData.Bits(type, random.Next(1, 1_000_000));
        return data;
    }

    private static long Unset(DType type) => type == DType.Bool ? Untouched : LaneData.Bits(type, Untouched);

    private static LaneData Target(DType type, int count) => new(type, [.. Enumerable.Repeat(Unset(type), count)]);
}
