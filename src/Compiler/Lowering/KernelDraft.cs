using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>A loop nest in the making: what it computes, before loops are merged, ordered and split into passes.</summary>
internal sealed class KernelDraft(ScalarBuilder builder, List<LoopAxis> axes)
{
    public ScalarBuilder Builder { get; } = builder;

    /// <summary>Outermost first; axes of extent 1 are left out.</summary>
    public List<LoopAxis> Axes { get; } = axes;

    /// <summary>A reduction comes after those that its body reads.</summary>
    public List<KernelReduction> Reductions { get; } = [];

    /// <summary>Reductions over the rows, whose places are known.</summary>
    public List<KernelColumn> Columns { get; } = [];

    /// <summary>Stores at every point, in a kernel that reduces.</summary>
    public List<KernelStore> FullStores { get; } = [];

    /// <summary>Stores of one element a row; in a kernel that does not reduce, all of them.</summary>
    public List<KernelStore> RowStores { get; } = [];

    public IEnumerable<Scalar> Values =>
        Reductions.Select(r => r.Body).Concat(Stores.Select(s => s.Value));

    /// <summary>The offsets of all loads and stores.</summary>
    public IEnumerable<Scalar> Offsets => Loads.Concat(Stores.Select(s => s.Offset));

    /// <summary>The offsets of all loads.</summary>
    public IEnumerable<Scalar> Loads => ScalarGraph.Reachable(Values).Where(s => s.Op == ScalarOp.Load).Select(s => s.Arguments[0]);

    /// <summary>All stores.</summary>
    public IEnumerable<KernelStore> Stores => FullStores.Concat(RowStores).Concat(Columns);

    /// <summary>Puts other axes in the place of all axes, in the order of the list.</summary>
    public void Relabel((LoopAxis From, LoopAxis To)[] axes)
    {
        var indices = axes.ToDictionary(a => a.From, a => Builder.LoopIndex(a.To));
        Substitute(s => s.Op == ScalarOp.LoopIndex ? indices.GetValueOrDefault((LoopAxis)s.Payload!) : null);
        Axes.Clear();
        Axes.AddRange(axes.Select(a => a.To));
    }

    /// <summary>Puts other reductions in the place of all; who reads one of another type has its result converted.</summary>
    public void SubstituteReductions(Func<KernelReduction, KernelReduction> renew) => Substitute(_ => null, renew);

    /// <summary>Rewrites every value; offsets and reductions, to which others refer as objects, stay.</summary>
    public void Rewrite(Func<Scalar, Scalar> renew)
    {
        foreach (var reduction in Reductions) reduction.Body = renew(reduction.Body);
        foreach (var stores in new[] { FullStores, RowStores })
        {
            for (var i = 0; i < stores.Count; i++) stores[i] = stores[i] with { Value = renew(stores[i].Value) };
        }
        for (var i = 0; i < Columns.Count; i++) Columns[i] = Columns[i] with { Value = renew(Columns[i].Value) };
    }

    /// <summary>Rewrites every expression, reductions and the references to them included.</summary>
    public void Substitute(Func<Scalar, Scalar?> replacement) => Substitute(replacement, reduction => reduction);

    private void Substitute(Func<Scalar, Scalar?> replacement, Func<KernelReduction, KernelReduction> renew)
    {
        var done = new Dictionary<Scalar, Scalar>();
        var renewed = new Dictionary<object, KernelReduction>();
        Scalar? Replace(Scalar scalar) =>
            scalar.Op == ScalarOp.Accumulated && renewed.TryGetValue(scalar.Payload!, out var reduction)
                ? Builder.Convert(scalar.Type, Builder.Accumulated(reduction.Type, reduction))
                : replacement(scalar);
        for (var i = 0; i < Reductions.Count; i++)
        {
            var old = Reductions[i];
            Reductions[i] = renew(new KernelReduction(old.Kind, old.Type, ScalarGraph.Substitute(Builder, old.Body, Replace, done), old.Name));
            renewed.Add(old, Reductions[i]);
        }
        Scalar Renew(Scalar scalar) => ScalarGraph.Substitute(Builder, scalar, Replace, done);
        foreach (var stores in new[] { FullStores, RowStores })
        {
            for (var i = 0; i < stores.Count; i++) stores[i] = stores[i] with { Offset = Renew(stores[i].Offset), Value = Renew(stores[i].Value) };
        }
        for (var i = 0; i < Columns.Count; i++) Columns[i] = Columns[i] with { Offset = Renew(Columns[i].Offset), Value = Renew(Columns[i].Value) };
    }
}
