using System.Linq.Expressions;
using System.Numerics;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Emits a kernel's loop nest as an expression tree. Every scalar is placed in the outermost loop in which it can be
/// computed; what moves along the vector axis is computed in lanes, everything else once.
/// </summary>
internal sealed class KernelEmitter
{
    // Independent accumulators hide the latency of an addition; a heavy body hides it by itself.
    private const int Accumulators = 4;
    private const int LightBody = 12;

    // Rows that are combined before the sum of a column is loaded and stored again: so many, divided by the instructions of a row.
    private const int InstructionsPerColumnStore = 96;
    private const int MostRowsTogether = 8;

    // What copies of a body may hold, of 32 registers and of 16: the just-in-time compiler leaves some constants in memory. Those of all loops of a row it computes before the row.
    private const int MostOperands = 41;
    private const int MostOperandsOfFew = 19;

    // Copies of a body that take turns: two hide half of what four do, and more gain little.
    private const int MostCopies = 4;

    // Measured: beyond it the just-in-time compiler leaves locals in memory.
    private const int MostLocalUses = 5000;

    // Vectors of a row that make it worth to find its place on one more thread.
    private const int VectorsOfStrip = 16;

    // Measured 2.4 to 3 for an error function and for Adam.
    private const double InstructionsPerCycle = 2.5;

    private readonly Kernel kernel;
    private readonly KernelScopes scopes;
    private readonly KernelScalars scalars;
    private readonly LaneEmitter lanes;
    private readonly RowPrefetch fetches;
    private readonly AxisParts parts;
    private readonly int registerLanes;
    private readonly int tile;
    private readonly ParameterExpression begin = Expression.Parameter(typeof(long), "begin");
    private readonly ParameterExpression end = Expression.Parameter(typeof(long), "end");
    private int? part;
    private readonly int waitingLoops;
    private int localUses;

    private KernelEmitter(Kernel kernel, VectorWidth width)
    {
        this.kernel = kernel;
        scopes = new KernelScopes();
        lanes = LaneEmitter.Create(kernel.Vector is null ? VectorWidth.Scalar : width, kernel.Vector is null ? 1 : LaneCount(kernel, width), scopes.Spill);
        var streams = new StreamingStores(kernel, width);
        fetches = new RowPrefetch(kernel, streams);
        parts = new AxisParts(kernel, lanes.Lanes);
        registerLanes = width.Bytes() / sizeof(float);
        tile = RowTile.RowsOf(kernel, registerLanes);
        scalars = new KernelScalars(kernel, lanes, scopes, streams);
        waitingLoops = Math.Max(1, kernel.Passes.Count(Waits));
        // Each loop has a body for full vectors and one for a partial one.
        localUses = 2 * ScalarGraph.Reachable(kernel.Roots).Where(s => !s.IsConstant).Sum(s => (s.Arguments.Length + 1) * lanes.Registers(s.Type).Count);
    }

    /// <summary>The number of lanes: as many as one register holds of the kernel's elements.</summary>
    public static int LaneCount(Kernel kernel, VectorWidth width)
    {
        var bytes = width switch
        {
            VectorWidth.Vector512 => 64,
            VectorWidth.Vector256 => 32,
            VectorWidth.Vector128 => 16,
            _ => 0,
        };
        if (bytes == 0) return 1;
        return bytes / ElementWidth.Of(kernel, bytes);
    }

    public static CompiledKernel Emit(Kernel kernel, VectorWidth width)
    {
        var emitter = new KernelEmitter(kernel, width);
        var lambda = emitter.Build();
        return new CompiledKernel
        {
            Source = kernel,
            Body = lambda.Compile(),
            Tree = lambda,
            Buffers = emitter.scalars.Buffers,
            Dims = emitter.scalars.Dims,
            Failures = emitter.scalars.Failures,
            Rows = kernel.Shared?.Extent ?? 1,
            Grain = kernel.SharedWithin is not null ? VectorsOfStrip * emitter.lanes.Lanes : kernel.Shared is { } shared && shared == kernel.Vector ? emitter.lanes.Lanes : kernel.Outer.Length == 2 ? emitter.tile : 1,
            IsParallel = kernel.SharedWithin is not null || (kernel.IsParallel && kernel.Outer.Length > 0),
            ReadsRunIndex = ScalarGraph.Reachable(kernel.Roots).Exists(s => s.Op == ScalarOp.RunIndex),
            PointCycles = emitter.parts.Instructions / InstructionsPerCycle / emitter.lanes.Lanes,
            ScratchBytes = emitter.scalars.ScratchBytes,
        };
    }

