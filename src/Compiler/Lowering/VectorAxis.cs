using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>Chooses the axis whose indices go to the lanes: the one along which most accesses are dense.</summary>
internal static class VectorAxis
{
    private const double FewestFilled = 0.2, FewestFilledByTwo = 0.25;

    // Elements stored apart cost more than elements gathered: each store takes part of a line, and lines that lie a power of two apart drive each other out.
    private const double GatheredScore = -1, ScatteredScore = -2;

    // Elements of which every other one is read are brought together in registers; those at a few places' distance share their lines.
    private const double AlternateScore = 0.5, NearScore = 0;
    private const long NearStep = 4;

    // Beside lanes along a row what a row computes once is computed alone, an instruction of it in the time in which an element or two are gathered, of which a row has many. A few, as a quotient, are there in every row.
    private const double AloneScore = -1.5;
    private const int FewAlone = 8;

    // Instructions of an element from which on empty lanes count besides accesses: two of them take a cycle, and a quotient or a root as long as some.
    private const int DearWork = 16, WorkOfQuotient = 8;

    public static LoopAxis? Choose(KernelDraft draft, int lanes) => Choose(draft, lanes, draft.Axes);

    /// <summary>The best of some axes.</summary>
    public static LoopAxis? Choose(KernelDraft draft, int lanes, IEnumerable<LoopAxis> among)
    {
        // Where a tensor is read and another stored at the same offset, both are paid for; what rows share, a bias or a row's sum, is read or written so seldom that it counts once.
        var stored = draft.Stores.Select(s => s.Offset);
        var loads = draft.Loads.ToArray();
        var accesses = loads.Where(IsFull).Select(offset => (Offset: offset, IsLoad: true))
            .Concat(stored.Where(IsFull).Select(offset => (Offset: offset, IsLoad: false)))
            .Concat(loads.Concat(stored).Distinct().Where(offset => !IsFull(offset)).Select(offset => (Offset: offset, IsLoad: loads.Contains(offset))))
            .ToArray();
        var alone = AloneScore * Math.Max(0, OfRows(draft) - FewAlone);
        var (best, filled) = Best(work: 0);
        // Most lanes would do nothing, and for long: what an element takes counts, too.
        return best is not null && filled <= FewestFilled && OfElements(draft) is >= DearWork and var work ? Best(work).Axis : best;

        (LoopAxis? Axis, double Filled) Best(int work)
        {
            (LoopAxis? Axis, double Filled) best = (null, 0);
            var bestScore = double.NegativeInfinity;
            foreach (var axis in among)
            {
                // Lanes that stay empty because the axis is short are lost; an unknown extent counts as long. With most of them empty elements are as good as apart.
                var filled = axis.Extent.IsConstant ? Math.Min(1.0, (double)axis.Extent.Value / lanes) : 1.0;
                var score = (axis is { Reduced: true, Extent.IsConstant: true } && axis.Extent.Value <= 2 * lanes ? alone / axis.Extent.Value : 0) - (work == 0 ? 0 : work / (2 * lanes * filled));
                var isFull = filled > (axis.Extent.Is(2) ? FewestFilledByTwo : FewestFilled);
                var interleaves = Interleaving.Within(draft, axis) is not null;
                foreach (var (offset, isLoad) in accesses)
                {
                    if (!ScalarGraph.TryCoefficient(draft.Builder, offset, axis, out var coefficient)) score -= 2;
                    else if (coefficient.IsInteger(1)) score += isFull ? filled : -filled;
                    else if (!coefficient.IsInteger(0)) score += isLoad ? Gathered(coefficient) : interleaves ? filled : ScatteredScore;
                }
                if (score < bestScore) continue;
                (best, bestScore) = ((axis, filled), score);
            }
            return best;
        }

        static double Gathered(Scalar step) =>
            !step.IsConstant ? GatheredScore : step.Bits is 2 or -1 ? AlternateScore : Math.Abs(step.Bits) <= NearStep ? NearScore : GatheredScore;

        bool IsFull(Scalar offset) => draft.Axes.TrueForAll(a => ScalarGraph.DependsOn(offset, a));
    }

    /// <summary>Whether rows take so much besides their elements that it should not be computed row by row.</summary>
    public static bool IsAloneDear(KernelDraft draft) => OfRows(draft) > FewAlone;

    /// <summary>How many instructions each element takes that no others share.</summary>
    private static int OfElements(KernelDraft draft) =>
        ScalarGraph.Reachable(draft.Values)
            .Where(s => !s.IsConstant && s.Type != DType.Int64 && s.Op is not (ScalarOp.Load or ScalarOp.Accumulated) && draft.Axes.TrueForAll(a => ScalarGraph.DependsOn(s, a)))
            .Sum(s => s.Op is ScalarOp.Divide or ScalarOp.SquareRoot ? WorkOfQuotient : 1);

    /// <summary>How many instructions a row takes besides those of its elements.</summary>
    private static int OfRows(KernelDraft draft)
    {
        if (!draft.Axes.Exists(a => a.Reduced)) return 0;
        var ofElements = new HashSet<Scalar>();
        var count = 0;
        foreach (var scalar in ScalarGraph.Reachable(draft.Values))
        {
            if (scalar is { Op: ScalarOp.LoopIndex, Payload: LoopAxis { Reduced: true } } || Array.Exists(scalar.Arguments, ofElements.Contains)) ofElements.Add(scalar);
            else if (!scalar.IsConstant && scalar.Type != DType.Int64 && scalar.Op is not (ScalarOp.Load or ScalarOp.Accumulated)) count++;
        }
        return count;
    }
}
