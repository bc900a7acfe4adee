using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>
/// Expressions of float32 for which no better form is known, computed in float64 and rounded once: sums that cancel,
/// sums and products that leave the range. Half as many lanes, and no other memory: the casts are part of the kernel.
/// </summary>
internal static class WideningRules
{
    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern SumX = Sum(X);
    private static readonly Pattern D = AnyNumber("d");
    private static readonly Pattern ProdX = Prod(X);
    private static readonly Pattern SumOfPowers = Sum(Pow(X, C));

    // The exponent up to which float64 holds the powers of all float32 numbers, and sums of them.
    private const double MostOfRange = 7;

    public static readonly RuleSet All = new("widening")
    {
        { "sqrt(sum(x * x)) in float64", Sqrt(Sum(X * X)), Widen, Soundness.Rounding, "|x| > 1.8e19 or all < 1e-23 (float32): the squares overflow or vanish" },
        { "sum(x * x) - sum(x)^2 / c in float64", Sum(X * X) - (SumX * SumX / C), Widen, Soundness.Rounding, "|mean| >> deviation (float32): the difference cancels" },
        { "log(sum(x * x)) in float64", Log(Sum(X * X)), Widen, Soundness.Rounding, "|x| > 1.8e19 or all < 1e-23 (float32): the squares overflow or vanish" },
        { "log(prod(x)) => sum(log|x|) in float64", Log(ProdX), LogOfProduct, Soundness.Rounding, "the product > 3.4e38 or < 1e-38 (float32): it overflows or vanishes" },
        { "prod(x) ^ c in float64", Pow(Prod(X), C), Widen, Soundness.Rounding, "the product > 3.4e38 or < 1e-38 (float32): it overflows or vanishes" },
        { "sum(x ^ c) ^ d in float64", Pow(SumOfPowers, D), m => Math.Abs(m.Number(C)) > MostOfRange ? Scaled(m) : Widen(m), Soundness.Rounding, "x ^ c > 3.4e38 or all < 1e-38 (float32): it overflows or vanishes" },
    };

    /// <summary>By logarithms, whose derivatives are those of each element alone; NaN where the product is negative.</summary>
    private static Value? LogOfProduct(Match m)
    {
        if (m.Root.DType != DType.Float32) return null;
        var (product, x) = (Reductions.Find(m[ProdX], m.MayLookInto)!, m[X]);
        var sum = Reductions.Apply(Log(Abs(Cast(x, DType.Float64))), (ReduceOp)product.Node.Op with { Kind = ReductionKind.Sum });
        return Reductions.Like(m[ProdX], product, Where(Reductions.Again(product, Sign(x)) < 0, double.NaN, Cast(sum, DType.Float32)));
    }

    /// <summary>By shares of the element that counts most: the scale changes nothing, and so has no derivative.</summary>
    private static Value? Scaled(Match m)
    {
        if (m.Root.DType != DType.Float32) return null;
        var (sum, c, d) = (Reductions.Find(m[SumOfPowers], m.MayLookInto)!, m.Number(C), m.Number(D));
        var (reduce, x) = ((ReduceOp)sum.Node.Op, Cast(m[X], DType.Float64));
        var most = Reductions.Apply(Abs(x), reduce with { Kind = c > 0 ? ReductionKind.Maximum : ReductionKind.Minimum });
        var scale = StopGradient(Where(And(most > 0, IsFinite(most)), most, 1));
        var shares = Pow(Reductions.Apply(Pow(x / Reshape(scale, Reductions.Kept(x.Shape, reduce)), c), reduce), d);
        return Reductions.Like(m[SumOfPowers], sum, Cast(shares * Pow(scale, c * d), DType.Float32));
    }

    /// <summary>All that lies between the root and what the wildcards stand for, in float64.</summary>
    private static Value? Widen(Match m)
    {
        if (m.Root.DType != DType.Float32) return null;
        var operands = Array.ConvertAll(m.Operands, o => o.Value);
        var wide = new Dictionary<Value, Value>();
        return Cast(Of(m.Root), DType.Float32);

        Value Of(Value value)
        {
            if (wide.TryGetValue(value, out var known)) return known;
            var copy = m.TryNumber(value, out var number) ? BroadcastTo(m.Root.Graph.Constant(number), value.Shape)
                : operands.Any(o => m.Same(o, value)) ? Cast(value, DType.Float64)
                : value.Graph.Add(value.Node.Op, [.. value.Node.Inputs.Select(Of)]);
            wide.Add(value, copy);
            return copy;
        }
    }
}
