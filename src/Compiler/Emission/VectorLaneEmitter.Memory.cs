using System.Linq.Expressions;
using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Emission;

/// <summary>Loads and stores, a call for each register.</summary>
internal sealed partial class VectorLaneEmitter
{
    // Vectors that take turns: the places of more are too many for the just-in-time compiler to write out.
    private const int MostInTables = 8;

    public override Expression[] Load(DType type, Expression address)
    {
        address = Shared(type, address);
        return Each(type, r => Memory("Load", type, At(type, address, r)));
    }

    public override Expression[] LoadPartial(DType type, Expression address, Expression count)
    {
        (address, count) = (Shared(type, address), Shared(type, count));
        return Each(type, r => Memory("LoadPartial", type, At(type, address, r), Rest(type, count, r)));
    }

    public override Expression[] LoadMasked(DType type, Expression address, Expression[] mask, Expression[] otherwise)
    {
        address = Shared(type, address);
        var reads = FromMask(ElementOf(type), mask);
        return Each(type, r => Memory("LoadMasked", type, At(type, address, r), reads[r], otherwise[r]));
    }

    public override Expression Store(DType type, Expression address, Expression[] value)
    {
        address = Shared(type, address);
        return Sequence(Each(type, r => Memory("Store", type, At(type, address, r), value[r])));
    }

    public override Expression StoreStream(DType type, Expression address, Expression[] value)
    {
        // Masks are stored as bytes, and half registers in eight of them.
        if (type == DType.Bool || LanesPerRegister(ElementOf(type)) * SizeOf(ElementOf(type)) < 16) return Store(type, address, value);
        address = Shared(type, address);
        return Sequence(Each(type, r => Memory("Stream", type, At(type, address, r), value[r])));
    }

    public override Expression StorePartial(DType type, Expression address, Expression count, Expression[] value)
    {
        (address, count) = (Shared(type, address), Shared(type, count));
        return Sequence(Each(type, r => Memory("StorePartial", type, At(type, address, r), Rest(type, count, r), value[r])));
    }

    public override Expression[] Gather(DType type, Expression baseAddress, Expression[] offsets, Expression[]? mask)
    {
        var start = Broadcast(DType.Int64, baseAddress);
        var shift = Expression.Constant(BitOperations.Log2((uint)type.Size()));
        var bytes = Array.ConvertAll(offsets, o => Simd.Call(Width, "op_LeftShift", o, shift));
        var addresses = Map(DType.Int64, "op_Addition", [start, bytes]);
        if (mask is not null)
        {
            var reads = FromMask(typeof(long), mask);
            var zero = Constant(DType.Int64, LaneGather.Zero);
            addresses = Map(DType.Int64, "ConditionalSelect", [reads, addresses, zero]);
        }
        var element = ElementOf(type);
        var name = SizeOf(element) == 4 ? "Gather32" : "Gather64";
        var perRegister = addresses.Length / Registers(type).Count;
        return FromMemory(type, Each(type, r => StaticMethods.Call(
            typeof(LaneGather), name, [element, MemoryType(type)], addresses[(r * perRegister)..((r + 1) * perRegister)])));
    }

    public override Expression[] LoadStrided(DType type, Expression address, Expression stride, Expression? count)
    {
        if (type != DType.Bool && stride is ConstantExpression { Value: long known } && ByWholeLoads(ElementOf(type), known) is { } picked)
        {
            address = Shared(type, address);
            count = count is null ? null : Shared(type, count);
            var apart = Expression.Constant(known * type.Size());
            return Each(type, r =>
            {
                var from = Further(type, address, apart, r);
                var name = picked + (count is null ? "" : "Partial");
                Expression[] arguments = count is null ? [from] : [from, Rest(type, count, r)];
                return StaticMethods.Call(typeof(LaneStrides), Named(name, ElementOf(type)), [ElementOf(type)], arguments);
            });
        }
        (address, count) = (Shared(type, address), count is null ? null : Shared(type, count));
        var step = Reusable(Bytes(type, stride));
        var element = ElementOf(type);
        return FromMemory(type, Each(type, r =>
        {
            Expression[] place = [Further(type, address, step, r), step];
            return StaticMethods.Call(typeof(LaneGather), Named(count is null ? "Strided" : "StridedPartial", element), [element, MemoryType(type)], count is null ? place : [.. place, Rest(type, count, r)]);
        }));
    }

    public override Expression StoreStrided(DType type, Expression address, Expression stride, Expression? count, Expression[] value)
    {
        address = Shared(type, address);
        count = Shared(type, count ?? Expression.Constant(Lanes));
        var step = Reusable(Bytes(type, stride));
        var element = ElementOf(type);
        var name = "StoreStrided" + 8 * WidthOf(element).Bytes();
        return Sequence(Each(type, r => StaticMethods.Call(
            typeof(LaneGather), name, [element, MemoryType(type)], [Further(type, address, step, r), step, Rest(type, count, r), value[r]])));
    }

