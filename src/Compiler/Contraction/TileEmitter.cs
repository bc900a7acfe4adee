using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using static System.Linq.Expressions.Expression;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// Computes tiles of C one below the other: rows × (vectors · lanes) sums over <paramref name="inner"/> terms each, stored or added to what C holds.
/// Steps are in bytes. B is read by whole vectors along a row, A element by element; C's rows are contiguous. Every tile reads the same
/// columns of B, and rows of A <paramref name="aTile"/> after those of the tile before. What stands between two tiles in a loop of its own
/// hides behind the multiplications under way; a call for each would not.
/// </summary>
internal delegate void TileCode(
    long a, long aRow, long aInner, long b, long bInner, long c, long cRow, long inner, bool accumulate, long tiles, long aTile);

/// <summary>
/// A <see cref="TileCode"/> that does something else besides, for which the arithmetic leaves time: a <see cref="TileChore"/>. Of
/// several tiles each has its place <paramref name="placeTile"/> after that of the one before.
/// </summary>
internal delegate void BusyTileCode(
    long a, long aRow, long aInner, long b, long bInner, long c, long cRow, long inner, bool accumulate, long tiles, long aTile,
    long place, long offsets, long placeTile);

/// <summary>Which operand's terms are not equally spaced.</summary>
internal enum TileWalk
{
    None,

    /// <summary>Those of A: <c>aInner</c> is the address of a table of steps, one for each term.</summary>
    Rows,

    /// <summary>Those of B: <c>bInner</c> is.</summary>
    Columns,
}

/// <summary>
/// Steps, in bytes, that are numbers in a tile's instructions instead of its arguments: from row to row of A, and from term to term of A and of B.
/// Null where the argument says.
/// </summary>
internal readonly record struct TileSteps(long? RowOfA, long? TermOfA, long? TermOfB);

/// <summary>What a tile can do besides its arithmetic.</summary>
internal enum TileChore
{
    /// <summary>Writes the columns of B, which it reads where they lie, as a packed panel to <c>place</c>.</summary>
    PackColumns,

    /// <summary>
    /// Copies the rows of A that the next tile reads, <c>aTile</c> bytes after this one's, from <c>place</c>, in vectors that the table <c>offsets</c> lists,
    /// one for each term: the bytes from <c>place</c>, then those from the first of the copied rows. Asks for the rows after them.
    /// </summary>
    CopyRows,

    /// <summary>Asks for the lines that the table <c>offsets</c> lists, one for each term, in bytes from <c>place</c> on.</summary>
    FetchLines,

    /// <summary>Asks for what lies <c>place</c> bytes after the columns that it reads.</summary>
    FetchPanel,

    /// <summary>
    /// Of the last vector of a row reads and writes the first <c>place</c> lanes only: no panel is packed for columns that fill no vector. Where no register is left for a mask,
    /// only of the last <c>offsets</c> terms; of those before, the other lanes are there to be read, too.
    /// </summary>
    LimitLanes,
}

/// <summary>
/// Computes one tile of C whose operands are both contiguous along the inner terms. Steps are in bytes. The terms that fill no
/// vector are read by a partial load: nothing after them is touched.
/// </summary>
internal delegate void InnerTileCode(
    long a, long aRow, long b, long bColumn, long c, long cRow, long cColumn, long inner);

/// <summary>
/// Emits the innermost loop of a product with one local per accumulator, so that the whole tile stays in registers. A row is
/// addressed as one of few moving bases plus a multiple of the row step, which the instruction's addressing mode computes.
/// </summary>
internal sealed partial class TileEmitter
{
    private const int RowsPerBase = 3;
    private const int MultiplyAddsUnderWay = 4;
    private const int LineBytes = 64;

    // Measured: 4 and 16 KB gain less where memory is busy, and as much where it is not.
    private const int BytesAhead = 8 << 10;

    // Rows, each with sums of its own, that are asked for ahead. At 512 bits two were not measured.
    private int MostStreams => width == VectorWidth.Vector512 ? 1 : 2;

