using System.Reflection;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// A comparison of a place that moves along the vector axis with one that does not: it holds for the first lanes only, or for all but these. So
/// their number is compared instead of indices of eight bytes each.
/// </summary>
/// <param name="Place">What moves by one from lane to lane.</param>
/// <param name="Limit">What does not move.</param>
/// <param name="IsInclusive">Whether a place at the limit is among the first lanes.</param>
/// <param name="IsLeading">Whether the first lanes are those for which the comparison holds, else the others.</param>
internal readonly record struct LaneBounds(Scalar Place, Scalar Limit, bool IsInclusive, bool IsLeading)
{
    private const int MostLanes = 64;

    // Adding up a few of these cannot overflow.
    private const long LargestStep = 1L << 40;

    public static readonly MethodInfo Larger = ((Func<int, int, int>)Math.Max).Method, Smaller = ((Func<int, int, int>)Math.Min).Method;

    /// <summary>The bounds of a comparison; null if it is none of that kind.</summary>
    public static LaneBounds? Find(ScalarBuilder b, Scalar comparison, LoopAxis vector)
    {
        if (comparison.Op is not (ScalarOp.LessThan or ScalarOp.LessOrEqual) || comparison.Arguments[0].Type != DType.Int64) return null;
        var (left, right, orEqual) = (comparison.Arguments[0], comparison.Arguments[1], comparison.Op == ScalarOp.LessOrEqual);
        if (Moves(left) && !ScalarGraph.DependsOn(right, vector)) return new LaneBounds(left, right, orEqual, true);
        // limit < place where not place <= limit.
        return Moves(right) && !ScalarGraph.DependsOn(left, vector) ? new LaneBounds(right, left, !orEqual, false) : null;

        bool Moves(Scalar scalar) => ScalarGraph.TryCoefficient(b, scalar, vector, out var step) && step.IsInteger(1) && IsPlace(scalar);
    }

    /// <summary>How many places from the first on lie below the limit, up to more than there are lanes.</summary>
    public static int Below(long first, long limit) => limit <= first ? 0 : (int)Math.Min((ulong)(limit - first), MostLanes);

    /// <summary>How many places from the first on do not lie above the limit.</summary>
    public static int UpTo(long first, long limit) => limit < first ? 0 : (int)Math.Min((ulong)(limit - first), MostLanes - 1) + 1;

    private static bool IsPlace(Scalar scalar) => scalar.Op switch
    {
        ScalarOp.LoopIndex or ScalarOp.Extent => true,
        ScalarOp.Constant => scalar.Bits is > -LargestStep and < LargestStep,
        ScalarOp.Add or ScalarOp.Subtract => IsPlace(scalar.Arguments[0]) && IsPlace(scalar.Arguments[1]),
        _ => false,
    };
}