    private Expression<KernelBody> Build()
    {
        scopes.Open(0);
        EmitOuter(0);
        var body = scopes.Close();
        var prologue = scalars.Prologue();
        return Expression.Lambda<KernelBody>(
            Expression.Block(scopes.Locals.Concat(scalars.PrologueLocals), [.. prologue, .. body, Expression.Label(scalars.End)]),
            kernel.Name, [scalars.Arguments, scalars.Scratch, begin, end]);
    }

    private void EmitOuter(int level, int rows = 1)
    {
        if (level == kernel.ColumnLevel) EmitColumnStart();
        if (level == kernel.Outer.Length)
        {
            if (rows == 1) EmitRow();
            else EmitTile(rows);
            return;
        }
        var axis = kernel.Outer[level];
        var (from, to) = axis == kernel.Shared ? (begin, end) : Bounds(axis);
        var together = level == kernel.Outer.Length - 1 ? RowsTogether() : 1;
        if (together > 1) RowLoop(axis, level + 1, from, to, together, number => EmitColumns(axis, number));
        else if (tile > 1 && level == kernel.Outer.Length - 2) RowLoop(axis, level + 1, from, to, tile, number => EmitOuter(level + 1, number));
        else Loop(axis, level + 1, from, to, unroll: 1, level == kernel.Outer.Length - 1 && kernel.Inner.Length == 0 && Waits(axis, level + 1, kernel.RowStores, []), _ => EmitOuter(level + 1, rows));
    }

    /// <summary>Where an axis begins and ends, its whole extent or one chunk of it.</summary>
    private (Expression From, Expression To) Bounds(LoopAxis axis)
    {
        if (axis.Chunks is null) return (Expression.Constant(0L), scalars.Extent(axis.Extent));
        var from = scopes.Spill(Expression.Multiply(scalars.Uniform(kernel.Builder.LoopIndex(axis.Chunks)), scalars.Extent(axis.ChunkLength)));
        var to = scopes.Spill(Expression.Add(from, scalars.Extent(axis.ChunkLength)));
        var extent = scalars.Extent(axis.Extent);
        scopes.Add(Expression.IfThen(Expression.GreaterThan(to, extent), Expression.Assign(to, extent)));
        return (from, to);
    }

    /// <summary>Every column starts as the identity.</summary>
    private void EmitColumnStart()
    {
        foreach (var pass in kernel.Passes.Where(p => p.Columns.Length > 0))
        {
            KernelStore[] start =
            [
                .. pass.Columns.Select(c => new KernelStore(c.Buffer, c.Offset, kernel.Builder.Constant(c.Buffer.Type.DType, c.Kind.IdentityBits(c.Buffer.Type.DType)))),
            ];
            EmitInner(0, unroll: 1, waits: false, _ => EmitStores(start));
        }
    }

    /// <summary>
    /// How many rows a pass over columns takes at a time, so that it loads and stores their sums less often; 1 where rows have
    /// reductions of their own. It fixes the order of additions, so it depends on the kernel alone.
    /// </summary>
    private int RowsTogether()
    {
        if (kernel.Passes is not [{ Reductions.Length: 0, Columns.Length: > 0 } pass] || kernel.RowStores.Length > 0) return 1;
        var cost = ScalarGraph.Reachable(pass.Columns.Concat(pass.Stores).Select(s => s.Value)).Count(s => !s.IsConstant && s.Op != ScalarOp.Load && s.Type != DType.Int64);
        return (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp((InstructionsPerColumnStore / (cost + 6) / 2) + 1, 1, MostRowsTogether));
    }

    /// <summary>A loop over rows that takes several at a time, then one by one what is left.</summary>
    private void RowLoop(LoopAxis axis, int depth, Expression from, Expression to, int together, Action<int> rows)
    {
        var index = scopes.Local(typeof(long));
        scopes.Add(Expression.Assign(index, from));
        While(axis, index, depth, Expression.LessThanOrEqual(Expression.Add(index, Expression.Constant((long)together)), to), together, () => rows(together));
        While(axis, index, depth, Expression.LessThan(index, to), 1, () => rows(1));
    }

