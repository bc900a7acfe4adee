using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>An element stored to a buffer at an offset in elements.</summary>
internal record KernelStore(TensorBuffer Buffer, Scalar Offset, Scalar Value);

/// <summary>
/// A reduction over the rows: before the first row an element of the buffer is the identity, and every row combines its value
/// with it. The offset does not depend on the row.
/// </summary>
internal sealed record KernelColumn(TensorBuffer Buffer, Scalar Offset, Scalar Value, ReductionKind Kind) : KernelStore(Buffer, Offset, Value);

/// <summary>One walk over the inner axes: what it combines along a row, what it stores at every point, and what it adds to columns.</summary>
internal sealed record KernelPass(KernelReduction[] Reductions, KernelStore[] Stores)
{
    public KernelColumn[] Columns { get; init; } = [];
}

/// <summary>
/// A loop nest. The outer loops enumerate rows; for each row the passes walk the inner (reduced) axes one after the other,
/// each seeing the finished reductions of those before it; then the row stores are done. Without inner axes a row is one
/// element and there are only row stores. The vector axis is the last outer or the last inner loop. Where a pass has columns, the
/// outer loops from <see cref="ColumnLevel"/> on are the rows that they combine.
/// </summary>
internal sealed class Kernel
{
    public required string Name { get; init; }

    public required ScalarBuilder Builder { get; init; }

    public required LoopAxis[] Outer { get; init; }

    public required LoopAxis[] Inner { get; init; }

    /// <summary>The axis whose indices go to the lanes; null for a kernel of one element.</summary>
    public required LoopAxis? Vector { get; init; }

    public required KernelPass[] Passes { get; init; }

    public required KernelStore[] RowStores { get; init; }

    /// <summary>Rows kept between passes; their offsets count inner points, times the lanes if the vector axis is an outer one.</summary>
    public required TensorBuffer[] Scratch { get; init; }

    /// <summary>False where rows must run in order, because they add to the same elements.</summary>
    public bool IsParallel { get; init; } = true;

    /// <summary>Where rows must run in order, an axis within them that threads may share, each with all rows; null if there is none.</summary>
    public LoopAxis? SharedWithin { get; init; }

    /// <summary>Whether nothing is done after a guard that does not hold and is the same in all lanes: then what it guards need not be harmless.</summary>
    public bool EndsAtFailure { get; init; }

    /// <summary>How many outer loops stand around the rows that columns combine; these must not run at the same time.</summary>
    public int ColumnLevel { get; init; }

    /// <summary>A short axis within the steps of the vector axis, if there is one: row stores are done for all its indices at a time, as whole vectors.</summary>
    public LoopAxis? Interleaved { get; init; }

    /// <summary>It prepares what others read from what is known long before: it runs as early as that allows, so that steps that can be done in slices stay neighbours.</summary>
    public bool RunsEarly { get; init; }

    /// <summary>The axis of which a call of the kernel does a part: the outermost, or that within rows that must run in order; null if there are no loops.</summary>
    public LoopAxis? Shared => SharedWithin ?? (Outer.Length > 0 ? Outer[0] : null);

    public bool VectorIsOuter => Vector is not null && !Vector.Reduced;

    public IEnumerable<KernelStore> Stores => Passes.SelectMany(p => p.Stores.Concat(p.Columns)).Concat(RowStores);

    /// <summary>Every scalar that the kernel computes directly: stored values and offsets, and bodies of reductions.</summary>
    public IEnumerable<Scalar> Roots =>
        Stores.SelectMany(s => new[] { s.Offset, s.Value }).Concat(Passes.SelectMany(p => p.Reductions).Select(r => r.Body));

    /// <summary>Inner points of a row: the length of a scratch row.</summary>
    public Dim InnerCount => Inner.Aggregate((Dim)1, (product, axis) => product * axis.Extent);

    /// <summary>The same loops over other buffers.</summary>
    public Kernel WithBuffers(Func<TensorBuffer, TensorBuffer> to)
    {
        var done = new Dictionary<Scalar, Scalar>();
        var reductions = new Dictionary<object, KernelReduction>();
        Scalar Renew(Scalar scalar) => ScalarGraph.Substitute(Builder, scalar, Replace, done);
        Scalar? Replace(Scalar scalar)
        {
            if (scalar.Op == ScalarOp.Accumulated && reductions.TryGetValue(scalar.Payload!, out var reduction)) return Builder.Accumulated(scalar.Type, reduction);
            if (scalar.Op != ScalarOp.Load || to((TensorBuffer)scalar.Payload!) is var buffer && buffer == scalar.Payload) return null;
            var arguments = Array.ConvertAll(scalar.Arguments, Renew);
            return arguments.Length == 1
                ? Builder.Load(scalar.Type, buffer, arguments[0])
                : Builder.LoadWhere(scalar.Type, buffer, arguments[0], arguments[1], arguments[2]);
        }
        KernelStore Moved(KernelStore store) => new(to(store.Buffer), Renew(store.Offset), Renew(store.Value));
        // Of passes one after the other, for later ones read what earlier ones have combined.
        foreach (var reduction in Passes.SelectMany(p => p.Reductions))
            reductions.Add(reduction, new KernelReduction(reduction.Kind, reduction.Type, Renew(reduction.Body), reduction.Name));
        return new Kernel
        {
            Name = Name,
            Builder = Builder,
            Outer = Outer,
            Inner = Inner,
            Interleaved = Interleaved,
            RunsEarly = RunsEarly,
            Vector = Vector,
            Passes = [.. Passes.Select(p => p with { Reductions = Array.ConvertAll(p.Reductions, r => reductions[r]), Stores = [.. p.Stores.Select(Moved)], Columns = [.. p.Columns.Select(c => new KernelColumn(to(c.Buffer), Renew(c.Offset), Renew(c.Value), c.Kind))] })],
            RowStores = [.. RowStores.Select(Moved)],
            Scratch = Scratch,
            ColumnLevel = ColumnLevel,
            IsParallel = IsParallel,
            SharedWithin = SharedWithin,
            EndsAtFailure = EndsAtFailure,
        };
    }

    /// <summary>The loop nest as indented text, deterministic.</summary>
    public override string ToString() => KernelText.Of(this);
}
