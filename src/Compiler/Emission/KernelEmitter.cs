using System.Linq.Expressions;
using GraphGrad.Compilation.Kernels;
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

    private readonly Kernel kernel;
    private readonly KernelScopes scopes;
    private readonly KernelScalars scalars;
    private readonly LaneEmitter lanes;
    private readonly ParameterExpression begin = Expression.Parameter(typeof(long), "begin");
    private readonly ParameterExpression end = Expression.Parameter(typeof(long), "end");

    private KernelEmitter(Kernel kernel, VectorWidth width)
    {
        this.kernel = kernel;
        scopes = new KernelScopes();
        lanes = LaneEmitter.Create(kernel.Vector is null ? VectorWidth.Scalar : width, kernel.Vector is null ? 1 : LaneCount(kernel, width), scopes.Spill);
        scalars = new KernelScalars(kernel, lanes, scopes);
    }

    /// <summary>The number of lanes: as many as one register holds of the narrowest number type that the kernel touches.</summary>
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
        var types = ScalarGraph.Reachable(kernel.Roots).Where(s => s.Op is ScalarOp.Load or ScalarOp.Convert).Select(s => s.Type)
            .Concat(kernel.Stores.Select(s => s.Buffer.Type.DType)).Concat(kernel.Passes.SelectMany(p => p.Reductions).Select(r => r.Type))
            .Where(t => t != DType.Bool).ToArray();
        var narrowest = types.Length == 0 ? 4 : types.Min(t => t.Size());
        return bytes / narrowest;
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
            Rows = kernel.Outer.Length == 0 ? 1 : kernel.Outer[0].Extent,
            Grain = kernel.Outer.Length > 0 && kernel.Outer[0] == kernel.Vector ? emitter.lanes.Lanes : 1,
            IsParallel = kernel.IsParallel && kernel.Outer.Length > 0,
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
            Expression.Block(scopes.Locals.Concat(scalars.PrologueLocals), [.. prologue, .. body]),
            kernel.Name, [scalars.Arguments, scalars.Scratch, begin, end]);
    }

    private void EmitOuter(int level)
    {
        if (level == kernel.Outer.Length)
        {
            EmitRow();
            return;
        }
        var axis = kernel.Outer[level];
        var (from, to) = level == 0 ? ((Expression)begin, (Expression)end) : (Expression.Constant(0L), scalars.Extent(axis));
        Loop(axis, level + 1, from, to, unroll: 1, _ => EmitOuter(level + 1));
    }

    private void EmitRow()
    {
        foreach (var pass in kernel.Passes) EmitPass(pass);
        EmitStores(kernel.RowStores);
    }

    private void EmitPass(KernelPass pass)
    {
        var accumulators = pass.Reductions.Select(_ => new List<ParameterExpression[]>()).ToArray();
        var vectorInner = kernel.Vector is { Reduced: true };
        var unroll = vectorInner && pass.Reductions.Length > 0 && pass.Stores.Length == 0 && IsLight(pass) ? Accumulators : 1;
        for (var r = 0; r < pass.Reductions.Length; r++)
        {
            var reduction = pass.Reductions[r];
            for (var u = 0; u < unroll; u++)
            {
                var identity = scalars.IdentityLanes(reduction);
                accumulators[r].Add(Array.ConvertAll(identity, scopes.Spill));
            }
        }
        EmitInner(0);
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

        void EmitInner(int level)
        {
            if (level == kernel.Inner.Length)
            {
                EmitPoint(0);
                return;
            }
            var axis = kernel.Inner[level];
            var last = level == kernel.Inner.Length - 1;
            Loop(axis, kernel.Outer.Length + 1 + level, Expression.Constant(0L), scalars.Extent(axis), last ? unroll : 1, u =>
            {
                if (last) EmitPoint(u);
                else EmitInner(level + 1);
            });
        }

        void EmitPoint(int u)
        {
            for (var r = 0; r < pass.Reductions.Length; r++)
            {
                var reduction = pass.Reductions[r];
                var value = kernel.Vector is null ? [scalars.Uniform(reduction.Body)] : scalars.Lanes(reduction.Body);
                if (vectorInner && scalars.PartialCount is not null)
                    value = lanes.Apply(scalars.SelectOf(reduction.Type), [scalars.ActiveLanes, Array.ConvertAll(value, e => (Expression)scopes.Spill(e)), scalars.IdentityLanes(reduction)]);
                var accumulator = accumulators[r][u];
                var sum = lanes.Combine(reduction.Kind, reduction.Type, accumulator, value);
                for (var i = 0; i < sum.Length; i++) scopes.Add(Expression.Assign(accumulator[i], sum[i]));
            }
            EmitStores(pass.Stores);
        }
    }

    /// <summary>Stores after all their values are computed: an update in place must not be seen by its neighbours.</summary>
    private void EmitStores(KernelStore[] stores)
    {
        var values = stores.Select(s => scalars.ValueToStore(s, keep: stores.Length > 1)).ToArray();
        for (var i = 0; i < stores.Length; i++) scopes.Add(scalars.Store(stores[i], values[i]));
    }

    /// <summary>A loop over an axis; along the vector axis full vectors first, then one partial vector.</summary>
    private void Loop(LoopAxis axis, int depth, Expression from, Expression to, int unroll, Action<int> body)
    {
        var index = scopes.Local(typeof(long));
        scopes.Add(Expression.Assign(index, from));
        if (axis != kernel.Vector)
        {
            While(Expression.LessThan(index, to), 1, () => body(0));
            return;
        }
        var known = to is ConstantExpression { Value: long extent } && from is ConstantExpression ? extent : (long?)null;
        if (unroll > 1 && (known is null || known >= lanes.Lanes * unroll))
        {
            While(Fits(unroll), unroll, () =>
            {
                for (var u = 0; u < unroll; u++)
                {
                    using (scalars.AtLane(u == 0 ? index : Expression.Add(index, Expression.Constant((long)u * lanes.Lanes)))) body(u);
                }
            });
        }
        if (known is null || known >= lanes.Lanes) While(Fits(1), 1, () => body(0));
        if (lanes.Lanes == 1 || known % lanes.Lanes == 0) return;
        scopes.Open(depth);
        using (scalars.Index(axis, index))
        using (scalars.Partial(Expression.Convert(Expression.Subtract(to, index), typeof(int)))) body(0);
        var partial = scopes.Close();
        scopes.Add(Expression.IfThen(Expression.LessThan(index, to), Expression.Block(partial)));

        Expression Fits(int vectors) =>
            Expression.LessThanOrEqual(Expression.Add(index, Expression.Constant((long)vectors * lanes.Lanes)), to);

        void While(Expression condition, int vectors, Action inside)
        {
            scopes.Open(depth);
            using (scalars.Index(axis, index)) inside();
            scopes.Add(Expression.AddAssign(index, Expression.Constant(axis == kernel.Vector ? (long)vectors * lanes.Lanes : 1L)));
            var statements = scopes.Close();
            var exit = Expression.Label();
            scopes.Add(Expression.Loop(
                Expression.IfThenElse(condition, Expression.Block(statements), Expression.Break(exit)), exit));
        }
    }

    private static bool IsLight(KernelPass pass) =>
        ScalarGraph.Reachable(pass.Reductions.Select(r => r.Body)).Count(s => s.Type.IsFloat() && !s.IsConstant && s.Op != ScalarOp.Load) <= LightBody;
}
