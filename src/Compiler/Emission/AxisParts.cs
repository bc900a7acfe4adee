using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// The stretches of a kernel's vector axis between the places where a condition of a load changes, as where the parts of a concatenation begin. Each
/// gets loops of its own, in which these conditions are known: a part is read without a look at the others. Stretches of a few vectors end on whole ones.
/// </summary>
internal sealed class AxisParts
{
    // A stretch may end with a vector that is not full.
    private const int FewestVectors = 4;

    // What is emitted for all stretches together, as the just-in-time compiler must put every call in its place.
    private const int MostInstructions = 400;

    private readonly Kernel kernel;
    private readonly List<Dictionary<Scalar, Scalar>> resolved = [];

    /// <param name="kernel">The kernel.</param>
    /// <param name="lanes">Elements of a vector.</param>
    /// <param name="instructions">What a point computes, loads and stores.</param>
    public AxisParts(Kernel kernel, int lanes, int instructions)
    {
        this.kernel = kernel;
        if (kernel.Vector is not { Extent.IsConstant: true } vector || lanes == 1) return;
        var extent = vector.Extent.Value;
        var conditions = ScalarGraph.Reachable(kernel.Roots).Where(s => s is { Op: ScalarOp.Load, Arguments.Length: 3 }).Select(s => s.Arguments[1]);
        long[] changes = [.. ScalarGraph.Reachable(conditions).Select(c => ScalarGraph.ChangeAlong(c, vector)).OfType<(long From, bool HoldsFrom)>().Select(c => c.From).Where(c => c > 0 && c < extent).Distinct().Order()];
        long[] ends = [.. changes, extent];
        // Parts shorter than that stay together within a vector, which looks at those that meet in it; the vectors between look at none.
        if (ends.Zip([0, .. changes], (end, start) => end - start).Min() < FewestVectors * lanes)
            ends = [.. changes.SelectMany(c => new[] { c / lanes * lanes, (c + lanes - 1) / lanes * lanes }).Where(c => c > 0 && c < extent).Append(extent).Distinct().Order()];
        if (ends.Length == 1 || ends.Length * instructions > MostInstructions) return;
        Ends = ends;
        resolved.AddRange(ends.Select(_ => new Dictionary<Scalar, Scalar>()));
    }

    /// <summary>Where each stretch ends, the last one at the axis's extent; none if the axis is walked as a whole.</summary>
    public IReadOnlyList<long> Ends { get; } = [];

    /// <summary>A scalar as it is within one of the stretches.</summary>
    public Scalar Within(int part, Scalar scalar)
    {
        var start = part == 0 ? 0 : Ends[part - 1];
        return ScalarGraph.Substitute(kernel.Builder, scalar, Known, resolved[part]);

        // No condition that a load has changes within a stretch; another one may.
        Scalar? Known(Scalar s) => ScalarGraph.ChangeAlong(s, kernel.Vector!) is not { } change ? null
            : change.From <= start ? kernel.Builder.Bool(change.HoldsFrom)
            : change.From >= Ends[part] ? kernel.Builder.Bool(!change.HoldsFrom)
            : null;
    }
}
