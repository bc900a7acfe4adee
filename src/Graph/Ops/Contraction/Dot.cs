using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Sums the products of two tensors over the contracted axes, for each index of the batch axes: the result's axes are the
    /// batch axes, then the left operand's other axes, then the right operand's. Entry k of each list of the left operand is
    /// paired with entry k of the right one's.
    /// </summary>
    internal sealed record DotOp(
        EquatableArray<int> LeftContract,
        EquatableArray<int> RightContract,
        EquatableArray<int> LeftBatch,
        EquatableArray<int> RightBatch) : Op
    {
        /// <summary>Whether it is what a lookup stands for in a run whose operands are not all finite.</summary>
        public bool IsOfOneHot { get; init; }

        public override string Name => "dot";

        public override string Attributes =>
            $"contract {LeftContract}·{RightContract}" + (LeftBatch.Count == 0 ? string.Empty : $", batch {LeftBatch}·{RightBatch}");

        public override OpKind KindAt(Node node) => OpKind.Contraction;

        public override (Dim[] Extents, bool[] Reduced) ReductionDomain(Node node)
        {
            var left = node.Inputs[0].Shape;
            return ([.. node.Output.Shape, .. LeftContract.Select(axis => left[axis])], [.. node.Output.Shape.Select(_ => false), .. LeftContract.Select(_ => true)]);
        }

        /// <summary>The axes of the left operand that are neither contracted nor batched, in ascending order.</summary>
        public int[] LeftFree(int rank) => Free(rank, LeftContract, LeftBatch);

        /// <summary>The axes of the right operand that are neither contracted nor batched, in ascending order.</summary>
        public int[] RightFree(int rank) => Free(rank, RightContract, RightBatch);

        public override TensorType[] Infer(InferContext context)
        {
            var (left, right) = (context[0].Shape, context[1].Shape);
            if (context[0].DType != context[1].DType)
                throw context.Error($"{context.Text(0)} and {context.Text(1)} differ in element type; cast one of them with Cast.");
            if (context[0].DType == DType.Bool) throw context.Error($"{context.Text(0)} is not a number; cast it with Cast.");
            CheckAxes(context, 0, LeftContract, LeftBatch);
            CheckAxes(context, 1, RightContract, RightBatch);
            CheckPairs(context, LeftContract, RightContract, "contracted");
            CheckPairs(context, LeftBatch, RightBatch, "batched");
            var dims = LeftBatch.Select(axis => left[axis])
                .Concat(LeftFree(left.Rank).Select(axis => left[axis]))
                .Concat(RightFree(right.Rank).Select(axis => right[axis]));
            return [new TensorType(context[0].DType, new Shape([.. dims]))];
        }

        public override Interval Range(RangeContext context) =>
            (context[0] * context[1]).Times(LeftContract.Aggregate((Dim)1, (count, axis) => count * context.Node.Inputs[0].Shape[axis]));
        
        public override bool MayCancel => true;

        public override Gradient[] Vjp(VjpContext context)
        {
            var (left, right, adjoint) = (context.Input(0), context.Input(1), context.Adjoint);
            var (leftFree, rightFree) = (LeftFree(left.Rank), RightFree(right.Rank));
            var batch = Enumerable.Range(0, LeftBatch.Count).ToArray();
            var adjointLeft = Enumerable.Range(batch.Length, leftFree.Length).ToArray();
            var adjointRight = Enumerable.Range(batch.Length + leftFree.Length, rightFree.Length).ToArray();

            return [context.Needed[0] ? ToLeft() : Gradient.None, context.Needed[1] ? ToRight() : Gradient.None];

            // Axes: batch, left free, and the contracted ones in the order in which they stand in the right operand.
            Value ToLeft() => Ops.Transpose(
                Ops.Dot(adjoint, right, adjointRight, rightFree, batch, [.. RightBatch]),
                Inverse([.. LeftBatch, .. leftFree, .. Partners(RightContract, LeftContract)]));

            // Axes: batch, right free, and the contracted ones in the order in which they stand in the left operand.
            Value ToRight() => Ops.Transpose(
                Ops.Dot(adjoint, left, adjointLeft, leftFree, batch, [.. LeftBatch]),
                Inverse([.. RightBatch, .. rightFree, .. Partners(LeftContract, RightContract)]));
        }

        public override Gradient Jvp(JvpContext context)
        {
            var graph = context.Result.Graph;
            Value? sum = null;
            if (context.Tangents[0].Value is { } left) sum = graph.Add(this, [left, context.Input(1)]);
            if (context.Tangents[1].Value is { } right)
            {
                var term = graph.Add(this, [context.Input(0), right]);
                sum = sum is null ? term : sum + term;
            }
            return sum is null ? Gradient.None : sum;
        }

        public override Value Batch(BatchContext context)
        {
            var (left, right) = (context.IsBatched(0), context.IsBatched(1));
            // The examples of one operand alone are a free axis of the product; those of both are a batch axis.
            var op = new DotOp(
                left ? BatchContext.Shifted(LeftContract) : LeftContract,
                right ? BatchContext.Shifted(RightContract) : RightContract,
                Batch(left, LeftBatch),
                Batch(right, RightBatch));
            var product = context.Add(op, context.Input(0), context.Input(1));
            if (left && right) return product;
            return BatchContext.ToFront(product, LeftBatch.Count + (left ? 0 : LeftFree(context.Input(0).Rank).Length));

            EquatableArray<int> Batch(bool own, EquatableArray<int> axes) =>
                left && right ? BatchContext.Prefixed(0, BatchContext.Shifted(axes))
                : own ? BatchContext.Shifted(axes)
                : axes;
        }

        public override void Evaluate(EvaluationContext context) => DotLoops.Run(context, this);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var (left, right) = (context.InputType(0).Shape, context.InputType(1).Shape);
            var (leftFree, rightFree) = (LeftFree(left.Rank), RightFree(right.Rank));
            var (x, y) = (new Scalar[left.Rank], new Scalar[right.Rank]);
            var next = 0;
            for (var k = 0; k < LeftBatch.Count; k++) x[LeftBatch[k]] = y[RightBatch[k]] = index[next++];
            foreach (var axis in leftFree) x[axis] = index[next++];
            foreach (var axis in rightFree) y[axis] = index[next++];
            return context.Reduce(ReductionKind.Sum, context.OutputType.DType, [.. LeftContract.Select(axis => left[axis])], contracted =>
            {
                Scalar[] atX = [.. x];
                Scalar[] atY = [.. y];
                for (var k = 0; k < contracted.Length; k++) atX[LeftContract[k]] = atY[RightContract[k]] = contracted[k];
                return b.Multiply(context.Input(0, atX), context.Input(1, atY));
            });
        }

        private static int[] Free(int rank, EquatableArray<int> contract, EquatableArray<int> batch) =>
            [.. Enumerable.Range(0, rank).Where(axis => !contract.Contains(axis) && !batch.Contains(axis))];

        /// <summary>The partners of the axes of <paramref name="own"/>, ordered by those axes.</summary>
        private static IEnumerable<int> Partners(EquatableArray<int> own, EquatableArray<int> other) =>
            Enumerable.Range(0, own.Count).OrderBy(k => own[k]).Select(k => other[k]);

        private static int[] Inverse(int[] order)
        {
            var inverse = new int[order.Length];
            for (var k = 0; k < order.Length; k++) inverse[order[k]] = k;
            return inverse;
        }

        private static void CheckAxes(InferContext context, int input, EquatableArray<int> contract, EquatableArray<int> batch)
        {
            var all = contract.Concat(batch).ToArray();
            if (all.Any(axis => axis < 0 || axis >= context[input].Shape.Rank) || all.Distinct().Count() != all.Length)
                throw context.Error($"contracted axes {contract} and batch axes {batch} are not different axes of {context.Text(input)}.");
        }

        private static void CheckPairs(InferContext context, EquatableArray<int> left, EquatableArray<int> right, string role)
        {
            if (left.Count != right.Count)
                throw context.Error($"{left.Count} axes of {context.Text(0)} and {right.Count} axes of {context.Text(1)} are {role}; axes are paired, so name equally many.");
            for (var k = 0; k < left.Count; k++)
            {
                var (x, y) = (context[0].Shape[left[k]], context[1].Shape[right[k]]);
                if (x != y)
                    throw context.Error($"axis {left[k]} of {context.Text(0)} has extent {x}, axis {right[k]} of {context.Text(1)} has {y}; {role} axes must be equal. Transpose or reshape one of them.");
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Sums the products of two tensors over pairs of contracted axes, separately for each index of pairs of batch axes. The axes
        /// of the result are the batch axes, the other axes of <paramref name="left"/>, the other axes of <paramref name="right"/>.
        /// </summary>
        /// <param name="left">The left operand, of a number type.</param>
        /// <param name="right">The right operand, of the same type.</param>
        /// <param name="leftContract">The contracted axes of the left operand; negative ones count from the end.</param>
        /// <param name="rightContract">Their partners in the right operand.</param>
        /// <param name="leftBatch">The batch axes of the left operand; none if left out.</param>
        /// <param name="rightBatch">Their partners in the right operand.</param>
        /// <exception cref="GraphException">The types differ or are bool, an axis does not exist or occurs twice, or paired extents differ.</exception>
        public static Value Dot(Value left, Value right, int[] leftContract, int[] rightContract, int[]? leftBatch = null, int[]? rightBatch = null) =>
            left.Graph.Add(
                new DotOp(
                    new EquatableArray<int>(Axes.Find(left, leftContract, "dot")),
                    new EquatableArray<int>(Axes.Find(right, rightContract, "dot")),
                    new EquatableArray<int>(Axes.Find(left, leftBatch ?? [], "dot")),
                    new EquatableArray<int>(Axes.Find(right, rightBatch ?? [], "dot"))),
                [left, right]);
    }
}
