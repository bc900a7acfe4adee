using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using static System.Linq.Expressions.Expression;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>
/// Computes a tile of sums over windows: rows × (vectors · lanes) neighbouring results of some outputs. Steps and offsets are in bytes. For each stage,
/// <paramref name="counts"/> holds how many groups of taps there are; for each group, <paramref name="offsets"/> how far its first row is from x, and
/// <paramref name="weights"/> for each tap of its run one number for each output, the taps reading rows one after the other. Of each row the first
/// <paramref name="live"/> results are stored.
/// </summary>
internal delegate void SlideCode(long x, long xRow, long counts, long offsets, long weights, long c, long cRow, long cOutput, int live);

/// <summary>
/// Adds to sums over places, a vector for each tap: of the taps of a few groups with rows of y, tile after tile of rows and vector after vector. Steps and offsets are in bytes.
/// </summary>
internal delegate void SlideSumCode(long x, long xRow, long xTile, long offsets, long y, long yRow, long yTile, long tiles, long vectors, long sums);

/// <summary>Emits the innermost loops of a correlation, with one local for each vector of results, or for each tap's sum.</summary>
internal sealed partial class SlideEmitter
{
    private const int RowsPerBase = 3;

    private readonly Type element;
    private readonly VectorWidth width;
    private readonly Type vector;
    private readonly int size;
    private readonly int bytes;

    public SlideEmitter(DType type, VectorWidth width)
    {
        this.width = width;
        element = type == DType.Float32 ? typeof(float) : typeof(double);
        size = type.Size();
        (vector, bytes) = width == VectorWidth.Scalar ? (element, size) : (Simd.VectorType(width, element), width.Bytes());
    }

    /// <param name="outputs">Outputs that are summed together.</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="vectors">Vectors in each of its rows.</param>
    /// <param name="runs">For each stage, how many taps of a group read rows one after the other.</param>
    public Expression<SlideCode> Emit(int outputs, int rows, int vectors, IReadOnlyList<int> runs)
    {
        var (x, xRow, counts, offsets, weights) = (Long("x"), Long("xRow"), Long("counts"), Long("offsets"), Long("weights"));
        var (c, cRow, cOutput, live) = (Long("c"), Long("cRow"), Long("cOutput"), Parameter(typeof(int), "live"));
        var sums = Locals(vector, "sum", outputs * rows * vectors);
        var factors = Locals(vector, "factor", outputs * runs.Max());
        var bases = Locals(typeof(long), "row", (rows + runs.Max() - 1 + RowsPerBase - 1) / RowsPerBase);
        var (count, column) = (Variable(typeof(long), "count"), Variable(vector, "column"));

        var body = new List<Expression>();
        foreach (var sum in sums) body.Add(Assign(sum, Default(vector)));
        for (var stage = 0; stage < runs.Count; stage++)
        {
            var run = runs[stage];
            var step = new List<Expression>();
            step.AddRange(Bases(bases, rows + run - 1, Add(x, Read(typeof(long), offsets)), xRow));
            step.Add(AddAssign(offsets, Constant((long)sizeof(long))));
            for (var factor = 0; factor < run * outputs; factor++) step.Add(Assign(factors[factor], Broadcast(Read(element, Plus(weights, factor * size)))));
            step.Add(AddAssign(weights, Constant((long)run * outputs * size)));
            for (var row = 0; row < rows + run - 1; row++)
            {
                for (var v = 0; v < vectors; v++)
                {
                    step.Add(Assign(column, Read(vector, Plus(Row(bases, row, xRow), v * bytes))));
                    for (var tap = Math.Max(0, row - rows + 1); tap < Math.Min(run, row + 1); tap++)
                    {
                        for (var output = 0; output < outputs; output++) step.Add(AddProduct(Sum(output, row - tap, v), factors[(tap * outputs) + output], column));
                    }
                }
            }
            step.Add(SubtractAssign(count, Constant(1L)));
            body.Add(Assign(count, Read(typeof(long), Plus(counts, stage * sizeof(long)))));
            body.Add(While(GreaterThan(count, Constant(0L)), step));
        }
        body.Add(IfThenElse(GreaterThanOrEqual(live, Constant(vectors * (bytes / size))), Stores(whole: true), Stores(whole: false)));
        return Lambda<SlideCode>(
            Block([.. sums, .. factors, .. bases, count, column], body), $"slide{outputs}x{rows}x{vectors}_{string.Join("_", runs)}", [x, xRow, counts, offsets, weights, c, cRow, cOutput, live]);

        ParameterExpression Sum(int output, int row, int v) => sums[(((output * rows) + row) * vectors) + v];

        BlockExpression Stores(bool whole)
        {
            var address = Variable(typeof(long), "address");
            var stores = new List<Expression>();
            for (var output = 0; output < outputs; output++)
            {
                stores.Add(Assign(address, c));
                for (var row = 0; row < rows; row++)
                {
                    for (var v = 0; v < vectors; v++)
                    {
                        var (to, sum) = (Plus(address, v * bytes), Sum(output, row, v));
                        stores.Add(
                            whole ? Write(to, sum)
                            : width == VectorWidth.Scalar ? IfThen(GreaterThan(live, Constant(v)), Write(to, sum))
                            : Call(typeof(LaneMemory), $"StorePartial{8 * bytes}", [element], to, Subtract(live, Constant(v * (bytes / size))), sum));
                    }
                    stores.Add(AddAssign(address, cRow));
                }
                stores.Add(AddAssign(c, cOutput));
            }
            return Block([address], stores);
        }
    }

