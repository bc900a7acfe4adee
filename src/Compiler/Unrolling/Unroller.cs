using System.Linq.Expressions;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Unrolling;

/// <summary>
/// Compiles a program whose tensors are all small into one delegate without loops over elements. Launching kernels would cost
/// such a program many times its arithmetic.
/// </summary>
internal sealed class Unroller
{
    // The JIT stops optimizing a method of 20,000 instructions or 60,000 bytes; a scalar takes about four and ten.
    private const int MostScalars = 4_000;
    private const int MostElements = 64;

    private readonly ProgramSource source;
    private readonly Dictionary<Value, TensorBuffer> buffers = [];
    private readonly Dictionary<VariableIdentity, int> variables = [];

    private Unroller(ProgramSource source)
    {
        this.source = source;
        for (var i = 0; i < source.Variables.Count; i++) variables.Add(((VariableOp)source.Variables[i].Node.Op).Identity, i);
    }

    /// <summary>The program as one delegate, or null if it is too large, of unknown shape, has branches to skip, or routines.</summary>
    public static UnrolledProgram? TryCompile(ProgramSource source)
    {
        if (!source.Nodes.All(IsSmall)) return null;
        // A conversion is a scalar, too: what is too large for exact sums may be small enough without.
        return TryCompile(source, widens: true, out var scalars) ?? (scalars <= 2 * MostScalars ? TryCompile(source, widens: false, out _) : null);
    }

    private static UnrolledProgram? TryCompile(ProgramSource source, bool widens, out int scalars)
    {
        var unroller = new Unroller(source);
        var elements = new UnrolledElements(unroller.StorageOf, widens);
        var fetched = source.Fetches.Select(elements.All).ToArray();
        var assigned = source.Assignments.Select(a => elements.All(a.NewValue)).ToArray();
        scalars = ScalarGraph.Reachable(fetched.Concat(assigned).SelectMany(e => e)).Count;
        return scalars > MostScalars ? null : unroller.Emit(elements.Builder, fetched, assigned);
    }

    private static bool IsSmall(Node node)
    {
        if (node.Op.KindAt(node) is OpKind.Branch or OpKind.Routine) return false;
        return node.Outputs.All(o => o.Shape.IsStatic && o.Shape.ElementCount.Value <= MostElements);
    }

    private TensorBuffer StorageOf(Value value)
    {
        if (buffers.TryGetValue(value, out var buffer)) return buffer;
        buffer = value.Node.Op is VariableOp variable
            ? new TensorBuffer(buffers.Count, value.Type, BufferKind.Variable, variables[variable.Identity], value.Name)
            : new TensorBuffer(buffers.Count, value.Type, BufferKind.Feed, source.Feeds.ToList().IndexOf(value), value.Name);
        buffers.Add(value, buffer);
        return buffer;
    }