    private readonly Type element;
    private readonly VectorWidth width;
    private readonly Type vector;
    private readonly int bytes;
    private readonly int lanesPerVector;

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
        lanesPerVector = bytes / type.Size();
    }

    // With 16 registers a term is 12 multiply-adds, so that counting and addressing are a third of the instructions, which two programs on one core
    // share; with 32 registers it is 24 multiply-adds, and elements are read by these themselves.
    private int TermsTogether => width == VectorWidth.Vector512 ? 1 : 4;

    /// <summary>Whether it makes a difference to know the steps from term to term: where several terms are taken at a time.</summary>
    public bool KnowsTermSteps => TermsTogether > 1;

    /// <summary>Those of some known steps that make a difference.</summary>
    public TileSteps Used(TileSteps steps) => KnowsTermSteps ? steps : steps with { TermOfA = null, TermOfB = null };

    /// <param name="rows">Rows of the tile.</param>
    /// <param name="vectors">Vectors in each of its rows.</param>
    /// <param name="walk">For which operand the step along the terms is the address of a table of steps, one for each term, instead.</param>
    /// <param name="steps">The steps that the code is to serve only.</param>
    public Expression<TileCode> Emit(int rows, int vectors, TileWalk walk = TileWalk.None, TileSteps steps = default) => new Tile(this, rows, vectors, walk, chore: null, steps).Emit<TileCode>();

    /// <param name="rows">Rows of the tile.</param>
    /// <param name="vectors">Vectors in each of its rows.</param>
    /// <param name="chore">What it does besides.</param>
    /// <param name="walk">For which operand the step along the terms is the address of a table of steps, one for each term, instead.</param>
    /// <param name="steps">The steps that the code is to serve only.</param>
    public Expression<BusyTileCode> Emit(int rows, int vectors, TileChore chore, TileWalk walk = TileWalk.None, TileSteps steps = default) => new Tile(this, rows, vectors, walk, chore, steps).Emit<BusyTileCode>();

    /// <summary>
    /// How many vectors of terms a tile of inner products takes at a time, each with sums of its own: a multiply-add waits four cycles for the one before. It fixes the order of additions, so it
    /// depends on the columns of the whole product alone: how many rows a tile, a slice or a thread has must not change a bit.
    /// </summary>
    public static int InnerDepth(long columns) => (int)Math.Max(1, MultiplyAddsUnderWay / columns);

    public Expression<InnerTileCode> EmitInner(int rows, int columns, int depth)
    {
        var a = new Strip("a", rows);
        var b = new Strip("b", columns);
        var c = Parameter(typeof(long), "c");
        var (cRow, cColumn) = (Parameter(typeof(long), "cRow"), Parameter(typeof(long), "cColumn"));
        var inner = Parameter(typeof(long), "inner");
        var size = rows * columns;
        var accumulators = Locals(vector, "sum", size * depth);
        // The shorter side stays in registers: 12 sums, 3 rows and a column are all 16 that there are at 256 bits.
        var (held, passing) = rows <= columns ? (a, b) : (b, a);
        var loaded = Locals(vector, "held", Math.Min(rows, columns));
        var factor = Variable(vector, "factor");

        var body = new List<Expression>([.. a.Initialize(), .. b.Initialize()]);
        foreach (var sum in accumulators) body.Add(Assign(sum, Default(vector)));
        body.Add(WhileTermsAreLeft(depth));
        if (depth > 1) body.Add(WhileTermsAreLeft(1));
        if (width != VectorWidth.Scalar)
        {
            var rest = Convert(inner, typeof(int));
            body.Add(IfThen(GreaterThan(inner, Constant(0L)), Block(Products(at => LoadPartial(at, rest), 0))));
        }
        // (0 + 1) + (2 + 3).
        for (var step = 1; step < depth; step *= 2)
        {
            for (var i = 0; i + step < depth; i += 2 * step)
            {
                for (var s = 0; s < size; s++) body.Add(AddAssign(accumulators[(i * size) + s], accumulators[((i + step) * size) + s]));
            }
        }
        for (var r = 0; r < rows; r++)
        {
            for (var x = 0; x < columns; x++)
            {
                var at = Add(Add(c, Multiply(cRow, Constant((long)r))), Multiply(cColumn, Constant((long)x)));
                var sum = accumulators[(r * columns) + x];
                body.Add(Store(at, width == VectorWidth.Scalar ? sum : Simd.Call(width, nameof(Vector128.Sum), sum)));
            }
        }
        return Lambda<InnerTileCode>(
            Block([.. a.Bases, .. b.Bases, .. accumulators, .. loaded, factor], body),
            $"inner{rows}x{columns}x{depth}",
            [a.Start, a.Step, b.Start, b.Step, c, cRow, cColumn, inner]);

        ConditionalExpression WhileTermsAreLeft(int vectors)
        {
            var terms = Constant((long)vectors * lanesPerVector);
            var step = new List<Expression>();
            for (var i = 0; i < vectors; i++)
            {
                // What one or two rows stream is asked for early. More rows are so many streams, and what is ahead of one is another.
                for (var r = 0; r < rows && size <= MostStreams && columns == 1 && vectors > 1 && (i * bytes) % LineBytes == 0; r++)
                    step.Add(Call(typeof(LaneMemory), nameof(LaneMemory.Prefetch), [], Plus(a.Address(r), (i * bytes) + BytesAhead)));
                var from = (long)i * bytes;
                step.AddRange(Products(at => Load(vector, Plus(at, from)), i));
            }
            step.AddRange(a.Advance(Constant((long)vectors * bytes)));
            step.AddRange(b.Advance(Constant((long)vectors * bytes)));
            step.Add(SubtractAssign(inner, terms));
            return While(GreaterThanOrEqual(inner, terms), step);
        }

        List<Expression> Products(Func<Expression, Expression> load, int set)
        {
            var steps = new List<Expression>();
            for (var i = 0; i < loaded.Length; i++) steps.Add(Assign(loaded[i], load(held.Address(i))));
            for (var k = 0; k < size / loaded.Length; k++)
            {
                steps.Add(Assign(factor, load(passing.Address(k))));
                for (var i = 0; i < loaded.Length; i++)
                {
                    var (r, x) = held == a ? (i, k) : (k, i);
                    steps.Add(AddProduct(accumulators[(set * size) + (r * columns) + x], factor, loaded[i]));
                }
            }
            return steps;
        }
    }

    private static ParameterExpression[] Locals(Type type, string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Variable(type, $"{name}{i}"))];

    private static Expression Plus(Expression address, long bytes) =>
        bytes == 0 ? address : Add(address, Constant(bytes));

    // Tested at the end, as the just-in-time compiler leaves it: of loops in loops it does not turn every one round itself.
    private static ConditionalExpression While(Expression condition, IEnumerable<Expression> step)
    {
        var again = Label("again");
        return IfThen(condition, Block([Label(again), .. step, IfThen(condition, Goto(again))]));
    }

    private static MethodCallExpression Prefetch(Expression address) => Call(typeof(TilePrefetch), nameof(TilePrefetch.ToSecondLevel), [], address);

    private static MethodCallExpression Load(Type type, Expression address) =>
        Call(typeof(LaneMemory), nameof(LaneMemory.Read), [type], address);

    private static MethodCallExpression Store(Expression address, Expression value) =>
        Call(typeof(LaneMemory), nameof(LaneMemory.Write), [value.Type], address, value);

    private MethodCallExpression LoadPartial(Expression address, Expression count) => Memory("LoadPartial", address, count);

    private MethodCallExpression Memory(string operation, params Expression[] arguments) => Call(typeof(LaneMemory), $"{operation}{8 * bytes}", [element], arguments);

    private Expression Broadcast(Expression value) => width == VectorWidth.Scalar ? value : Simd.Create(width, value);

    // Integers wrap around; floats round once, also where the element stands alone.
    private BinaryExpression AddProduct(ParameterExpression sum, Expression x, Expression y)
    {
        if (element == typeof(int) || element == typeof(long)) return Assign(sum, Add(Multiply(x, y), sum));
        if (width != VectorWidth.Scalar) return Assign(sum, Simd.Call(width, nameof(Vector128.FusedMultiplyAdd), x, y, sum));
        var home = element == typeof(float) ? typeof(MathF) : typeof(Math);
        return Assign(sum, Call(home.GetMethod(nameof(Math.FusedMultiplyAdd), [element, element, element])!, x, y, sum));
    }

    /// <summary>
    /// Addresses of equally spaced rows that move together. Rows whose distance is known are one base and a number in the instruction, which
    /// loads more quickly than by a register for the distance.
    /// </summary>
    private sealed class Strip(string name, int rows, long? distance = null)
    {
        public ParameterExpression Start { get; } = Parameter(typeof(long), name);

        public ParameterExpression Step { get; } = Parameter(typeof(long), name + "Step");

        public ParameterExpression[] Bases { get; } = Locals(typeof(long), name + "Base", distance is null ? (rows + RowsPerBase - 1) / RowsPerBase : 1);

        public IEnumerable<Expression> Initialize() =>
            Bases.Select((local, i) => Assign(local, Add(Start, Multiply(Step, Constant((long)i * RowsPerBase)))));

        public Expression Address(int row) => distance is { } known ? Plus(Bases[0], row * known) : (row % RowsPerBase) switch
        {
            0 => Bases[row / RowsPerBase],
            1 => Add(Bases[row / RowsPerBase], Step),
            _ => Add(Bases[row / RowsPerBase], Multiply(Step, Constant(2L))),
        };

        public IEnumerable<Expression> Advance(Expression by) => Bases.Select(local => AddAssign(local, by));
    }
}
