using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Products of matrices of exponentials: transfer matrices of chains and lattices.</summary>
internal static partial class Shifting
{
    // Up to so many products each has an exponential of its own, and none is lost; beyond, each row and column is shifted by its maximum, and the product stays one.
    private const long MostSeparate = 1 << 16;
    private const long AssumedExtent = 64;

    /// <summary>log(Σₖ e·f) = log(Σₖ exp(log e + log f)), or m + n + log(Σₖ exp(log e - m)·exp(log f - n)); declines if it is shifted so already.</summary>
    public static Value? LogOfDot(Match m, Value view)
    {
        var product = Views.Under(view, m);
        var (dot, left, right) = ((DotOp)product.Node.Op, product.Node.Inputs[0], product.Node.Inputs[1]);
        var count = product.Shape.Concat(dot.LeftContract.Select(axis => left.Shape[axis])).Aggregate((Dim)1, (all, dim) => all * dim);
        return count.Evaluate(_ => AssumedExtent) <= MostSeparate
            ? Views.Again(view, product, Separate(dot, Ops.Log(left), Ops.Log(right)))
            : Shifted(dot, left, right) is { } shifted ? Views.Again(view, product, shifted) : null;
    }

    private static Value Separate(DotOp dot, Value left, Value right)
    {
        var (x, y) = SmallProducts.Aligned(dot, left, right);
        int[] last = [.. Enumerable.Range(x.Rank - dot.LeftContract.Count, dot.LeftContract.Count)];
        return Ops.Log(Reductions.Apply(Ops.Exp(x + y), new ReduceOp(ReductionKind.Sum, [.. last])));
    }

    private static Value? Shifted(DotOp dot, Value left, Value right)
    {
        if (IsBelowMaximum(left) || IsBelowMaximum(right)) return null;
        var (x, y) = (Ops.Log(left), Ops.Log(right));
        var (ofLeft, ofRight) = (Greatest(x, dot.LeftContract), Greatest(y, dot.RightContract));
        var (m, n) = SmallProducts.Aligned(dot, ofLeft, ofRight);
        var product = x.Graph.Add(dot, [Ops.Exp(x - ofLeft), Ops.Exp(y - ofRight)]);
        return Ops.Reshape(Ops.BroadcastTo(m + n, [.. product.Shape, .. dot.LeftContract.Select(_ => (Dim)1)]), product.Shape) + Ops.Log(product);

        static Value Greatest(Value x, EquatableArray<int> axes) => Shift(x, new ReduceOp(ReductionKind.Sum, axes));
        static bool IsBelowMaximum(Value e) => e.Node is { Op: ExpOp, Inputs: [{ Node: { Op: SubtractOp, Inputs: [_, var shift] } }] } && Maximum(shift).Node.Op is ReduceOp { Kind: ReductionKind.Maximum };
    }
}
