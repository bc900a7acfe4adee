using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Systems whose leading axes broadcast, and whose right-hand sides may be vectors; what does not fit is left for <paramref name="solve"/> to refuse.</summary>
    private static Value OfSystems(Value a, Value b, Func<Value, Value, Value> solve)
    {
        if (a.Rank < 2) return solve(a, b);
        if (b.Rank == 1 || (b.Rank == a.Rank - 1 && b.Shape.Equals(new Shape([.. a.Shape.Dims[..^1]])))) return Squeeze(OfSystems(a, ExpandDims(b, -1), solve), -1);
        if (b.Rank < 2 || b.Shape[^2] != a.Shape[^1]) return solve(a, b);
        var (leadA, leadB) = (a.Shape.Dims[..^2].ToArray(), b.Shape.Dims[..^2].ToArray());
        if (!Broadcasting.TryUnite(new Shape(leadA), new Shape(leadB), out var lead, out _)) return solve(a, b);
        if (IsSmall(a) && a.Shape[^1] == a.Shape[^2] && b.DType == a.DType) return Cast(OfSystems(Cast(a, DType.Float64), Cast(b, DType.Float64), solve), a.DType);
        if (leadA.SequenceEqual(leadB)) return solve(a, b);
        return solve(
            BroadcastTo(a, new Shape([.. lead, a.Shape[^2], a.Shape[^1]])),
            BroadcastTo(b, new Shape([.. lead, b.Shape[^2], b.Shape[^1]])));
    }

    /// <summary>Whether matrices are float32 and so small that factors in float64 take no longer.</summary>
    private static bool IsSmall(Value a)
    {
        const int most = 16;
        return a.DType == DType.Float32 && a.Rank >= 2 && a.Shape[^1] is { IsConstant: true, Value: <= most } && a.Shape[^2] is { IsConstant: true, Value: <= most };
    }
}