    /// <summary>Some rows of the only pass: of each column the rows are combined pairwise, then with what the column holds.</summary>
    private void EmitColumns(LoopAxis axis, int rows)
    {
        var pass = kernel.Passes[0];
        var b = kernel.Builder;
        var copies = Enumerable.Range(0, rows).Select(row =>
        {
            var done = new Dictionary<Scalar, Scalar>();
            Scalar Shifted(Scalar scalar) => row == 0 ? scalar : ScalarGraph.Substitute(
                b, scalar, s => s.Op == ScalarOp.LoopIndex && s.Payload == axis ? b.Add(s, b.Int64(row)) : null, done);
            return (Stores: Array.ConvertAll(pass.Stores, s => new KernelStore(s.Buffer, Shifted(s.Offset), Shifted(s.Value))), Columns: Array.ConvertAll(pass.Columns, c => Shifted(c.Value)));
        }).ToArray();
        EmitInner(0, unroll: 1, waits: Waits(pass), _ =>
        {
            var sums = pass.Columns.Select(_ => new Stack<(int Rows, Expression[] Value)>()).ToArray();
            foreach (var (stores, columns) in copies)
            {
                for (var c = 0; c < columns.Length; c++)
                {
                    var sum = (Rows: 1, Value: Kept(scalars.Lanes(Here(columns[c]))));
                    while (sums[c].TryPeek(out var before) && before.Rows == sum.Rows)
                    {
                        sums[c].Pop();
                        sum = (2 * sum.Rows, Combine(pass.Columns[c], before.Value, sum.Value));
                    }
                    sums[c].Push(sum);
                }
                EmitStores(stores);
            }
            for (var c = 0; c < sums.Length; c++) AddToColumn(pass.Columns[c], sums[c].Single().Value);
        });
    }

    private void AddToColumn(KernelColumn column, Expression[] value)
    {
        var current = scalars.Lanes(kernel.Builder.Load(column.Buffer.Type.DType, column.Buffer, column.Offset));
        scopes.Add(scalars.Store(column, Combine(column, current, value)));
    }

    /// <summary>Computed now: what the point stores may take the place of what it reads.</summary>
    private Expression[] Kept(Expression[] value) => Array.ConvertAll(value, e => LaneEmitter.IsSimple(e) ? e : scopes.Spill(e));

    private Expression[] Combine(KernelColumn column, Expression[] a, Expression[] b) =>
        Array.ConvertAll(lanes.Combine(column.Kind, column.Buffer.Type.DType, a, b), e => (Expression)scopes.Spill(e));

    /// <summary>Some rows of the only pass at once.</summary>
    private void EmitTile(int rows)
    {
        var (pass, stores) = RowTile.Repeat(kernel, rows);
        EmitPass(pass, 0);
        EmitStores(stores);
    }

    private void EmitRow()
    {
        for (var number = 0; number < kernel.Passes.Length; number++) EmitPass(kernel.Passes[number], number);
        if (kernel.Interleaved is { } axis) EmitInterleaved(axis);
        else EmitStores(kernel.RowStores);
    }

    /// <summary>The vectors of all indices of a short axis, each computed before the first is stored.</summary>
    private void EmitInterleaved(LoopAxis axis)
    {
        var done = Enumerable.Range(0, (int)axis.Extent.Value).Select(_ => new Dictionary<Scalar, Scalar>()).ToArray();
        Scalar At(int index, Scalar scalar) => ScalarGraph.Substitute(
            kernel.Builder, scalar, s => s.Op == ScalarOp.LoopIndex && s.Payload == axis ? kernel.Builder.Int64(index) : null, done[index]);
        var values = Array.ConvertAll(kernel.RowStores, store =>
            Enumerable.Range(0, done.Length).Select(i => scalars.ValueToStore(store with { Value = Here(At(i, store.Value)) }, keep: true)).ToArray());
        for (var i = 0; i < values.Length; i++) scopes.Add(scalars.StoreInterleaved(kernel.RowStores[i] with { Offset = At(0, kernel.RowStores[i].Offset) }, values[i]));
    }

