using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// The stretches of a kernel's axis between the places where a condition of a load changes, as where the parts of a concatenation begin. Each gets loops of its own, in
/// which these conditions are known: a part is read without a look at the others. It is the axis of the vectors, whose stretches of a few vectors end on whole ones,
/// or else an axis of rows that are told apart often, as where many tensors are stacked.
/// </summary>
internal sealed class AxisParts
{
    // A stretch may end with a vector that is not full.
    private const int FewestVectors = 4;

    // Fewer rows than that, such as borders, look for themselves.
    private const int FewestRowParts = 4;

    // What is emitted for all stretches together, as the just-in-time compiler must put every call in its place, beside a few instructions
    // that each may have: measured, copies of 300 parts are no slower for each part than those of 12.
    private const int MostInstructions = 400, FewInstructions = 4, MostStretches = 512;

    private readonly Kernel kernel;
    private readonly List<Dictionary<Scalar, Scalar>> resolved = [];

    /// <param name="kernel">The kernel.</param>
    /// <param name="lanes">Elements of a vector.</param>
    public AxisParts(Kernel kernel, int lanes)
    {
        this.kernel = kernel;
        Instructions = ScalarGraph.CountInstructions(kernel.Roots) + kernel.Stores.Count();
        if (kernel.Vector is not { } vector || lanes == 1) return;
        var axis = vector;
        var conditions = ScalarGraph.Reachable(ScalarGraph.Reachable(kernel.Roots).Where(s => s is { Op: ScalarOp.Load, Arguments.Length: 3 }).Select(s => s.Arguments[1]));
        var changes = ChangesAlong(vector);
        if (changes.Length > 0)
        {
            // Parts shorter than that stay together within a vector, which looks at those that meet in it; the vectors between look at none.
            if (changes.Append(vector.Extent.Value).Zip([0, .. changes], (end, start) => end - start).Min() < FewestVectors * lanes)
                changes = [.. changes.SelectMany(c => new[] { c / lanes * lanes, (c + lanes - 1) / lanes * lanes }).Where(c => c > 0 && c < vector.Extent.Value).Distinct().Order()];
        }
        else
        {
            foreach (var outer in kernel.Outer)
            {
                var own = ChangesAlong(outer);
                if (own.Length + 1 >= FewestRowParts && own.Length > changes.Length) (axis, changes) = (outer, own);
            }
        }
        if (changes.Length == 0) return;
        long[] ends = [.. changes, axis.Extent.Value];
        if (CountInstructions(kernel.Builder, [.. kernel.Roots], axis, ends) is not { } count) return;
        (Axis, Ends) = (axis, ends);
        Instructions = kernel.Stores.Count() + (count / ends.Length);
        resolved.AddRange(ends.Select(_ => new Dictionary<Scalar, Scalar>()));

        long[] ChangesAlong(LoopAxis along) => !along.Extent.IsConstant ? []
            : [.. conditions.Select(c => ScalarGraph.ChangeAlong(c, along)).OfType<(long From, bool HoldsFrom)>().Select(c => c.From).Where(c => c > 0 && c < along.Extent.Value).Distinct().Order()];
    }

    /// <summary>The axis that is taken apart; null if none is.</summary>
    public LoopAxis? Axis { get; }

    /// <summary>What a point computes, loads and stores, without addresses; the mean of the stretches.</summary>
    public int Instructions { get; }

    /// <summary>Where each stretch ends, the last one at the axis's extent; none if every axis is walked as a whole.</summary>
    public IReadOnlyList<long> Ends { get; } = [];

    /// <summary>What values take in all stretches of an axis together, of many parts one in each; null if that is too much for loops of their own.</summary>
    public static int? CountInstructions(ScalarBuilder b, IReadOnlyList<Scalar> values, LoopAxis axis, IReadOnlyList<long> ends)
    {
        if (ends.Count > MostStretches) return null;
        var (count, most) = (0, MostInstructions + (FewInstructions * ends.Count));
        for (var part = 0; part < ends.Count && count <= most; part++)
        {
            var done = new Dictionary<Scalar, Scalar>();
            count += 1 + ScalarGraph.CountInstructions(values.Select(v => Within(b, v, axis, part == 0 ? 0 : ends[part - 1], ends[part], done)));
        }
        return count <= most ? count : null;
    }

    /// <summary>A scalar as it is within one of the stretches.</summary>
    public Scalar Within(int part, Scalar scalar) =>
        Within(kernel.Builder, scalar, Axis!, part == 0 ? 0 : Ends[part - 1], Ends[part], resolved[part]);

    private static Scalar Within(ScalarBuilder b, Scalar scalar, LoopAxis axis, long start, long end, Dictionary<Scalar, Scalar> done)
    {
        return ScalarGraph.Substitute(b, scalar, Known, done);

        // No condition that a load has changes within a stretch; another one may.
        Scalar? Known(Scalar s) => ScalarGraph.ChangeAlong(s, axis) is not { } change ? null
            : change.From <= start ? b.Bool(change.HoldsFrom)
            : change.From >= end ? b.Bool(!change.HoldsFrom)
            : null;
    }
}
