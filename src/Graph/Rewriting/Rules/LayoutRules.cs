using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Views of views, repetition that operators do by themselves, reductions of what is repeated.</summary>
internal static class LayoutRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern InnerReduce = Reduce(X);
    private static readonly Pattern InnerTranspose = Transpose(X);
    private static readonly Pattern InnerDot = Op<DotOp>(X, Any("y"));
    private static readonly Pattern InnerSlice = Slice(X);
    private static readonly Pattern InnerCast = Cast(X);
    private static readonly Pattern RepeatedOperands = NodeWhere("elementwise(broadcast(x), …)", HasRepeatedOperand);
    private static readonly Pattern TransposedOperands = NodeWhere("elementwise(transpose(x), …)", HasTransposedOperands);
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern TurnedWindows = Op<WindowOp>(InnerTranspose);
    private static readonly Pattern SingleWindows = Op<WindowOp>(Y);
    private static readonly Pattern TurnedDot = Op<DotOp>(InnerTranspose, Y);
    private static readonly Pattern InnerPad = Ordered<PadOp>(InnerTranspose, Any("c"));
    private static readonly Pattern TransposedParts = NodeWhere("concatenate(transpose(x), …)", HasTransposedParts);
    private static readonly Pattern ViewOfNumber = NodeWhere("view(c)", IsViewOfNumber);

    public static readonly RuleSet All = new("layout")
    {
        { "reshape(reshape(x)) => reshape(x)", Reshape(Reshape(X)), m => Ops.Reshape(m[X], m.Root.Shape), Soundness.Exact },
        { "reshape(x) => x", Reshape(X), m => m[X].Shape.Equals(m.Root.Shape) ? m[X] : null, Soundness.Exact },
        { "broadcast(broadcast(x)) => broadcast(x)", Broadcast(Broadcast(X)), m => BroadcastTo(m[X], m.Root.Shape), Soundness.Exact },
        { "broadcast(x) => x", Broadcast(X), m => m[X].Shape.Equals(m.Root.Shape) ? m[X] : null, Soundness.Exact },
        { "transpose(transpose(x)) => transpose(x)", Transpose(InnerTranspose), m => Compose(m.Root, m[InnerTranspose], m[X]), Soundness.Exact },
        { "transpose(x) => x", Transpose(X), m => IsIdentity(Permutation(m.Root)) ? m[X] : null, Soundness.Exact },
        { "transpose(dot(x, y)) => dot(y, x)", Transpose(InnerDot), m => SwapOperands(m.Root, m[InnerDot]), Soundness.Rounding },
        { "dot(window(transpose(x)), y) of single elements => transpose(dot(y, x))", Op<DotOp>(TurnedWindows, Y), m => PointwiseProducts.ChannelsFirst(m.Root, m[TurnedWindows], m[X], m[Y]), Soundness.Rounding },
        { "fold(dot(transpose(x), y)) of single elements => transpose(dot(y, x))", Op<FoldOp>(TurnedDot), m => PointwiseProducts.ChannelsFirst(m.Root, m[TurnedDot], m[InnerTranspose], m[X], m[Y]), Soundness.Rounding },
        { "dot(transpose(x), window(transpose(y))) of single elements => dot(x, y)", Op<DotOp>(InnerTranspose, SingleWindows), m => PointwiseProducts.SumOfPlanes(m.Root, m[InnerTranspose], m[X], m[SingleWindows]), Soundness.Rounding },
        { "slice(x) => x", Slice(X), m => IsWhole(m[X], m.Root) ? m[X] : null, Soundness.Exact },
        { "slice(slice(x)) => slice(x)", Slice(InnerSlice), m => ComposeSlices(m.Root, m[InnerSlice], m[X]), Soundness.Exact },
        { "cast(x) => x", Cast(X), m => m[X].DType == m.Root.DType ? m[X] : null, Soundness.Exact },
        { "cast(cast(x)) => cast(x)", Cast(InnerCast), m => IsLossless(m[X].DType, m[InnerCast].DType) ? Ops.Cast(m[X], m.Root.DType) : null, Soundness.Exact },
        { "view(c) => broadcast(c)", ViewOfNumber, m => m.TryNumber(m.Root, out var c) ? BroadcastTo(m.Scalar(c), m.Root.Shape) : null, Soundness.Exact },
        { "f(broadcast(x)) => broadcast(f(x))", RepeatedOperands, m => WithoutRepetition(m), Soundness.Exact },
        { "f(transpose(x), …) => transpose(f(x, …))", TransposedOperands, m => WithoutTransposition(m), Soundness.Exact },
        { "slice(transpose(x)) => transpose(slice(x))", Slice(InnerTranspose), m => SliceOfTransposed(m.Root, m[InnerTranspose], m[X]), Soundness.Exact },
        { "transpose(pad(transpose(x), c)) => pad(x, c)", Transpose(InnerPad), m => PadOfTransposed(m.Root, m[InnerPad], m[InnerTranspose], m[X]), Soundness.Exact },
        { "concatenate(transpose(x), …) => transpose(concatenate(x, …))", TransposedParts, m => WithoutTransposedParts(m.Root), Soundness.Exact },
        { "reduce(transpose(x)) => transpose(reduce(x))", Reduce(InnerTranspose), m => ReductionOfTransposed(m.Root, m[InnerTranspose], m[X]), Soundness.Rounding },
        { "reduce(x) over nothing => x", Reduce(X), m => Reduction(m.Root).Axes.Count == 0 ? m[X] : null, Soundness.Exact },
        { "reduce(x) over single elements => x", Reduce(X), m => Reduction(m.Root).Axes.All(a => m[X].Shape[a].IsOne) ? Ops.Reshape(m[X], m.Root.Shape) : null, Soundness.SignOfZero },
        { "reduce(reduce(x)) => reduce(x)", Reduce(InnerReduce), m => ComposeReductions(m.Root, m[InnerReduce], m[X]), Soundness.Rounding },
        { "sum(dot(x, y)) over batches => dot(x, y)", Reduce(InnerDot), m => SumOverBatches(m.Root, m[InnerDot]), Soundness.Rounding },
        { "sum(-x) => -sum(x)", Reduce(-X), m => Reduction(m.Root).Kind == ReductionKind.Sum ? -Reductions.Again(m.Root, m[X]) : null, Soundness.SignOfZero },
        { "sum(broadcast(x)) => x * count", Reduce(Broadcast(X)), m => SumOfRepeated(m.Root, m[X]), Soundness.Rounding },
    };

    private static ReduceOp Reduction(Value value) => (ReduceOp)value.Node.Op;

    private static EquatableArray<int> Permutation(Value value) => ((TransposeOp)value.Node.Op).Permutation;

    private static bool IsIdentity(EquatableArray<int> permutation)
    {
        for (var axis = 0; axis < permutation.Count; axis++)
        {
            if (permutation[axis] != axis) return false;
        }
        return true;
    }

    private static Value Compose(Value outer, Value inner, Value x) =>
        Ops.Transpose(x, [.. Permutation(outer).Select(axis => Permutation(inner)[axis])]);

    /// <summary>The result's axes are batch, left, right: a transpose that exchanges left and right exchanges the operands instead.</summary>
    private static Value? SwapOperands(Value transpose, Value dot)
    {
        var (op, left) = ((DotOp)dot.Node.Op, dot.Node.Inputs[0]);
        var (batch, leftFree) = (op.LeftBatch.Count, op.LeftFree(left.Rank).Length);
        var exchanged = Enumerable.Range(0, batch)
            .Concat(Enumerable.Range(batch + leftFree, dot.Rank - batch - leftFree))
            .Concat(Enumerable.Range(batch, leftFree));
        if (!Permutation(transpose).SequenceEqual(exchanged)) return null;
        var swapped = new DotOp(op.RightContract, op.LeftContract, op.RightBatch, op.LeftBatch);
        return dot.Graph.Add(swapped, [dot.Node.Inputs[1], left]);
    }

    private static bool IsWhole(Value x, Value slice)
    {
        var op = (SliceOp)slice.Node.Op;
        return op.Steps.All(s => s == 1) && op.Starts.All(s => s.Is(0)) && x.Shape.Equals(slice.Shape);
    }

    /// <summary>Element i of the outer slice is element start + step · i of the inner one.</summary>
    private static Value ComposeSlices(Value outer, Value inner, Value x)
    {
        var (a, b) = ((SliceOp)inner.Node.Op, (SliceOp)outer.Node.Op);
        var starts = a.Starts.Select((start, axis) => start + (b.Starts[axis] * a.Steps[axis]));
        var steps = a.Steps.Select((step, axis) => step * b.Steps[axis]);
        return x.Graph.Add(new SliceOp([.. starts], b.Lengths, [.. steps]), [x]);
    }

    private static bool IsLossless(DType from, DType to) => (from, to) switch
    {
        (DType.Float32, DType.Float64) or (DType.Int32, DType.Int64) or (DType.Int32, DType.Float64) => true,
        (DType.Bool, _) => true,
        _ => false,
    };

    private static bool IsViewOfNumber(Node node, Match match) =>
        node.Op is ReshapeOp or TransposeOp && match.TryNumber(node.Output, out _);

    private static bool HasRepeatedOperand(Node node, Match match) =>
        node.Op is ElementwiseOp && node.Inputs.Any(i => i.Node.Op is BroadcastOp && match.MayLookInto(i));

    /// <summary>The op on the operands before they were repeated; the engine repeats its result if that is smaller.</summary>
    private static Value WithoutRepetition(Match m)
    {
        var node = m.Root.Node;
        return node.Graph.Add(node.Op, [.. node.Inputs.Select(i => i.Node.Op is BroadcastOp && m.MayLookInto(i) ? i.Node.Inputs[0] : i)]);
    }

    private static bool HasTransposedOperands(Node node, Match match)
    {
        if (node.Op is not ElementwiseOp || Transposed(node) is not { } leading) return false;
        var permutation = Permutation(leading);
        return node.Inputs.All(i => IsTransposedBy(i, permutation) ? match.MayLookInto(i) : TryUntransposed(i.Shape, permutation, out _));
    }

    /// <summary>The first operand that is a transposed tensor of the result's rank.</summary>
    private static Value? Transposed(Node node) => node.Inputs.FirstOrDefault(i => i.Node.Op is TransposeOp && i.Rank == node.Output.Rank);

    private static bool IsTransposedBy(Value value, EquatableArray<int> permutation) =>
        value.Node.Op is TransposeOp && Permutation(value).Equals(permutation);

    /// <summary>
    /// The shape under which an operand broadcasts against the tensor before its transposition; false if it would have to be
    /// transposed itself. A number, or one number a channel, only gets its axes of extent 1 in other places.
    /// </summary>
    private static bool TryUntransposed(Shape operand, EquatableArray<int> permutation, out Shape shape)
    {
        var dims = new Dim[permutation.Count];
        Array.Fill(dims, 1);
        var lead = permutation.Count - operand.Rank;
        var last = -1;
        var inOrder = true;
        for (var axis = 0; axis < operand.Rank; axis++)
        {
            if (operand[axis].IsOne) continue;
            var place = permutation[lead + axis];
            inOrder &= place > last;
            (dims[place], last) = (operand[axis], place);
        }
        shape = new Shape(dims);
        return inOrder;
    }

    /// <summary>The op on the operands before they were transposed alike, then transposed: transposes of one chain meet and cancel.</summary>
    private static Value WithoutTransposition(Match m)
    {
        var node = m.Root.Node;
        var permutation = Permutation(Transposed(node)!);
        var result = node.Graph.Add(node.Op, [.. node.Inputs.Select(Before)]);
        return Ops.Transpose(result, [.. permutation]);

        Value Before(Value operand)
        {
            if (IsTransposedBy(operand, permutation)) return operand.Node.Inputs[0];
            _ = TryUntransposed(operand.Shape, permutation, out var shape);
            return operand.Rank == 0 ? operand : Ops.Reshape(operand, shape);
        }
    }

    private static Value SliceOfTransposed(Value slice, Value transpose, Value x)
    {
        var (op, back) = ((SliceOp)slice.Node.Op, Inverse(Permutation(transpose)));
        return Ops.Transpose(x.Graph.Add(new SliceOp(Taken(op.Starts, back), Taken(op.Lengths, back), Taken(op.Steps, back)), [x]), [.. Permutation(transpose)]);
    }

    /// <summary>Only where the transpositions cancel: one pass pads and turns what is read as it lies.</summary>
    private static Value? PadOfTransposed(Value outer, Value pad, Value inner, Value x)
    {
        var (op, back) = ((PadOp)pad.Node.Op, Inverse(Permutation(inner)));
        return !Permutation(outer).SequenceEqual(back) ? null : x.Graph.Add(new PadOp(Taken(op.Low, back), Taken(op.High, back), Taken(op.Interior, back)), [x, pad.Node.Inputs[1]]);
    }

    private static bool HasTransposedParts(Node node, Match match) =>
        node.Op is ConcatenateOp && node.Inputs[0].Node.Op is TransposeOp && node.Inputs.All(i => IsTransposedBy(i, Permutation(node.Inputs[0])) && match.MayLookInto(i));

    private static Value WithoutTransposedParts(Value concatenation)
    {
        var (node, permutation) = (concatenation.Node, Permutation(concatenation.Node.Inputs[0]));
        return Ops.Transpose(node.Graph.Add(new ConcatenateOp(permutation[((ConcatenateOp)node.Op).Axis]), [.. node.Inputs.Select(i => i.Node.Inputs[0])]), [.. permutation]);
    }

    private static int[] Inverse(EquatableArray<int> permutation) => [.. Enumerable.Range(0, permutation.Count).Select(axis => Enumerable.Range(0, permutation.Count).First(to => permutation[to] == axis))];

    private static EquatableArray<T> Taken<T>(EquatableArray<T> entries, int[] places)
        where T : IEquatable<T> => new([.. places.Select(place => entries[place])]);

    private static Value ReductionOfTransposed(Value reduction, Value transpose, Value x)
    {
        var (op, permutation) = (Reduction(reduction), Permutation(transpose));
        int[] axes = [.. op.Axes.Select(axis => permutation[axis]).Order()];
        var kept = Enumerable.Range(0, x.Rank).Where(axis => !axes.Contains(axis)).ToArray();
        var result = Reductions.Apply(x, new ReduceOp(op.Kind, [.. axes]));
        return Ops.Transpose(result, [.. permutation.Where(axis => !axes.Contains(axis)).Select(axis => Array.IndexOf(kept, axis))]);
    }

    private static Value? ComposeReductions(Value outer, Value inner, Value x)
    {
        var (a, b) = (Reduction(inner), Reduction(outer));
        if (a.Kind != b.Kind) return null;
        var kept = Enumerable.Range(0, x.Rank).Where(axis => !a.Axes.Contains(axis)).ToArray();
        int[] axes = [.. a.Axes.Concat(b.Axes.Select(axis => kept[axis])).Order()];
        return Reductions.Apply(x, new ReduceOp(a.Kind, [.. axes]));
    }

    /// <summary>A batch axis that is summed over is one more contracted axis.</summary>
    private static Value? SumOverBatches(Value sum, Value product)
    {
        var (reduction, dot) = (Reduction(sum), (DotOp)product.Node.Op);
        var batches = dot.LeftBatch.Count;
        int[] over = [.. reduction.Axes.Where(axis => axis < batches)];
        if (reduction.Kind != ReductionKind.Sum || over.Length == 0) return null;
        int[] kept = [.. Enumerable.Range(0, batches).Except(over)];
        var contracted = product.Graph.Add(
            new DotOp(
                [.. dot.LeftContract, .. over.Select(b => dot.LeftBatch[b])], [.. dot.RightContract, .. over.Select(b => dot.RightBatch[b])],
                [.. kept.Select(b => dot.LeftBatch[b])], [.. kept.Select(b => dot.RightBatch[b])]),
            [.. product.Node.Inputs]);
        int[] rest = [.. reduction.Axes.Where(axis => axis >= batches).Select(axis => axis - over.Length)];
        return rest.Length == 0 ? contracted : Reductions.Apply(contracted, new ReduceOp(ReductionKind.Sum, [.. rest]));
    }

    /// <summary>Sums over repeated axes are products with their extents; the other axes are summed as before, and repeated by the engine.</summary>
    private static Value? SumOfRepeated(Value sum, Value x)
    {
        var (op, repeated) = (Reduction(sum), sum.Node.Inputs[0]);
        if (op.Kind != ReductionKind.Sum) return null;
        var lead = repeated.Rank - x.Rank;
        bool IsRepeated(int axis) => axis < lead || (x.Shape[axis - lead].IsOne && !repeated.Shape[axis].IsOne);
        var over = op.Axes.Where(IsRepeated).ToArray();
        if (over.Length == 0) return null;
        var count = over.Aggregate((Dim)1, (product, axis) => product * repeated.Shape[axis]);
        int[] own = [.. op.Axes.Where(axis => axis >= lead).Select(axis => axis - lead)];
        var total = own.Length == 0 ? x : Reductions.Apply(x, new ReduceOp(ReductionKind.Sum, [.. own]));
        return total * Ops.Cast(SizeOf(x.Graph, count), x.DType);
    }
}