    /// <summary>The loops over the inner axes.</summary>
    private void EmitInner(int level, int unroll, bool waits, Action<int> point)
    {
        if (level == kernel.Inner.Length)
        {
            point(0);
            return;
        }
        var axis = kernel.Inner[level];
        var last = level == kernel.Inner.Length - 1;
        var (from, to) = Bounds(axis);
        Loop(axis, kernel.Outer.Length + 1 + level, from, to, last ? unroll : 1, last && waits, u =>
        {
            if (last) point(u);
            else EmitInner(level + 1, unroll, waits, point);
        });
    }

    private void EmitPass(KernelPass pass, int number)
    {
        var accumulators = pass.Reductions.Select(_ => new List<ParameterExpression[]>()).ToArray();
        var vectorInner = kernel.Vector is { Reduced: true };
        var unroll = Unroll(pass, kernel.Passes[number]);
        var products = Array.ConvertAll(pass.Reductions, r => IsAddedProduct(r, pass));
        for (var r = 0; r < pass.Reductions.Length; r++)
        {
            var reduction = pass.Reductions[r];
            for (var u = 0; u < unroll; u++)
            {
                var identity = scalars.IdentityLanes(reduction);
                accumulators[r].Add(Array.ConvertAll(identity, scopes.Spill));
            }
        }
        EmitInner(0, unroll, tile == 1 && Waits(pass), EmitPoint);
        for (var r = 0; r < pass.Reductions.Length; r++)
        {
            var reduction = pass.Reductions[r];
            var parts = accumulators[r].Select(a => (Expression[])a).ToList();
            // A fixed tree, whatever the extent: (0 + 1) + (2 + 3).
            while (parts.Count > 1)
            {
                for (var i = 0; i + 1 < parts.Count; i++)
                {
                    parts[i] = Array.ConvertAll(lanes.Combine(reduction.Kind, reduction.Type, parts[i], parts[i + 1]), e => (Expression)scopes.Spill(e));
                    parts.RemoveAt(i + 1);
                }
            }
            scalars.Finish(reduction, vectorInner ? [lanes.Horizontal(reduction.Kind, reduction.Type, parts[0])] : parts[0], inLanes: kernel.VectorIsOuter);
        }

        void EmitPoint(int u)
        {
            for (var r = 0; r < pass.Reductions.Length; r++)
            {
                var reduction = pass.Reductions[r];
                var accumulator = accumulators[r][u];
                var sum = products[r] && Here(reduction.Body) is { Op: ScalarOp.Multiply } product
                    ? Active(ProductAdded(product, accumulator), reduction.Type, accumulator)
                    : lanes.Combine(reduction.Kind, reduction.Type, accumulator, Active(ValueOf(reduction), reduction.Type, scalars.IdentityLanes(reduction)));
                for (var i = 0; i < sum.Length; i++) scopes.Add(Expression.Assign(accumulator[i], sum[i]));
            }
            var columns = Array.ConvertAll(pass.Columns, c => Kept(scalars.Lanes(Here(c.Value))));
            EmitStores(pass.Stores);
            for (var c = 0; c < columns.Length; c++) AddToColumn(pass.Columns[c], columns[c]);
            if (scalars.PartialCount is not null) return;
            foreach (var fetch in fetches.In(number)) scopes.Add(scalars.Prefetch(fetch.Buffer, fetch.Offset, fetch.Further));
        }

        Expression[] ValueOf(KernelReduction reduction) => kernel.Vector is null ? [scalars.Uniform(reduction.Body)] : scalars.Lanes(Here(reduction.Body));

        // The rest of a partial vector along a row takes no part in what is reduced.
        Expression[] Active(Expression[] value, DType type, Expression[] otherwise) =>
            vectorInner && scalars.PartialCount is not null ? lanes.Apply(scalars.SelectOf(type), [scalars.ActiveLanes, Array.ConvertAll(value, e => (Expression)scopes.Spill(e)), otherwise]) : value;

        Expression[] ProductAdded(Scalar product, Expression[] sum) =>
            lanes.Apply(scalars.FusedMultiplyAddOf(product.Type), [scalars.Lanes(product.Arguments[0]), scalars.Lanes(product.Arguments[1]), sum]);
    }

