using GraphGrad.Operations;

namespace GraphGrad;

/// <summary>What <see cref="Ops.Ldl"/> computes, in the form of LAPACK's sytrf: row i of L·D·Lᵀ is row and column Order[i] of the matrix.</summary>
/// <param name="Packed">D's diagonal, and below it D's other elements, where a block has two rows, and L's: those of a column stand where its own exchanges left them. Above the diagonal 0.</param>
/// <param name="Pivots">int32: for each row from 1 the row that it was exchanged with; for both rows of a block of two the negative number of the second one's.</param>
public readonly record struct LdlFactors(Value Packed, Value Pivots)
{
    /// <summary>L, with ones on its diagonal and zeros above, of all exchanges: […, n, n].</summary>
    public Value Lower => LdlParts.Of(Packed, Pivots).Lower + Ops.Identity(Packed.Graph, Packed.Shape[^1], Packed.DType);

    /// <summary>D, symmetric, of blocks of one and two rows: […, n, n].</summary>
    public Value Blocks
    {
        get
        {
            var within = LdlParts.Of(Packed, Pivots).Within(Packed);
            return within + Ops.SwapLast(Ops.TriangularLower(within, -1));
        }
    }

    /// <summary>P with P·A·Pᵀ = L·D·Lᵀ, […, n, n]: each row has one 1.</summary>
    public Value Permutation => Ops.OneHot(LdlParts.Of(Packed, Pivots).Order, Packed.Shape[^1], Packed.DType);
}

public static partial class Ops
{
    /// <summary>
    /// P·A·Pᵀ = L·D·Lᵀ with A = (a + aᵀ) / 2, for each matrix in the last two axes, which need not be definite: D has blocks of one or two rows. A routine: O(n³/3) operations, in float64 for either type, with
    /// pivots as LAPACK chooses them. A singular matrix has a singular D, and is no error, but has no gradient.
    /// </summary>
    /// <remarks>Bunch and Kaufman, "Some stable methods for calculating inertia and solving symmetric linear systems", 1977.</remarks>
    /// <param name="a">[…, n, n], symmetric.</param>
    /// <exception cref="GraphException">a is no stack of square matrices of floats.</exception>
    public static LdlFactors Ldl(Value a)
    {
        RequireFloat("ldl", a);
        if (a.Rank < 2 || a.Shape[^1] != a.Shape[^2]) throw a.Graph.Error("ldl", $"'{a.Name}' {a.Type} is no square matrix, nor a stack of them: its last two axes must be equal. Slice or reshape it.");
        var wide = Cast(a, DType.Float64);
        var factors = a.Graph.AddNode(new LdlOp(), [(wide + SwapLast(wide)) * 0.5]).Outputs;
        return new LdlFactors(Cast(factors[0], a.DType), factors[1]);
    }

    /// <summary>The X with A·X = b, given what <see cref="Ldl"/> gave for A; in float64 for either type. Infinite or NaN where D is singular.</summary>
    /// <param name="factors">Of […, n, n].</param>
    /// <param name="b">Matrices, or one vector for each: […, n, m] or […, n], with the same leading axes.</param>
    /// <exception cref="GraphException">Types or shapes do not fit. In a run: the pivots are none.</exception>
    public static Value LdlSolve(LdlFactors factors, Value b)
    {
        var packed = factors.Packed;
        if (b.Rank == packed.Rank - 1) return Squeeze(LdlSolve(factors, ExpandDims(b, -1)), -1);
        if (!packed.DType.IsFloat() || packed.Rank < 2 || packed.Shape[^1] != packed.Shape[^2] || !factors.Pivots.Shape.Equals(new Shape([.. packed.Shape.Dims[..^1]])))
            throw b.Graph.Error("ldl_solve", $"'{packed.Name}' {packed.Type} with the pivots '{factors.Pivots.Name}' {factors.Pivots.Type} are no factors of square matrices of floats; give what Ldl returns.");
        if (b.DType != packed.DType || b.Rank != packed.Rank || !b.Shape.Dims[..^1].SequenceEqual(packed.Shape.Dims[..^1]))
            throw b.Graph.Error("ldl_solve", $"the factors '{packed.Name}' {packed.Type} and the right-hand sides '{b.Name}' {b.Type} do not fit: {packed.Shape[^1]} rows are needed, the same type and equal leading axes. Reshape, broadcast or cast one of them.");
        var parts = LdlParts.Of(Cast(packed, DType.Float64), factors.Pivots);
        var order = ExpandDims(parts.Order, -1);
        var half = TriangularSolve(parts.Lower, TakeAlongAxis(Cast(b, DType.Float64), order, -2), unitDiagonal: true);
        var solved = TriangularSolve(parts.Lower, SwapLast(parts.OverBlocks(SwapLast(half))), transpose: true, unitDiagonal: true);
        return Cast(TakeAlongAxis(solved, ArgSort(order, -2), -2), b.DType);
    }
}