    /// <param name="rows">Rows of y in a tile.</param>
    /// <param name="run">How many taps of a group read rows one after the other.</param>
    /// <param name="groups">How many groups there are.</param>
    public Expression<SlideSumCode> EmitSum(int rows, int run, int groups)
    {
        var (x, xRow, xTile, offsets) = (Long("x"), Long("xRow"), Long("xTile"), Long("offsets"));
        var (y, yRow, yTile, tiles, vectors, to) = (Long("y"), Long("yRow"), Long("yTile"), Long("tiles"), Long("vectors"), Long("to"));
        var sums = Locals(vector, "sum", run * groups);
        var ours = Locals(vector, "y", rows);
        var places = Locals(typeof(long), "place", groups);
        var bases = Locals(typeof(long), "row", (rows + run - 1 + RowsPerBase - 1) / RowsPerBase);
        var (at, count, column) = (Variable(typeof(long), "at"), Variable(typeof(long), "count"), Variable(vector, "column"));

        var step = new List<Expression>();
        step.AddRange(Bases(bases, rows, Add(y, at), yRow));
        for (var row = 0; row < rows; row++) step.Add(Assign(ours[row], Read(vector, Row(bases, row, yRow))));
        for (var group = 0; group < groups; group++)
        {
            step.AddRange(Bases(bases, rows + run - 1, Add(Add(x, at), places[group]), xRow));
            for (var row = 0; row < rows + run - 1; row++)
            {
                step.Add(Assign(column, Read(vector, Row(bases, row, xRow))));
                for (var tap = Math.Max(0, row - rows + 1); tap < Math.Min(run, row + 1); tap++) step.Add(AddProduct(sums[(group * run) + tap], ours[row - tap], column));
            }
        }
        step.Add(AddAssign(at, Constant((long)bytes)));
        step.Add(SubtractAssign(count, Constant(1L)));

        var body = new List<Expression>();
        for (var i = 0; i < sums.Length; i++) body.Add(Assign(sums[i], Read(vector, Plus(to, i * bytes))));
        for (var group = 0; group < groups; group++) body.Add(Assign(places[group], Read(typeof(long), Plus(offsets, group * sizeof(long)))));
        body.Add(While(
            GreaterThan(tiles, Constant(0L)),
            [
                Assign(at, Constant(0L)), Assign(count, vectors), While(GreaterThan(count, Constant(0L)), step),
                AddAssign(x, xTile), AddAssign(y, yTile), SubtractAssign(tiles, Constant(1L)),
            ]));
        for (var i = 0; i < sums.Length; i++) body.Add(Write(Plus(to, i * bytes), sums[i]));
        return Lambda<SlideSumCode>(
            Block([.. sums, .. ours, .. places, .. bases, at, count, column], body), $"slideSum{rows}_{run}x{groups}", [x, xRow, xTile, offsets, y, yRow, yTile, tiles, vectors, to]);
    }

    private static ParameterExpression Long(string name) => Parameter(typeof(long), name);

    private static ParameterExpression[] Locals(Type type, string name, int count) => [.. Enumerable.Range(0, count).Select(i => Variable(type, $"{name}{i}"))];

    /// <summary>Sets the addresses of every third row; what lies between is a multiple of the step, which the instruction's addressing mode computes.</summary>
    private static IEnumerable<Expression> Bases(ParameterExpression[] bases, int rows, Expression start, Expression step)
    {
        for (var i = 0; i * RowsPerBase < rows; i++) yield return Assign(bases[i], i == 0 ? start : Add(bases[i - 1], Multiply(step, Constant((long)RowsPerBase))));
    }

    private static Expression Row(ParameterExpression[] bases, int row, Expression step) => (row % RowsPerBase) switch
    {
        0 => bases[row / RowsPerBase],
        1 => Add(bases[row / RowsPerBase], step),
        _ => Add(bases[row / RowsPerBase], Multiply(step, Constant(2L))),
    };

    private static Expression Plus(Expression address, long bytes) => bytes == 0 ? address : Add(address, Constant(bytes));

    private static LoopExpression While(Expression condition, IEnumerable<Expression> step)
    {
        var done = Label("done");
        return Loop(IfThenElse(condition, Block(step), Break(done)), done);
    }

    private static MethodCallExpression Read(Type type, Expression address) => Call(typeof(LaneMemory), nameof(LaneMemory.Read), [type], address);

    private static MethodCallExpression Write(Expression address, Expression value) => Call(typeof(LaneMemory), nameof(LaneMemory.Write), [value.Type], address, value);

    private Expression Broadcast(Expression value) => width == VectorWidth.Scalar ? value : Simd.Create(width, value);

    private BinaryExpression AddProduct(ParameterExpression sum, Expression x, Expression y)
    {
        if (width != VectorWidth.Scalar) return Assign(sum, Simd.Call(width, nameof(Vector128.FusedMultiplyAdd), x, y, sum));
        var home = element == typeof(float) ? typeof(MathF) : typeof(Math);
        return Assign(sum, Call(home.GetMethod(nameof(Math.FusedMultiplyAdd), [element, element, element])!, x, y, sum));
    }
}