    /// <summary>Whether a reduction adds products that nothing else reads, where one instruction multiplies and adds, rounding once.</summary>
    private bool IsAddedProduct(KernelReduction reduction, KernelPass pass)
    {
        if (!Fma.IsSupported || kernel.Vector is null || reduction is not { Kind: ReductionKind.Sum, Body: { Op: ScalarOp.Multiply } product } || !product.Type.IsFloat()) return false;
        Scalar[] roots = [.. pass.Reductions.Select(r => r.Body), .. pass.Stores.Concat(pass.Columns).Select(s => s.Value)];
        return roots.Count(s => s == product) + ScalarGraph.Reachable(roots).Count(s => s.Arguments.Contains(product)) == 1;
    }

    /// <summary>Stores after all their values are computed: an update in place must not be seen by its neighbours.</summary>
    private void EmitStores(KernelStore[] stores)
    {
        var values = stores.Select(s => scalars.ValueToStore(s with { Value = Here(s.Value) }, keep: stores.Length > 1)).ToArray();
        for (var i = 0; i < stores.Length; i++) scopes.Add(scalars.Store(stores[i], values[i]));
    }

    /// <summary>A scalar as it is in the part of an axis that is being emitted.</summary>
    private Scalar Here(Scalar scalar) => part is { } number ? parts.Within(number, scalar) : scalar;

    /// <summary>A loop over an axis, or over each of its parts.</summary>
    private void Loop(LoopAxis axis, int depth, Expression from, Expression to, int unroll, bool waits, Action<int> body)
    {
        var index = scopes.Local(typeof(long));
        scopes.Add(Expression.Assign(index, from));
        var isWhole = from is ConstantExpression && to is ConstantExpression;
        if (axis != parts.Axis)
        {
            Walk(axis, index, depth, to, isWhole ? (long)((ConstantExpression)to).Value! : null, unroll, waits, body);
            return;
        }
        for (var number = 0; number < parts.Ends.Count; number++)
        {
            var last = Expression.Constant(parts.Ends[number]);
            var partEnd = isWhole ? (Expression)last : scopes.Spill(Expression.Condition(Expression.LessThan(to, last), to, last));
            part = number;
            Walk(axis, index, depth, partEnd, isWhole ? parts.Ends[number] - (number == 0 ? 0 : parts.Ends[number - 1]) : null, unroll, waits: false, body);
            part = null;
        }
    }

    /// <summary>Goes on from an index; along the vector axis by full vectors first, then by one partial vector.</summary>
    private void Walk(LoopAxis axis, ParameterExpression index, int depth, Expression to, long? known, int unroll, bool waits, Action<int> body)
    {
        var step = axis == kernel.Vector ? lanes.Lanes : 1;
        if (unroll > 1 && (known is null || known >= step * unroll))
        {
            While(axis, index, depth, Fits(unroll), unroll * step, () =>
            {
                for (var u = 0; u < unroll; u++)
                {
                    using (scalars.Copy(axis, u == 0 ? index : Expression.Add(index, Expression.Constant((long)u * step)))) body(u);
                }
            });
        }
        var copies = waits && (known is null || known >= 2 * step) ? InTurns() : 0;
        var left = copies switch { 0 => known, 1 => 0, _ => known % (copies * step) };
        if (left is null || left >= step) While(axis, index, depth, Fits(1), step, () => body(0));
        if (step == 1 || known % step == 0 || (part is null && IsWhole(axis))) return;
        scopes.Open(depth);
        using (scalars.Index(axis, index))
        using (scalars.Partial(Expression.Convert(Expression.Subtract(to, index), typeof(int)))) body(0);
        if (part is not null) scopes.Add(Expression.Assign(index, to));
        var partial = scopes.Close();
        scopes.Add(Expression.IfThen(Expression.LessThan(index, to), Expression.Block(partial)));

        int InTurns()
        {
            scopes.Open(depth);
            scalars.ConstantsInMemory = LaneConstants.Helps(lanes.Width);
            var number = scopes.Interleave(
                turns => Copies(turns, known / step),
                copy => scalars.Index(axis, copy == 0 ? index : scopes.Spill(Expression.Add(index, Expression.Constant((long)copy * step)))),
                () => body(0));
            scalars.ConstantsInMemory = false;
            Repeat(index, Fits(number), number * step, scopes.Close());
            return number;
        }

        Expression Fits(int copies) => copies * step == 1
            ? Expression.LessThan(index, to)
            : Expression.LessThanOrEqual(Expression.Add(index, Expression.Constant((long)copies * step)), to);
    }

