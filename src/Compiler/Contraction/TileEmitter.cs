using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using static System.Linq.Expressions.Expression;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// Computes one tile of C: rows × (vectors · lanes) sums over <paramref name="inner"/> terms, stored or added to what C holds.
/// Steps are in bytes. B is read by whole vectors along a row, A element by element; C's rows are contiguous.
/// </summary>
internal delegate void TileCode(
    long a, long aRow, long aInner, long b, long bInner, long c, long cRow, long inner, bool accumulate);

/// <summary>
/// Emits the innermost loop of a product with one local per accumulator, so that the whole tile stays in registers. A row is
/// addressed as one of few moving bases plus a multiple of the row step, which the instruction's addressing mode computes.
/// </summary>
internal sealed class TileEmitter
{
    private const int RowsPerBase = 3;

    private readonly Type element;
    private readonly VectorWidth width;
    private readonly Type vector;
    private readonly int bytes;

    public TileEmitter(DType type, VectorWidth width)
    {
        this.width = width;
        element = type switch
        {
            DType.Float32 => typeof(float),
            DType.Float64 => typeof(double),
            DType.Int32 => typeof(int),
            DType.Int64 => typeof(long),
            _ => throw new CompilerBugException("contraction", $"no product of {type.Text()} elements exists.", ""),
        };
        (vector, bytes) = width == VectorWidth.Scalar
            ? (element, type.Size())
            : (Simd.VectorType(width, element), width.Bytes());
    }

    public TileCode Emit(int rows, int vectors)
    {
        var a = Parameter(typeof(long), "a");
        var aRow = Parameter(typeof(long), "aRow");
        var aInner = Parameter(typeof(long), "aInner");
        var b = Parameter(typeof(long), "b");
        var bInner = Parameter(typeof(long), "bInner");
        var c = Parameter(typeof(long), "c");
        var cRow = Parameter(typeof(long), "cRow");
        var inner = Parameter(typeof(long), "inner");
        var accumulate = Parameter(typeof(bool), "accumulate");

        var bases = Locals(typeof(long), "base", (rows + RowsPerBase - 1) / RowsPerBase);
        var accumulators = Locals(vector, "sum", rows * vectors);
        var columns = Locals(vector, "column", vectors);
        var factor = Variable(vector, "factor");

        var body = new List<Expression>();
        for (var i = 0; i < bases.Length; i++) body.Add(Assign(bases[i], Add(a, Multiply(aRow, Constant((long)i * RowsPerBase)))));
        foreach (var sum in accumulators) body.Add(Assign(sum, Default(vector)));

        body.Add(Prefetches());

        var step = new List<Expression>();
        for (var v = 0; v < vectors; v++) step.Add(Assign(columns[v], Load(vector, Plus(b, v * bytes))));
        for (var r = 0; r < rows; r++)
        {
            step.Add(Assign(factor, Broadcast(Load(element, Scaled(bases[r / RowsPerBase], aRow, r % RowsPerBase)))));
            for (var v = 0; v < vectors; v++)
            {
                var sum = accumulators[(r * vectors) + v];
                step.Add(Assign(sum, MultiplyAdd(factor, columns[v], sum)));
            }
        }
        foreach (var row in bases) step.Add(Assign(row, Add(row, aInner)));
        step.Add(Assign(b, Add(b, bInner)));
        step.Add(Assign(inner, Subtract(inner, Constant(1L))));
        var done = Label("done");
        body.Add(Loop(IfThenElse(GreaterThan(inner, Constant(0L)), Block(step), Break(done)), done));

        body.Add(IfThenElse(accumulate, Stores(add: true), Stores(add: false)));

        var locals = bases.Concat(accumulators).Concat(columns).Append(factor);
        return Lambda<TileCode>(
            Block(locals, body), $"tile{rows}x{vectors}", [a, aRow, aInner, b, bInner, c, cRow, inner, accumulate]).Compile();

        // C is needed only after all terms: meanwhile its lines arrive from wherever they are.
        BlockExpression Prefetches()
        {
            var address = Variable(typeof(long), "address");
            var calls = new List<Expression> { Assign(address, c) };
            for (var r = 0; r < rows; r++)
            {
                for (var at = 0; at < vectors * bytes; at += 64)
                    calls.Add(Call(typeof(TilePrefetch), nameof(TilePrefetch.Touch), [], Plus(address, at)));
                calls.Add(Assign(address, Add(address, cRow)));
            }
            return Block([address], calls);
        }

        BlockExpression Stores(bool add)
        {
            var address = Variable(typeof(long), "address");
            var stores = new List<Expression> { Assign(address, c) };
            for (var r = 0; r < rows; r++)
            {
                for (var v = 0; v < vectors; v++)
                {
                    Expression sum = accumulators[(r * vectors) + v];
                    var at = Plus(address, v * bytes);
                    if (add) sum = Add(Load(vector, at), sum);
                    stores.Add(Call(typeof(LaneMemory), nameof(LaneMemory.Write), [vector], at, sum));
                }
                stores.Add(Assign(address, Add(address, cRow)));
            }
            return Block([address], stores);
        }
    }

    private static ParameterExpression[] Locals(Type type, string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Variable(type, $"{name}{i}"))];

    private static Expression Plus(Expression address, long bytes) =>
        bytes == 0 ? address : Add(address, Constant(bytes));

    private static Expression Scaled(Expression address, Expression step, int times) => times switch
    {
        0 => address,
        1 => Add(address, step),
        _ => Add(address, Multiply(step, Constant((long)times))),
    };

    private static MethodCallExpression Load(Type type, Expression address) =>
        Call(typeof(LaneMemory), nameof(LaneMemory.Read), [type], address);

    private Expression Broadcast(Expression value) => width == VectorWidth.Scalar ? value : Simd.Create(width, value);

    // Integers wrap around; floats round once, also where the element stands alone.
    private Expression MultiplyAdd(Expression x, Expression y, Expression sum)
    {
        if (element == typeof(int) || element == typeof(long)) return Add(Multiply(x, y), sum);
        if (width != VectorWidth.Scalar) return Simd.Call(width, nameof(Vector128.FusedMultiplyAdd), x, y, sum);
        var home = element == typeof(float) ? typeof(MathF) : typeof(Math);
        return Call(home.GetMethod(nameof(Math.FusedMultiplyAdd), [element, element, element])!, x, y, sum);
    }
}
