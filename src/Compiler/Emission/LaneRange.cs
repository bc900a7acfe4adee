using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>A condition that holds for a run of neighbouring lanes: what all lanes share, and bounds of places that move along the vector axis.</summary>
internal readonly record struct LaneRange(IReadOnlyList<Scalar> Uniform, IReadOnlyList<LaneBounds> Bounds)
{
    /// <summary>The range of a condition; null if it is more than comparisons that must all hold.</summary>
    public static LaneRange? Find(ScalarBuilder b, Scalar condition, LoopAxis vector)
    {
        var uniform = new List<Scalar>();
        var bounds = new List<LaneBounds>();
        return Add(condition) ? new LaneRange(uniform, bounds) : null;

        bool Add(Scalar scalar)
        {
            if (!ScalarGraph.DependsOn(scalar, vector))
            {
                uniform.Add(scalar);
                return true;
            }
            if (scalar is { Op: ScalarOp.And, Type: DType.Bool }) return Add(scalar.Arguments[0]) && Add(scalar.Arguments[1]);
            if (LaneBounds.Find(b, scalar, vector) is not { } own) return false;
            bounds.Add(own);
            return true;
        }
    }
}
