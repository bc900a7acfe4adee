using System.Linq.Expressions;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Emits the scalars of a kernel, each once for as long as its scope is open: uniformly, as one CLR value (for what moves along
/// the vector axis, its value in the first lane), or in lanes.
/// </summary>
internal sealed partial class KernelScalars(Kernel kernel, LaneEmitter lanes, KernelScopes scopes, StreamingStores streams)
{
    private static readonly System.Reflection.MethodInfo Clamp = ((Func<long, long, long, long>)Math.Clamp).Method;

    // Vectors of a row one of which is another than all others: then a branch that is foreseen wrongly once a row costs less than a selection in each of them.
    private const int LongRow = 32;

    private readonly LaneEmitter single = LaneEmitter.Create(VectorWidth.Scalar, 1, scopes.Spill);
    private readonly Dictionary<Scalar, Expression> uniform = [];
    private readonly Dictionary<Scalar, Expression[]> inLanes = [];
    private readonly Dictionary<Scalar, int> depths = [];
    private readonly Dictionary<Scalar, bool> varying = [];
    private readonly Dictionary<LoopAxis, Expression> indices = [];
    private readonly Dictionary<(TensorBuffer Buffer, Scalar Offset), Expression> rowAddresses = [];
    private readonly List<TensorBuffer> buffers = [];
    private readonly List<ParameterExpression> addresses = [];
    private readonly List<Dim> dims = [];
    private readonly List<ParameterExpression> extents = [];
    private readonly List<KernelFailure> failures = [];
    private readonly ParameterExpression runIndex = Expression.Variable(typeof(long), "run");
    private readonly ParameterExpression status = Expression.Variable(typeof(long), "status");
    private readonly LaneConstants constants = new();
    private Expression[]? active;

    public ParameterExpression Arguments { get; } = Expression.Parameter(typeof(long), "arguments");

    public ParameterExpression Scratch { get; } = Expression.Parameter(typeof(long), "scratch");

    /// <summary>Where the kernel's body ends.</summary>
    public LabelTarget End { get; } = Expression.Label("end");

    public TensorBuffer[] Buffers => [.. buffers];

    public Dim[] Dims => [.. dims];

    public KernelFailure[] Failures => [.. failures];

    public Dim ScratchBytes { get; private set; } = 0;

    /// <summary>How many lanes are live, in the partial vector at the end of the vector axis; null in full ones.</summary>
    public Expression? PartialCount { get; private set; }

    /// <summary>Whether constants are read from memory now, see <see cref="LaneConstants"/>.</summary>
    public bool ConstantsInMemory { get; set; }

    /// <summary>Reads the argument table; runs before everything else.</summary>
    public List<Expression> Prologue()
    {
        var slots = new List<ParameterExpression>([.. addresses, .. extents, runIndex, status]);
        var reads = slots.Select((local, slot) => (Expression)Expression.Assign(
            local, single.Load(DType.Int64, Expression.Add(Arguments, Expression.Constant(slot * 8L)))[0]));
        return constants.Any ? [.. reads, .. constants.Prologue] : [.. reads];
    }

    /// <summary>Locals that the prologue fills.</summary>
    public IEnumerable<ParameterExpression> PrologueLocals => constants.Any ? [.. addresses, .. extents, runIndex, status, constants.Local] : [.. addresses, .. extents, runIndex, status];

    /// <summary>The loop index of an axis until the result is disposed.</summary>
    public IDisposable Index(LoopAxis axis, Expression index)
    {
        var had = indices.TryGetValue(axis, out var outer);
        indices[axis] = index;
        return new Undo(() =>
        {
            if (had) indices[axis] = outer!;
            else indices.Remove(axis);
        });
    }

    /// <summary>A further copy of an unrolled body, at another index. What the first copy computed along the axis is not its own.</summary>
    public IDisposable Copy(LoopAxis axis, Expression index)
    {
        scopes.Open(scopes.Current.Depth);
        var restore = Index(axis, index is ParameterExpression ? index : scopes.Spill(index));
        return new Undo(() =>
        {
            restore.Dispose();
            foreach (var statement in scopes.Close()) scopes.Add(statement);
        });
    }

    /// <summary>Whether a scalar changes in a loop of some depth.</summary>
    public bool IsInside(Scalar scalar, int depth) => Depth(scalar) >= depth;

    /// <summary>Only the first lanes are live until the result is disposed.</summary>
    public IDisposable Partial(Expression count)
    {
        PartialCount = scopes.Spill(count);
        // Here and now: a user may stand in a block that closes before the next one.
        active = Array.ConvertAll(lanes.FirstLanes(PartialCount), e => (Expression)scopes.Spill(e));
        return new Undo(() => (PartialCount, active) = (null, null));
    }

    /// <summary>Which lanes are live, inside a partial vector.</summary>
    public Expression[] ActiveLanes => active ?? throw new InvalidOperationException("every lane is live");

    public Expression[] IdentityLanes(KernelReduction reduction) => lanes.Constant(reduction.Type, reduction.Kind.IdentityBits(reduction.Type));

    /// <summary>A select instruction of a type, to be applied to given lanes.</summary>
    public Scalar SelectOf(DType type) =>
        kernel.Builder.Select(kernel.Builder.Parameter(DType.Bool, 0), kernel.Builder.Parameter(type, 1), kernel.Builder.Parameter(type, 2));

    /// <summary>A product and a sum in one instruction, to be applied to given lanes.</summary>
    public Scalar FusedMultiplyAddOf(DType type) => kernel.Builder.FusedMultiplyAdd(kernel.Builder.Parameter(type, 0), kernel.Builder.Parameter(type, 1), kernel.Builder.Parameter(type, 2));

    /// <summary>The finished value of a reduction, for the rest of the row.</summary>
    public void Finish(KernelReduction reduction, Expression[] value, bool inLanes)
    {
        var scalar = kernel.Builder.Accumulated(reduction.Type, reduction);
        var kept = Array.ConvertAll(value, e => (Expression)scopes.Spill(e));
        if (inLanes && lanes.Lanes > 1) Remember(scalar, kept, scopes.Current);
        else Remember(scalar, kept[0], scopes.Current);
    }

    public Expression[] ValueToStore(KernelStore store, bool keep)
    {
        var value = IsInLanes(store) ? Lanes(store.Value) : [Uniform(store.Value)];
        return keep ? Array.ConvertAll(value, e => LaneEmitter.IsSimple(e) ? e : scopes.Spill(e)) : value;
    }

    public Expression Store(KernelStore store, Expression[] value)
    {
        var type = store.Buffer.Type.DType;
        var address = Address(store.Buffer, store.Offset);
        if (!IsInLanes(store)) return single.Store(type, address, value);
        if (store.Buffer.Kind == BufferKind.Scratch && kernel.VectorIsOuter) return lanes.Store(type, address, value);
        if (!ScalarGraph.TryCoefficient(kernel.Builder, store.Offset, kernel.Vector!, out var step))
            throw new InvalidOperationException($"{kernel.Name}: a store must be an affine function of the vector axis");
        if (step.IsInteger(1) && PartialCount is { } count) return lanes.StorePartial(type, address, count, value);
        if (step.IsInteger(1)) return streams.Holds(store.Buffer) ? lanes.StoreStream(type, address, value) : lanes.Store(type, address, value);
        return lanes.StoreStrided(type, address, Uniform(step), PartialCount, value);
    }

    /// <summary>Stores vectors whose elements take turns, from the place of the first one's first element on.</summary>
    public Expression StoreInterleaved(KernelStore store, Expression[][] values) =>
        lanes.StoreInterleaved(store.Buffer.Type.DType, Address(store.Buffer, store.Offset), PartialCount, values, streams.Holds(store.Buffer));

    /// <summary>Asks for the element some elements further.</summary>
    public Expression Prefetch(TensorBuffer buffer, Scalar offset, Scalar further) => StaticMethods.Call(
        typeof(LaneMemory), nameof(LaneMemory.Prefetch),
        Expression.Add(Address(buffer, offset), Expression.Multiply(Uniform(further), Expression.Constant((long)buffer.Type.DType.Size()))));

    /// <summary>One CLR value; for what moves along the vector axis, that of the first lane.</summary>
    public Expression Uniform(Scalar scalar)
    {
        if (uniform.TryGetValue(scalar, out var known)) return known;
        switch (scalar.Op)
        {
            case ScalarOp.Constant: return single.Constant(scalar.Type, scalar.Bits)[0];
            case ScalarOp.Extent: return Extent((Dim)scalar.Payload!);
            case ScalarOp.LoopIndex: return indices[(LoopAxis)scalar.Payload!];
            case ScalarOp.RunIndex: return runIndex;
            case ScalarOp.Accumulated: throw new InvalidOperationException($"{kernel.Name}: {scalar} is read before it is finished");
        }
        var scope = scopes.At(Depth(scalar));
        var value = scopes.Within(scope, () => scopes.Spill(EmitUniform(scalar)));
        Remember(scalar, value, scope);
        return value;
    }

    /// <summary>One value a lane.</summary>
    public Expression[] Lanes(Scalar scalar)
    {
        if (inLanes.TryGetValue(scalar, out var known)) return known;
        if (scalar.IsConstant) return lanes.Constant(scalar.Type, scalar.Bits);
        if (lanes.Lanes == 1) return [Uniform(scalar)];
        var scope = scopes.At(Depth(scalar));
        var value = scopes.Within(scope, () => Array.ConvertAll(EmitLanes(scalar), e => (Expression)scopes.Spill(e)));
        Remember(scalar, value, scope);
        return value;
    }

    private Expression EmitUniform(Scalar scalar)
    {
        switch (scalar.Op)
        {
            case ScalarOp.Load when scalar.Arguments.Length == 1:
                return single.Load(scalar.Type, Address((TensorBuffer)scalar.Payload!, scalar.Arguments[0]))[0];
            case ScalarOp.Load:
            {
                // Nothing may be read where the predicate is false: a branch, not a selection.
                var result = scopes.Local(single.Registers(scalar.Type).Register);
                var address = Address((TensorBuffer)scalar.Payload!, scalar.Arguments[0]);
                scopes.Add(Expression.IfThenElse(
                    Uniform(scalar.Arguments[1]),
                    Expression.Assign(result, single.Load(scalar.Type, address)[0]),
                    Expression.Assign(result, Uniform(scalar.Arguments[2]))));
                return Settled(result);
            }
            // One comparison for an index: taken as unsigned, a negative one is beyond any extent.
            case ScalarOp.And when scalar.Arguments is [
                { Op: ScalarOp.LessOrEqual, Arguments: [{ IsConstant: true, Type: DType.Int64, Bits: 0 }, var index] },
                { Op: ScalarOp.LessThan, Arguments: [var same, { Op: ScalarOp.Extent } or { IsConstant: true, Bits: >= 0 }] } isBelow] && ReferenceEquals(index, same):
                return Expression.LessThan(Expression.Convert(Uniform(index), typeof(ulong)), Expression.Convert(Uniform(isBelow.Arguments[1]), typeof(ulong)));
            case ScalarOp.Guard:
            {
                var value = Uniform(scalar.Arguments[0]);
                var failed = kernel.EndsAtFailure ? Expression.Block(Fail(scalar), Expression.Return(End)) : Fail(scalar);
                scopes.Add(Expression.IfThen(Expression.Not(Uniform(scalar.Arguments[1])), failed));
                return value;
            }
            case ScalarOp.SelectRare:
            {
                var result = scopes.Spill(Uniform(scalar.Arguments[2]));
                AssignWhere(Uniform(scalar.Arguments[0]), [result], () => [Uniform(scalar.Arguments[1])]);
                return result;
            }
            case ScalarOp.Select when scalar is { Type: DType.Int64, Arguments: [_, { IsConstant: true, Bits: -1 }, { IsConstant: true, Bits: 0 }] }:
                return StaticMethods.Call(typeof(LaneArithmetic), nameof(LaneArithmetic.MaskOf), [typeof(long)], [Uniform(scalar.Arguments[0])]);
            default:
            {
                var result = single.Apply(scalar, Array.ConvertAll(scalar.Arguments, a => new[] { Uniform(a) }))[0];
                return Branches(scalar) ? Settled(result) : result;
            }
        }
    }

    private static bool Branches(Scalar scalar) => scalar.Op switch
    {
        ScalarOp.Select or ScalarOp.SelectRare or ScalarOp.Minimum or ScalarOp.Maximum or ScalarOp.Absolute or ScalarOp.Divide or ScalarOp.Remainder => true,
        ScalarOp.Convert => scalar.Arguments[0].Type == DType.Bool,
        _ => false,
    };

    /// <summary>
    /// The same value by way of an instruction that the JIT cannot see through. Where an integer that was chosen by a branch in
    /// an inner loop is part of an address, the induction variable analysis of .NET 10 takes it for a constant of the loops
    /// around and hoists it: scatter-add then adds every update at one place.
    /// </summary>
    private Expression Settled(Expression value)
    {
        // The argument table is aligned, so its low bits are 0.
        var zero = Expression.And(Arguments, Expression.Constant(7L));
        return value.Type == typeof(long) ? Expression.ExclusiveOr(value, zero)
            : value.Type == typeof(int) ? Expression.ExclusiveOr(value, Expression.Convert(zero, typeof(int)))
            : value;
    }

    private Expression[] EmitLanes(Scalar scalar)
    {
        if (!Varies(scalar)) return lanes.Broadcast(scalar.Type, Uniform(scalar));
        switch (scalar.Op)
        {
            case ScalarOp.LoopIndex:
            {
                var first = lanes.Broadcast(DType.Int64, Uniform(scalar));
                var add = kernel.Builder.Add(kernel.Builder.Parameter(DType.Int64, 0), kernel.Builder.Parameter(DType.Int64, 1));
                return lanes.Apply(add, [first, lanes.LaneIndices()]);
            }
            case ScalarOp.Load:
                return scalar.Arguments.Length == 1 ? EmitLoad(scalar) : EmitLoadWhere(scalar);
            case ScalarOp.Guard:
            {
                var value = Lanes(scalar.Arguments[0]);
                var ok = Lanes(scalar.Arguments[1]);
                if (active is not null) ok = lanes.Apply(Logic(ScalarOp.Or), [ok, lanes.Apply(Logic(ScalarOp.Not), [ActiveLanes])]);
                scopes.Add(Expression.IfThen(Expression.Not(lanes.All(ok)), Fail(scalar)));
                return value;
            }
            case ScalarOp.SelectRare:
            {
                var mask = Lanes(scalar.Arguments[0]);
                var result = Array.ConvertAll(Lanes(scalar.Arguments[2]), e => scopes.Spill(e));
                AssignWhere(
                    Expression.Not(lanes.All(lanes.Apply(Logic(ScalarOp.Not), [mask]))), result,
                    () => lanes.Apply(SelectOf(scalar.Type), [mask, Lanes(scalar.Arguments[1]), result]));
                return result;
            }
            case ScalarOp.Accumulated:
                throw new InvalidOperationException($"{kernel.Name}: {scalar} is read before it is finished");
            // A mask of other lanes than the elements' would be widened for every vector: what a row chooses as a whole is filled in as wide as they are, once.
            case ScalarOp.Select when !Varies(scalar.Arguments[0]) && scalar.Type.Size() == sizeof(long) && lanes.Registers(DType.Int64).Count != lanes.Registers(DType.Bool).Count:
            {
                var mask = kernel.Builder.Select(scalar.Arguments[0], kernel.Builder.Int64(-1), kernel.Builder.Int64(0));
                return lanes.Apply(scalar, [Lanes(mask), Lanes(scalar.Arguments[1]), Lanes(scalar.Arguments[2])]);
            }
            case ScalarOp.Select when kernel.Vector!.Extent is { IsConstant: true } extent && extent.Value >= LongRow * lanes.Lanes && NamedLane(scalar.Arguments[0]) is { } lane:
            {
                // One vector of the row has it: a branch foresees that others do not.
                var result = Array.ConvertAll(Lanes(scalar.Arguments[2]), e => scopes.Spill(e));
                var isHere = Expression.LessThan(Expression.Convert(lane, typeof(ulong)), Expression.Constant((ulong)lanes.Lanes));
                AssignWhere(isHere, result, () => lanes.Apply(SelectOf(scalar.Type), [Lanes(scalar.Arguments[0]), Lanes(scalar.Arguments[1]), result]));
                return result;
            }
            case ScalarOp.Equal when NamedLane(scalar) is { } lane:
            {
                // One lane at most: its number is compared, not indices of eight bytes each.
                var number = Expression.Call(Clamp, lane, Expression.Constant(-1L), Expression.Constant((long)lanes.Lanes));
                return lanes.OneLane(scopes.Spill(Expression.Convert(number, typeof(int))));
            }
            case ScalarOp.LessThan or ScalarOp.LessOrEqual when kernel.Vector is { } vector && LaneBounds.Find(kernel.Builder, scalar, vector) is { } bounds:
            {
                var name = bounds.IsInclusive ? nameof(LaneBounds.UpTo) : nameof(LaneBounds.Below);
                var first = lanes.FirstLanes(scopes.Spill(StaticMethods.Call(typeof(LaneBounds), name, Uniform(bounds.Place), Uniform(bounds.Limit))));
                return bounds.IsLeading ? first : lanes.Apply(Logic(ScalarOp.Not), [first]);
            }
            default:
                return lanes.Apply(scalar, Array.ConvertAll(scalar.Arguments, a => (ConstantsInMemory && LaneConstants.Suits(scalar, a) ? constants.Read(lanes, a) : null) ?? Lanes(a)));
        }
    }

    /// <summary>The number of the lane whose index a comparison names, for all lanes at once; null if it is none of that kind.</summary>
    private BinaryExpression? NamedLane(Scalar condition) => kernel.Vector is { } vector && SelectedTerm.Named(condition, vector) is { } named && !Varies(named)
        ? Expression.Subtract(Expression.Convert(Uniform(named), typeof(long)), Uniform(kernel.Builder.LoopIndex(vector)))
        : null;

    /// <summary>
    /// Assigns the result where a condition holds. The condition is there before the block: made after it, what it is computed from would take over locals
    /// that the block has given back, and the block, which runs later, would overwrite them.
    /// </summary>
    private void AssignWhere(Expression condition, ParameterExpression[] result, Func<Expression[]> emit) =>
        scopes.Add(Expression.IfThen(condition, Assigning(result, emit)));

    /// <summary>Statements that assign the result, kept apart so that they can stand under a condition.</summary>
    private BlockExpression Assigning(ParameterExpression[] result, Func<Expression[]> emit)
    {
        scopes.Open(scopes.Current.Depth);
        var value = scopes.Within(scopes.Innermost, emit);
        for (var i = 0; i < value.Length; i++) scopes.Innermost.Statements.Add(Expression.Assign(result[i], value[i]));
        return Expression.Block(scopes.Close());
    }

    private Scalar Logic(ScalarOp op)
    {
        var b = kernel.Builder;
        var (x, y) = (b.Parameter(DType.Bool, 0), b.Parameter(DType.Bool, 1));
        return op switch
        {
            ScalarOp.And => b.And(x, y),
            ScalarOp.Or => b.Or(x, y),
            _ => b.Not(x),
        };
    }

    private Expression Fail(Scalar guard)
    {
        var failure = (KernelFailure)guard.Payload!;
        var number = failures.IndexOf(failure);
        if (number < 0)
        {
            number = failures.Count;
            failures.Add(failure);
        }
        return single.Store(DType.Int64, status, [Expression.Constant(number + 1L)]);
    }

    private bool IsInLanes(KernelStore store) => kernel.Vector is not null && (kernel.VectorIsOuter || Varies(store.Offset));

    public Expression Extent(Dim dim)
    {
        if (dim.IsConstant) return Expression.Constant(dim.Value);
        var slot = dims.IndexOf(dim);
        if (slot < 0)
        {
            slot = dims.Count;
            dims.Add(dim);
            extents.Add(Expression.Variable(typeof(long), $"n{slot}"));
        }
        return extents[slot];
    }

    private Expression Address(TensorBuffer buffer, Scalar offset)
    {
        var size = buffer.Type.DType.Size() * (buffer.Kind == BufferKind.Scratch && kernel.VectorIsOuter ? lanes.Lanes : 1);
        var from = AddressOf(buffer);
        // What an outer loop knows of the address is added up there, so that the inner one adds its index alone.
        if (offset.Op == ScalarOp.Add && Depth(offset.Arguments[0]) != Depth(offset.Arguments[1]))
        {
            var (far, near) = Depth(offset.Arguments[0]) < Depth(offset.Arguments[1]) ? (offset.Arguments[0], offset.Arguments[1]) : (offset.Arguments[1], offset.Arguments[0]);
            if (!rowAddresses.TryGetValue((buffer, far), out var row))
            {
                var scope = scopes.At(Depth(far));
                row = scopes.Within(scope, () => scopes.Spill(Address(buffer, far)));
                rowAddresses[(buffer, far)] = row;
                scope.OnClose(() => rowAddresses.Remove((buffer, far)));
            }
            (from, offset) = (row, near);
        }
        return offset.IsInteger(0) ? from : Expression.Add(from, Expression.Multiply(Uniform(offset), Expression.Constant((long)size)));
    }

    private Expression AddressOf(TensorBuffer buffer)
    {
        if (buffer.Kind == BufferKind.Scratch) return Expression.Add(Scratch, ScratchOffset(buffer));
        var slot = buffers.IndexOf(buffer);
        if (slot < 0)
        {
            slot = buffers.Count;
            buffers.Add(buffer);
            addresses.Add(Expression.Variable(typeof(long), $"b{slot}"));
        }
        return addresses[slot];
    }

    private Expression ScratchOffset(TensorBuffer buffer)
    {
        Dim offset = 0;
        foreach (var row in kernel.Scratch)
        {
            // Whole cache lines, so that rows are aligned.
            var bytes = ((row.ByteSize * (kernel.VectorIsOuter ? lanes.Lanes : 1) + 63) / 64) * 64;
            if (row == buffer) ScratchBytes = ScratchEnd();
            if (row == buffer) return Extent(offset);
            offset += bytes;
        }
        throw new InvalidOperationException($"{buffer} is not a row of {kernel.Name}");
    }

    private Dim ScratchEnd() => kernel.Scratch.Aggregate(
        (Dim)0, (sum, row) => sum + (((row.ByteSize * (kernel.VectorIsOuter ? lanes.Lanes : 1) + 63) / 64) * 64));

    /// <summary>The number of loops, from the outside, that must be open for a scalar to be computed.</summary>
    private int Depth(Scalar scalar)
    {
        if (depths.TryGetValue(scalar, out var depth)) return depth;
        if (scalar.Op == ScalarOp.LoopIndex)
        {
            var axis = (LoopAxis)scalar.Payload!;
            depth = 1 + (axis.Reduced ? kernel.Outer.Length + Array.IndexOf(kernel.Inner, axis) : Array.IndexOf(kernel.Outer, axis));
        }
        else if (scalar.Op == ScalarOp.Accumulated)
        {
            depth = kernel.Outer.Length;
        }
        else if (scalar.Op == ScalarOp.Load && kernel.RowStores.Any(store => store.Buffer == scalar.Payload))
        {
            // What an earlier turn of a loop may have stored is read anew in every turn, even at a place that the loop does not move.
            depth = kernel.Outer.Length;
        }
        foreach (var argument in scalar.Arguments) depth = Math.Max(depth, Depth(argument));
        depths.Add(scalar, depth);
        return depth;
    }

    private bool Varies(Scalar scalar)
    {
        if (varying.TryGetValue(scalar, out var varies)) return varies;
        varies = scalar.Op switch
        {
            ScalarOp.LoopIndex => scalar.Payload == kernel.Vector,
            ScalarOp.Accumulated => kernel.VectorIsOuter,
            ScalarOp.Load => ((TensorBuffer)scalar.Payload!).Kind == BufferKind.Scratch && kernel.VectorIsOuter,
            _ => false,
        };
        foreach (var argument in scalar.Arguments) varies |= Varies(argument);
        varying.Add(scalar, varies);
        return varies;
    }

    private void Remember(Scalar scalar, Expression value, KernelScopes.Scope scope)
    {
        uniform[scalar] = value;
        scope.OnClose(() => uniform.Remove(scalar));
    }

    private void Remember(Scalar scalar, Expression[] value, KernelScopes.Scope scope)
    {
        inLanes[scalar] = value;
        scope.OnClose(() => inLanes.Remove(scalar));
    }

    private sealed class Undo(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
