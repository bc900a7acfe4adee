using System.Linq.Expressions;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Unrolling;

/// <summary>
/// Writes the elements of a small program as one delegate: what no step changes before the loop over steps, then what each step fetches and
/// assigns, with variables in locals, and after the loop what variables hold.
/// </summary>
internal sealed class UnrolledEmitter
{
    private readonly ProgramSource source;
    private readonly Func<Value, TensorBuffer> storageOf;
    private readonly ScalarBuilder builder;
    private readonly List<TensorBuffer> table = [];
    private readonly List<ParameterExpression> addresses = [];
    private readonly ParameterExpression arguments = Expression.Parameter(typeof(long), "arguments");
    private readonly ParameterExpression times = Expression.Parameter(typeof(long), "times");
    private readonly ParameterExpression run = Expression.Parameter(typeof(long), "runIndex");
    private readonly ParameterExpression done = Expression.Variable(typeof(long), "done");
    private readonly ParameterExpression status = Expression.Variable(typeof(long), "status");
    private readonly LabelTarget exit = Expression.Label("exit");
    private readonly StatementList statements = new();
    private readonly LaneEmitter single;
    private readonly HashSet<int> targets;

    // The variables' elements that change, in locals, and what does not change.
    private readonly Dictionary<Scalar, ParameterExpression> state = [];
    private readonly Dictionary<Scalar, Expression[]> hoisted = [];

    // What sees the new elements of variables after the last step.
    private readonly List<Expression> commits = [];
    private readonly List<KernelFailure> failures = [];

    private UnrolledEmitter(ProgramSource source, ScalarBuilder builder, Func<Value, TensorBuffer> storageOf)
    {
        (this.source, this.builder, this.storageOf) = (source, builder, storageOf);
        single = LaneEmitter.Create(VectorWidth.Scalar, 1, statements.Assign);
        targets = [.. source.Assignments.Select(a => a.Variable)];
    }

    /// <param name="source">The program.</param>
    /// <param name="builder">What made the elements.</param>
    /// <param name="storageOf">Where a variable or a feed lies.</param>
    /// <param name="fetched">The elements of each fetch.</param>
    /// <param name="assigned">The new elements of each assigned variable.</param>
    public static UnrolledProgram Emit(ProgramSource source, ScalarBuilder builder, Func<Value, TensorBuffer> storageOf, Scalar[][] fetched, Scalar[][] assigned) =>
        new UnrolledEmitter(source, builder, storageOf).Emit(fetched, assigned);

    private UnrolledProgram Emit(Scalar[][] fetched, Scalar[][] assigned)
    {
        // Failures are conditions beside the values: a step that fails commits nothing.
        Scalar[] all = [.. fetched.Concat(assigned).SelectMany(e => e)];
        var guards = ScalarGraph.Reachable(all).Where(s => s.Op == ScalarOp.Guard).ToArray();
        var unguarded = new Dictionary<Scalar, Scalar>();
        Scalar Unguard(Scalar scalar) => ScalarGraph.Substitute(builder, scalar, s => s.Op == ScalarOp.Guard ? Unguard(s.Arguments[0]) : null, unguarded);
        Scalar[] results = [.. all.Select(Unguard), .. guards.Select(g => Unguard(g.Arguments[1]))];

        Hoist(results);
        var before = statements.Statements.ToArray();
        var values = new ScalarFunctionEmitter(single, statements, ResolveInLoop).Emit(results);
        Check(guards, values.AsSpan(all.Length));
        Fetch(fetched, values);
        Assign(assigned, values.AsSpan(fetched.Sum(f => f.Length)));
        statements.Add(Expression.PreIncrementAssign(done));
        return Compile(before, [.. statements.Statements.Skip(before.Length)]);
    }

    /// <summary>Computes once, before the loop, what depends on no variable and no run index, and takes the variables into locals.</summary>
    private void Hoist(Scalar[] results)
    {
        var changing = new Dictionary<Scalar, bool>();
        var reachable = ScalarGraph.Reachable(results);
        foreach (var scalar in reachable)
        {
            changing[scalar] = scalar.Op == ScalarOp.RunIndex || IsState(scalar) || scalar.Arguments.Any(a => changing[a]);
            if (IsState(scalar)) state.Add(scalar, Local(scalar));
        }
        var roots = reachable.Where(s => changing[s]).SelectMany(s => s.Arguments).Concat(results).Where(s => !changing[s] && !s.IsConstant).Distinct().ToArray();
        var values = new ScalarFunctionEmitter(single, statements, Resolve).Emit(roots);
        for (var i = 0; i < roots.Length; i++) hoisted.Add(roots[i], Array.ConvertAll(values[i], e => LaneEmitter.IsSimple(e) ? e : statements.Assign(e)));
        foreach (var (scalar, local) in state) statements.Add(Expression.Assign(local, Resolve(scalar)![0]));
    }

