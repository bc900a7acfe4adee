using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>An element stored to a buffer at an offset in elements.</summary>
internal sealed record KernelStore(TensorBuffer Buffer, Scalar Offset, Scalar Value);

/// <summary>One walk over the reduced axes: what it combines, and what it stores at every point.</summary>
internal sealed record KernelPass(KernelReduction[] Reductions, KernelStore[] Stores);

/// <summary>
/// A loop nest. The outer loops enumerate rows; for each row the passes walk the inner (reduced) axes one after the other,
/// each seeing the finished reductions of those before it; then the row stores are done. Without inner axes a row is one
/// element and there are only row stores. The vector axis is the last outer or the last inner loop.
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

    public bool VectorIsOuter => Vector is not null && !Vector.Reduced;

    public IEnumerable<KernelStore> Stores => Passes.SelectMany(p => p.Stores).Concat(RowStores);

    /// <summary>Every scalar that the kernel computes directly: stored values and offsets, and bodies of reductions.</summary>
    public IEnumerable<Scalar> Roots =>
        Stores.SelectMany(s => new[] { s.Offset, s.Value }).Concat(Passes.SelectMany(p => p.Reductions).Select(r => r.Body));

    /// <summary>Inner points of a row: the length of a scratch row.</summary>
    public Dim InnerCount => Inner.Aggregate((Dim)1, (product, axis) => product * axis.Extent);

    /// <summary>The same loops over other buffers.</summary>
    public Kernel WithBuffers(Func<TensorBuffer, TensorBuffer> to)
    {
        var done = new Dictionary<Scalar, Scalar>();
        Scalar Renew(Scalar scalar) => ScalarGraph.Substitute(Builder, scalar, Replace, done);
        Scalar? Replace(Scalar scalar)
        {
            if (scalar.Op != ScalarOp.Load || to((TensorBuffer)scalar.Payload!) is var buffer && buffer == scalar.Payload) return null;
            var arguments = Array.ConvertAll(scalar.Arguments, Renew);
            return arguments.Length == 1
                ? Builder.Load(scalar.Type, buffer, arguments[0])
                : Builder.LoadWhere(scalar.Type, buffer, arguments[0], arguments[1], arguments[2]);
        }
        KernelStore Moved(KernelStore store) => new(to(store.Buffer), Renew(store.Offset), Renew(store.Value));
        foreach (var reduction in Passes.SelectMany(p => p.Reductions)) reduction.Body = Renew(reduction.Body);
        return new Kernel
        {
            Name = Name,
            Builder = Builder,
            Outer = Outer,
            Inner = Inner,
            Vector = Vector,
            Passes = [.. Passes.Select(p => p with { Stores = [.. p.Stores.Select(Moved)] })],
            RowStores = [.. RowStores.Select(Moved)],
            Scratch = Scratch,
            IsParallel = IsParallel,
        };
    }

    /// <summary>The loop nest as indented text, deterministic.</summary>
    public override string ToString() => KernelText.Of(this);
}
