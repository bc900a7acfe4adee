using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Where a later pass needs a dear value that an earlier pass computes too, the earlier one keeps it in a row (or the later
/// one reads it back from where it is stored anyway), so that an exponential, say, is computed once.
/// </summary>
internal sealed class RowKeeping
{
    private readonly ScalarBuilder b;
    private readonly KernelPass[] passes;
    private readonly LoopAxis[] inner;
    private readonly int fromCost;
    private readonly List<TensorBuffer> scratch;
    private readonly Dictionary<Scalar, int> costs = [];
    private readonly Dictionary<Scalar, bool> moving = [];
    private readonly HashSet<Scalar>?[] computed;
    private readonly Scalar row;

    private RowKeeping(ScalarBuilder b, KernelPass[] passes, LoopAxis[] inner, int fromCost, List<TensorBuffer> scratch)
    {
        (this.b, this.passes, this.inner, this.fromCost, this.scratch) = (b, passes, inner, fromCost, scratch);
        computed = new HashSet<Scalar>?[passes.Length];
        row = RowOffset(b, inner);
    }

    /// <summary>Replaces values of later passes by loads of what earlier ones keep. Changes <paramref name="passes"/>, and adds the rows to <paramref name="scratch"/>.</summary>
    /// <param name="b">The builder of the passes' expressions.</param>
    /// <param name="passes">The passes over a row, in order.</param>
    /// <param name="inner">The axes of a row.</param>
    /// <param name="fromCost">Instructions from which on a value is kept.</param>
    /// <param name="scratch">The kernel's scratch buffers.</param>
    public static void Keep(ScalarBuilder b, KernelPass[] passes, LoopAxis[] inner, int fromCost, List<TensorBuffer> scratch) =>
        new RowKeeping(b, passes, inner, fromCost, scratch).Keep();

    private void Keep()
    {
        var kept = new Dictionary<Scalar, Scalar>();
        for (var p = 1; p < passes.Length; p++)
        {
            // In the terms of the passes before: what one of them computes from a row that it reads is found there only so.
            if (kept.Count > 0) passes[p] = Rewrite(b, passes[p], kept);
            var replaced = new Dictionary<Scalar, Scalar>();
            var seen = new HashSet<Scalar>();
            foreach (var root in Roots(passes[p])) Replace(root, p, replaced, seen);
            if (replaced.Count == 0) continue;
            passes[p] = Rewrite(b, passes[p], replaced);
            foreach (var (value, read) in replaced) kept.TryAdd(value, read);
        }
    }

    private void Replace(Scalar scalar, int p, Dictionary<Scalar, Scalar> replaced, HashSet<Scalar> seen)
    {
        if (!seen.Add(scalar) || !Moves(scalar)) return;
        if (Cost(scalar) >= fromCost && scalar.Op != ScalarOp.Load && FirstPass(scalar, p) is { } first)
        {
            replaced.TryAdd(scalar, Kept(scalar, first));
            return;
        }
        // An address stays arithmetic: kept in a row it would be data, and neighbours would be gathered one by one.
        var arguments = scalar.Op == ScalarOp.Load ? scalar.Arguments.AsSpan(1) : scalar.Arguments;
        foreach (var argument in arguments) Replace(argument, p, replaced, seen);
    }

    private int? FirstPass(Scalar scalar, int before)
    {
        for (var q = 0; q < before; q++)
        {
            // A pass is final when later ones look at it: what it keeps further it computes already.
            if ((computed[q] ??= [.. ScalarGraph.Reachable(Roots(passes[q]))]).Contains(scalar)) return q;
        }
        return null;
    }

    private Scalar Kept(Scalar scalar, int first)
    {
        foreach (var store in passes[first].Stores)
        {
            if (ReferenceEquals(store.Value, scalar)) return b.Load(scalar.Type, store.Buffer, store.Offset);
        }
        var count = inner.Aggregate((Dim)1, (product, axis) => product * axis.Extent);
        var buffer = new TensorBuffer(-1 - scratch.Count, new TensorType(scalar.Type, new Shape([count])), BufferKind.Scratch, scratch.Count, $"row{scratch.Count}");
        scratch.Add(buffer);
        passes[first] = passes[first] with { Stores = [.. passes[first].Stores, new KernelStore(buffer, row, scalar)] };
        return b.Load(scalar.Type, buffer, row);
    }

    // Whether the value changes along a row; what does not is computed once a row anyway.
    private bool Moves(Scalar scalar)
    {
        if (moving.TryGetValue(scalar, out var known)) return known;
        var result = scalar.Op == ScalarOp.LoopIndex && ((LoopAxis)scalar.Payload!).Reduced;
        foreach (var argument in scalar.Arguments) result |= Moves(argument);
        moving.Add(scalar, result);
        return result;
    }

    private int Cost(Scalar scalar)
    {
        if (costs.TryGetValue(scalar, out var known)) return known;
        var cost = scalar.Op switch
        {
            ScalarOp.Constant or ScalarOp.Extent or ScalarOp.LoopIndex or ScalarOp.Accumulated => 0,
            ScalarOp.Divide or ScalarOp.SquareRoot => 6,
            _ => 1,
        };
        if (scalar.Op != ScalarOp.Load) foreach (var argument in scalar.Arguments) cost = Math.Min(cost + Cost(argument), 1000);
        costs.Add(scalar, cost);
        return cost;
    }

    private static IEnumerable<Scalar> Roots(KernelPass pass) =>
        pass.Reductions.Select(r => r.Body).Concat(pass.Stores.Concat(pass.Columns).Select(s => s.Value));

    private static Scalar RowOffset(ScalarBuilder b, LoopAxis[] inner)
    {
        var offset = b.Int64(0);
        foreach (var axis in inner) offset = b.Add(b.Multiply(offset, b.Extent(axis.Extent)), b.LoopIndex(axis));
        return offset;
    }

    private static KernelPass Rewrite(ScalarBuilder b, KernelPass pass, Dictionary<Scalar, Scalar> replaced)
    {
        var done = new Dictionary<Scalar, Scalar>();
        Scalar Renew(Scalar scalar) => ScalarGraph.Substitute(b, scalar, s => replaced.GetValueOrDefault(s), done);
        // In place: other expressions refer to a reduction as an object.
        foreach (var reduction in pass.Reductions) reduction.Body = Renew(reduction.Body);
        return pass with
        {
            Stores = [.. pass.Stores.Select(s => s with { Value = Renew(s.Value) })],
            Columns = [.. pass.Columns.Select(c => c with { Value = Renew(c.Value) })],
        };
    }
}