    private void Check(Scalar[] guards, ReadOnlySpan<Expression[]> holds)
    {
        for (var i = 0; i < guards.Length; i++)
        {
            failures.Add((KernelFailure)guards[i].Payload!);
            statements.Add(Expression.IfThen(
                Expression.Not(holds[i][0]),
                Expression.Block(single.Store(DType.Int64, status, [Expression.Constant((long)failures.Count)]), Expression.Break(exit))));
        }
    }

    private void Fetch(Scalar[][] fetched, ReadOnlySpan<Expression[]> values)
    {
        var at = 0;
        for (var i = 0; i < fetched.Length; i++)
        {
            var buffer = new TensorBuffer(-1, source.Fetches[i].Type, BufferKind.Fetch, i, $"fetch{i}");
            for (var k = 0; k < fetched[i].Length; k++) statements.Add(single.Store(buffer.Type.DType, Place(buffer, k), values[at++]));
        }
    }

    private void Assign(Scalar[][] assigned, ReadOnlySpan<Expression[]> values)
    {
        // All new values are read before any variable changes: one may be another's old value.
        var renewed = new List<(ParameterExpression Local, Expression Value)>();
        var at = 0;
        for (var i = 0; i < assigned.Length; i++)
        {
            var buffer = storageOf(source.Variables[source.Assignments[i].Variable]);
            for (var k = 0; k < assigned[i].Length; k++)
            {
                var old = builder.Load(buffer.Type.DType, buffer, builder.Int64(k));
                if (!state.TryGetValue(old, out var local)) state.Add(old, local = Local(old));
                var value = values[at++][0];
                renewed.Add((local, state.ContainsValue((value as ParameterExpression)!) ? statements.Assign(value) : value));
                commits.Add(single.Store(buffer.Type.DType, Place(buffer, k), [local]));
            }
        }
        foreach (var (local, value) in renewed) statements.Add(Expression.Assign(local, value));
    }

    private UnrolledProgram Compile(Expression[] before, Expression[] step)
    {
        var prologue = addresses.Append(status).Select((local, slot) => (Expression)Expression.Assign(
            local, single.Load(DType.Int64, Expression.Add(arguments, Expression.Constant(slot * 8L)))[0]));
        var commit = Expression.IfThen(Expression.GreaterThan(done, Expression.Constant(0L)), Expression.Block(typeof(void), [.. commits, Expression.Empty()]));
        var body = Expression.Block(
            [.. statements.Locals, .. state.Values, .. addresses, done, status],
            [
                .. prologue, .. before,
                Expression.Loop(Expression.IfThenElse(Expression.LessThan(done, times), Expression.Block(step), Expression.Break(exit)), exit),
                commit, done,
            ]);
        var tree = Expression.Lambda<UnrolledBody>(body, "unrolled", [arguments, times, run]);
        return new UnrolledProgram { Body = tree.Compile(), Tree = tree, Buffers = [.. table], Failures = [.. failures] };
    }

    private bool IsState(Scalar scalar) =>
        scalar is { Op: ScalarOp.Load, Payload: TensorBuffer { Kind: BufferKind.Variable } variable } && targets.Contains(variable.Number);

    private ParameterExpression Local(Scalar scalar) => Expression.Variable(single.Registers(scalar.Type).Register);

    private Expression[]? Resolve(Scalar scalar) =>
        scalar.Op == ScalarOp.Load ? single.Load(scalar.Type, Place((TensorBuffer)scalar.Payload!, (int)scalar.Arguments[0].Bits)) : null;

    private Expression[]? ResolveInLoop(Scalar scalar) =>
        hoisted.TryGetValue(scalar, out var kept) ? kept
        : state.TryGetValue(scalar, out var local) ? [local]
        : scalar.Op == ScalarOp.RunIndex ? [Expression.Add(run, done)]
        : null;

    private Expression Place(TensorBuffer buffer, int element)
    {
        var slot = table.FindIndex(t => t.Kind == buffer.Kind && t.Number == buffer.Number);
        if (slot < 0)
        {
            slot = table.Count;
            table.Add(buffer);
            addresses.Add(Expression.Variable(typeof(long), $"b{slot}"));
        }
        return Expression.Add(addresses[slot], Expression.Constant((long)element * buffer.Type.DType.Size()));
    }
}