    public override Expression StoreInterleaved(DType type, Expression address, Expression? count, Expression[][] values, bool stream)
    {
        var (element, parts) = (ElementOf(type), values.Length);
        var perRegister = LanesPerRegister(element);
        var bytes = perRegister * SizeOf(element);
        // Without a table for each vector and a choice for each element of it.
        var inGroups = bytes switch { 64 => Avx512F.IsSupported && parts > MostInTables, 32 => Avx2.IsSupported && parts > 2 && parts >= 16 / SizeOf(element), _ => false };
        if (inGroups) return StoreInGroups(type, address, count, values);
        if (parts > MostInTables || bytes < 16) return base.StoreInterleaved(type, address, count, values, stream);
        (address, count) = (Reusable(address), count is null ? null : Reusable(count));
        var table = InterleavingTable.Of(parts, perRegister, SizeOf(element));
        var inPairs = parts == 2 && bytes == 32 && Avx2.IsSupported;
        var stores = new List<Expression>();
        for (var r = 0; r < values[0].Length; r++)
        {
            for (var part = 0; part < parts; part++)
            {
                var places = Expression.Constant(table.Places(part));
                var value = inPairs ? StaticMethods.Call(typeof(LaneInterleaving), part == 0 ? nameof(LaneInterleaving.FirstPairs256) : nameof(LaneInterleaving.LastPairs256), [element], [values[0][r], values[1][r]])
                    : StaticMethods.Call(typeof(LaneInterleaving), Named("Spread", element), [element], [values[0][r], places]);
                for (var v = inPairs ? parts : 1; v < parts; v++)
                {
                    if (values[v][r] == values[0][r]) continue;
                    value = StaticMethods.Call(typeof(LaneInterleaving), Named("Insert", element), [element], [value, values[v][r], places, Expression.Constant(table.Turns(v, part))]);
                }
                var number = (r * parts) + part;
                var place = Offset(address, (long)number * bytes);
                stores.Add(
                    count is not null ? Memory("StorePartial", type, place, Expression.Subtract(Expression.Multiply(count, Expression.Constant(parts)), Expression.Constant(number * perRegister)), value)
                    : Memory(stream ? "Stream" : "Store", type, place, value));
            }
        }
        return Expression.Block(typeof(void), stores);
    }

    /// <summary>As many elements of a row at a time as fill sixteen bytes; the last ones once more where the row does not end with them.</summary>
    private BlockExpression StoreInGroups(DType type, Expression address, Expression? count, Expression[][] values)
    {
        var (element, parts) = (ElementOf(type), values.Length);
        var (together, perRegister, row) = (16 / SizeOf(element), LanesPerRegister(element), Expression.Constant((long)parts * type.Size()));
        (address, count) = (Reusable(address), count is null ? null : Reusable(count));
        var stores = new List<Expression>();
        for (var r = 0; r < values[0].Length; r++)
        {
            for (var group = 0; group < parts; group += together)
            {
                var first = Math.Min(group, parts - together);
                Expression[] place = [Offset(address, ((long)r * perRegister * parts + first) * type.Size()), row, .. count is null ? Array.Empty<Expression>() : [Rest(type, count, r)]];
                var name = (together == 4 ? "StoreFour" : "StoreTwo") + (count is null ? "" : "Partial");
                stores.Add(StaticMethods.Call(typeof(LaneInterleaving), Named(name, element), [element], [.. place, .. Enumerable.Range(first, together).Select(v => values[v][r])]));
            }
        }
        return Expression.Block(typeof(void), stores);
    }

    private Expression Memory(string operation, DType type, params Expression[] arguments)
    {
        var element = ElementOf(type);
        var (memory, name) = type == DType.Bool ? (typeof(MaskMemory), operation + "Mask") : (typeof(LaneMemory), operation);
        return StaticMethods.Call(memory, Named(name, element), [element], arguments);
    }

    /// <summary>The name of the routine for as many bits as the lanes of a register take.</summary>
    private string Named(string operation, Type element) => operation + 8 * LanesPerRegister(element) * SizeOf(element);

    private static Type MemoryType(DType type) => type == DType.Bool ? typeof(byte) : ClrType(type);

    /// <summary>Gathered bools are 0 and 1.</summary>
    private Expression[] FromMemory(DType type, Expression[] lanes) => type == DType.Bool ? Map(type, "Negate", [lanes]) : lanes;

    private Expression Shared(DType type, Expression expression) => Registers(type).Count > 1 ? Reusable(expression) : expression;

    private Expression At(DType type, Expression address, int register) =>
        Offset(address, (long)register * LanesPerRegister(ElementOf(type)) * type.Size());

    private Expression Rest(DType type, Expression count, int register) =>
        register == 0 ? count : Expression.Subtract(count, Expression.Constant(register * LanesPerRegister(ElementOf(type))));

    private Expression Further(DType type, Expression address, Expression step, int register) =>
        register == 0 ? address
        : Expression.Add(address, Expression.Multiply(step, Expression.Constant((long)register * LanesPerRegister(ElementOf(type)))));

    /// <summary>What brings elements at a distance together in registers; null if they are read one by one.</summary>
    private string? ByWholeLoads(Type element, long step) => step switch
    {
        -1 => "Reversed",
        2 => "Alternate",
        3 or 4 when Avx512F.IsSupported && LanesPerRegister(element) * SizeOf(element) == 64 => step == 3 ? "Third" : "Fourth",
        _ => null,
    };

    private static Expression Bytes(DType type, Expression elements) => type.Size() == 1 ? elements
        : elements is ConstantExpression { Value: long value } ? Expression.Constant(value * type.Size())
        : Expression.Multiply(elements, Expression.Constant((long)type.Size()));

    private static Expression Sequence(Expression[] statements) =>
        statements.Length == 1 ? statements[0] : Expression.Block(typeof(void), statements);
}