/// <summary>What packed factors of symmetric matrices consist of.</summary>
internal sealed class LdlParts
{
    private readonly Value isBelow, isWithin, partner, own, other;

    private LdlParts(Value packed, Value pivots)
    {
        var graph = packed.Graph;
        var n = packed.Shape[^1];
        var order = graph.AddNode(new LdlOrderOp(), [pivots]).Outputs;
        (Order, Places) = (order[0], order[1]);
        var isOfTwo = pivots < 0;
        // Rows of blocks of two come in pairs, of which the first ones are odd.
        var isFirst = Ops.And(isOfTwo, Ops.Equal(Ops.FloorRemainder(Ops.CumSum(isOfTwo, -1), 2), 1));
        var (row, column) = (Ops.Iota(graph, [n, n]), Ops.Iota(graph, [n, n], 1));
        var isBeside = Ops.And(Ops.ExpandDims(isFirst, -2), Ops.Equal(row, column + 1));
        isWithin = Ops.Or(Ops.Equal(row, column), isBeside);
        isBelow = Ops.And(row > column, Ops.Not(isBeside));
        partner = Ops.Iota(graph, [n]) + (Ops.Cast(isFirst, DType.Int64) * 2) - Ops.Cast(isOfTwo, DType.Int64);
        // The inverse of a block (a b; b c) is (c -b; -b a) / (a·c - b²).
        var diagonal = Ops.Diagonal(packed);
        var beside = Ops.Sum(Ops.Where(isBeside, packed, 0), -2);
        beside += Ops.TakeAlongAxis(beside, partner, -1);
        beside = Ops.Where(isOfTwo, beside, 0);
        var across = Ops.TakeAlongAxis(diagonal, partner, -1);
        var determinant = Ops.Where(isOfTwo, (diagonal * across) - Ops.Square(beside), diagonal);
        own = Ops.Where(isOfTwo, across, 1) / determinant;
        other = -beside / determinant;
        Lower = Ops.TakeAlongAxis(Below(packed), Places, -2);
    }

    public Value Order { get; }

    public Value Places { get; }

    /// <summary>L below its diagonal, in the order of all exchanges.</summary>
    public Value Lower { get; }

    public static LdlParts Of(Value packed, Value pivots) => new(packed, pivots);

    /// <summary>What is below the blocks.</summary>
    public Value Below(Value x) => Ops.Where(isBelow, x, 0);

    /// <summary>What is within the blocks, on the diagonal and below.</summary>
    public Value Within(Value x) => Ops.Where(isWithin, x, 0);

    /// <summary>x·D⁻¹.</summary>
    public Value OverBlocks(Value x) => (x * Ops.ExpandDims(own, -2)) + (Ops.TakeAlongAxis(x, Ops.ExpandDims(partner, -2), -1) * Ops.ExpandDims(other, -2));

    /// <summary>P·x·Pᵀ, or Pᵀ·x·P.</summary>
    public Value Rearranged(Value x, bool isBack)
    {
        var order = isBack ? Ops.ArgSort(Order, -1) : Order;
        return Ops.TakeAlongAxis(Ops.TakeAlongAxis(x, Ops.ExpandDims(order, -1), -2), Ops.ExpandDims(order, -2), -1);
    }
}