    private UnrolledProgram Emit(ScalarBuilder b, Scalar[][] fetched, Scalar[][] assigned)
    {
        var table = new List<TensorBuffer>();
        var addresses = new List<ParameterExpression>();
        var arguments = Expression.Parameter(typeof(long), "arguments");
        var times = Expression.Parameter(typeof(long), "times");
        var run = Expression.Parameter(typeof(long), "runIndex");
        var done = Expression.Variable(typeof(long), "done");
        var status = Expression.Variable(typeof(long), "status");
        var statements = new StatementList();
        var single = LaneEmitter.Create(VectorWidth.Scalar, 1, statements.Assign);

        // Failures are conditions beside the values: a step that fails commits nothing.
        var guards = ScalarGraph.Reachable(fetched.Concat(assigned).SelectMany(e => e)).Where(s => s.Op == ScalarOp.Guard).ToArray();
        var unguarded = new Dictionary<Scalar, Scalar>();
        Scalar Unguard(Scalar scalar) => ScalarGraph.Substitute(b, scalar, s => s.Op == ScalarOp.Guard ? Unguard(s.Arguments[0]) : null, unguarded);
        var results = fetched.Concat(assigned).SelectMany(e => e).Select(Unguard).Concat(guards.Select(g => Unguard(g.Arguments[1]))).ToArray();

        // What depends on no variable and no run index is computed once, before the loop.
        var state = new Dictionary<Scalar, ParameterExpression>();
        var targets = source.Assignments.Select(a => a.Variable).ToHashSet();
        var changing = new Dictionary<Scalar, bool>();
        var reachable = ScalarGraph.Reachable(results);
        foreach (var scalar in reachable)
        {
            changing[scalar] = scalar.Op == ScalarOp.RunIndex || IsState(scalar) || scalar.Arguments.Any(a => changing[a]);
            if (IsState(scalar)) state.Add(scalar, Expression.Variable(single.Registers(scalar.Type).Register));
        }
        var fixedRoots = reachable.Where(s => changing[s]).SelectMany(s => s.Arguments).Concat(results).Where(s => !changing[s] && !s.IsConstant).Distinct().ToArray();
        var fixedValues = new ScalarFunctionEmitter(single, statements, Resolve).Emit(fixedRoots);
        var hoisted = new Dictionary<Scalar, Expression[]>();
        for (var i = 0; i < fixedRoots.Length; i++) hoisted.Add(fixedRoots[i], Array.ConvertAll(fixedValues[i], e => LaneEmitter.IsSimple(e) ? e : statements.Assign(e)));
        foreach (var (scalar, local) in state) statements.Add(Expression.Assign(local, Resolve(scalar)![0]));
        var before = statements.Statements.ToArray();

        var inLoop = new ScalarFunctionEmitter(single, statements, s =>
            hoisted.TryGetValue(s, out var kept) ? kept
            : state.TryGetValue(s, out var local) ? [local]
            : s.Op == ScalarOp.RunIndex ? [Expression.Add(run, done)]
            : null);
        var values = inLoop.Emit(results);
        var exit = Expression.Label("exit");
        var at = fetched.Sum(f => f.Length) + assigned.Sum(a => a.Length);
        var failures = new List<KernelFailure>();
        foreach (var guard in guards)
        {
            failures.Add((KernelFailure)guard.Payload!);
            statements.Add(Expression.IfThen(
                Expression.Not(values[at++][0]),
                Expression.Block(single.Store(DType.Int64, status, [Expression.Constant((long)failures.Count)]), Expression.Break(exit))));
        }
        at = 0;
        for (var i = 0; i < fetched.Length; i++)
        {
            var buffer = new TensorBuffer(-1, source.Fetches[i].Type, BufferKind.Fetch, i, $"fetch{i}");
            for (var k = 0; k < fetched[i].Length; k++) statements.Add(single.Store(buffer.Type.DType, Place(buffer, k), values[at++]));
        }
        // All new values are read before any variable changes: one may be another's old value.
        var renewed = new List<(ParameterExpression Local, Expression Value)>();
        var after = new List<Expression>();
        for (var i = 0; i < assigned.Length; i++)
        {
            var buffer = StorageOf(source.Variables[source.Assignments[i].Variable]);
            for (var k = 0; k < assigned[i].Length; k++)
            {
                var old = b.Load(buffer.Type.DType, buffer, b.Int64(k));
                if (!state.TryGetValue(old, out var local))
                {
                    local = Expression.Variable(single.Registers(old.Type).Register);
                    state.Add(old, local);
                }
                var value = values[at++][0];
                renewed.Add((local, state.ContainsValue((value as ParameterExpression)!) ? statements.Assign(value) : value));
                after.Add(single.Store(buffer.Type.DType, Place(buffer, k), [local]));
            }
        }
        foreach (var (local, value) in renewed) statements.Add(Expression.Assign(local, value));
        statements.Add(Expression.PreIncrementAssign(done));
        var step = statements.Statements.Skip(before.Length);

        var prologue = addresses.Append(status).Select((local, slot) => (Expression)Expression.Assign(
            local, single.Load(DType.Int64, Expression.Add(arguments, Expression.Constant(slot * 8L)))[0]));
        var commit = Expression.IfThen(Expression.GreaterThan(done, Expression.Constant(0L)), Expression.Block(typeof(void), [.. after, Expression.Empty()]));
        var body = Expression.Block(
            [.. statements.Locals, .. state.Values, .. addresses, done, status],
            [
                .. prologue, .. before,
                Expression.Loop(Expression.IfThenElse(Expression.LessThan(done, times), Expression.Block(step), Expression.Break(exit)), exit),
                commit, done,
            ]);
        var tree = Expression.Lambda<UnrolledBody>(body, "unrolled", [arguments, times, run]);
        return new UnrolledProgram { Body = tree.Compile(), Tree = tree, Buffers = [.. table], Failures = [.. failures] };

        bool IsState(Scalar scalar) =>
            scalar is { Op: ScalarOp.Load, Payload: TensorBuffer { Kind: BufferKind.Variable } variable } && targets.Contains(variable.Number);

        Expression[]? Resolve(Scalar scalar) =>
            scalar.Op == ScalarOp.Load ? single.Load(scalar.Type, Place((TensorBuffer)scalar.Payload!, (int)scalar.Arguments[0].Bits)) : null;

        Expression Place(TensorBuffer buffer, int element)
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
}