    private void While(LoopAxis axis, ParameterExpression index, int depth, Expression condition, int step, Action inside)
    {
        scopes.Open(depth);
        using (scalars.Index(axis, index)) inside();
        Repeat(index, condition, step, scopes.Close());
    }

    private void Repeat(ParameterExpression index, Expression condition, int step, List<Expression> statements)
    {
        var exit = Expression.Label();
        var next = Expression.AddAssign(index, Expression.Constant((long)step));
        scopes.Add(Expression.Loop(
            Expression.IfThenElse(condition, Expression.Block([.. statements, next]), Expression.Break(exit)), exit));
    }

    /// <summary>How many accumulators a pass has; those of rows that are reduced together depend on what one of them does.</summary>
    private int Unroll(KernelPass pass, KernelPass row) =>
        pass.Reductions.Length == 0 || pass.Columns.Length > 0 || !IsLong(kernel.Inner) || !IsLight(row) ? 1 : tile > 1 ? RowTile.Accumulators(registerLanes, lanes.Registers(pass.Reductions[0].Type).Count) : Accumulators;

    private bool Waits(KernelPass pass) =>
        kernel.Inner.Length > 0 && Unroll(pass, pass) == 1 && Waits(kernel.Inner[^1], kernel.Outer.Length + kernel.Inner.Length, [.. pass.Stores, .. pass.Columns], pass.Reductions);

    /// <summary>
    /// Whether the body of an innermost loop waits for its own results and could be done for several indices in turns: what one of them stores no other reads.
    /// </summary>
    private bool Waits(LoopAxis axis, int depth, KernelStore[] stores, KernelReduction[] reductions)
    {
        if (lanes.Lanes == 1 || kernel.Interleaved is not null) return false;
        Scalar[] values = [.. stores.Select(s => s.Value), .. reductions.Select(r => r.Body)];
        if (!LatencyBound.Holds(values, s => scalars.IsInside(s, depth), type => lanes.Registers(type).Count)) return false;
        if (stores.Any(s => !ScalarGraph.TryCoefficient(kernel.Builder, s.Offset, axis, out var step) || step.IsInteger(0))) return false;
        return ScalarGraph.Reachable(values).TrueForAll(s => s.Op != ScalarOp.Guard
            && (s.Op != ScalarOp.Load || stores.All(store => store.Buffer != s.Payload || ReferenceEquals(store.Offset, s.Arguments[0]))));
    }

    /// <summary>How many copies of a body take turns: as many as fit the registers, and as code the just-in-time compiler.</summary>
    private int Copies(InterleavedCopies interleaved, long? most)
    {
        var operands = (Avx512F.IsSupported ? MostOperands : MostOperandsOfFew) / waitingLoops;
        var copies = (int)Math.Min(MostCopies, most ?? MostCopies);
        while (copies > 1 && (localUses + (copies * interleaved.LocalUses) > MostLocalUses || interleaved.Registers(copies) > operands)) copies--;
        // A turn takes about as long with fewer copies, for its chain is as long: a short loop has as few turns as can be, those of what is left over included.
        if (most is { } whole && copies > 1) copies = Enumerable.Range(2, copies - 1).MinBy(c => ((whole / c) + (whole % c), -c));
        if (copies > 1) localUses += copies * interleaved.LocalUses;
        return copies;
    }

    /// <summary>Whether every chunk of an axis, the last one too, ends on a full vector.</summary>
    private bool IsWhole(LoopAxis axis) =>
        axis.Chunks is not null && axis.Extent.IsConstant && axis.ChunkLength.IsConstant
        && axis.Extent.Value % lanes.Lanes == 0 && axis.ChunkLength.Value % lanes.Lanes == 0;

    /// <summary>Whether the innermost loop is more than a few turns long.</summary>
    private bool IsLong(LoopAxis[] inner) =>
        inner.Length > 0 && (inner[^1] == kernel.Vector || !inner[^1].Extent.IsConstant || inner[^1].Extent.Value >= 4 * Accumulators);

    private static bool IsLight(KernelPass pass) =>
        ScalarGraph.Reachable(pass.Reductions.Select(r => r.Body).Concat(pass.Stores.Concat(pass.Columns).Select(s => s.Value))).Count(s => s.Type.IsFloat() && !s.IsConstant && s.Op != ScalarOp.Load) <= LightBody;
}
