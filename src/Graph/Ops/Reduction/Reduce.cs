using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Combines all elements along some axes, which the result no longer has.</summary>
    internal sealed record ReduceOp(ReductionKind Kind, EquatableArray<int> Axes) : Op
    {
        public override string Name => Kind switch
        {
            ReductionKind.Sum => "sum",
            ReductionKind.Product => "prod",
            ReductionKind.Maximum => "max",
            _ => "min",
        };

        public override string Attributes => $"axes {Axes}";

        public override OpKind KindAt(Node node) => OpKind.Reduction;

        public override (Dim[] Extents, bool[] Reduced) ReductionDomain(Node node) =>
            ([.. node.Inputs[0].Shape], [.. Enumerable.Range(0, node.Inputs[0].Rank).Select(axis => Axes.Contains(axis))]);

        private bool IsSelection => Kind is ReductionKind.Maximum or ReductionKind.Minimum;

        public override TensorType[] Infer(InferContext context)
        {
            var (type, shape) = (context[0].DType, context[0].Shape);
            if (type == DType.Bool && !IsSelection)
                throw context.Error($"{context.Text(0)} is not a number; cast it with Cast, or use Any or All.");
            if (Axes.Any(axis => axis < 0 || axis >= shape.Rank) || Axes.Distinct().Count() != Axes.Count)
                throw context.Error($"{Axes} are not different axes of {context.Text(0)}.");
            return [new TensorType(type, shape.Without(Axes))];
        }

        public override Interval Range(RangeContext context)
        {
            var count = Axes.Aggregate((Dim)1, (product, axis) => product * context.Node.Inputs[0].Shape[axis]);
            if (count is { IsConstant: true, Value: 0 }) return Interval.Of(Kind.Identity()).Union(context[0]);
            return Kind switch
            {
                ReductionKind.Sum => context[0].Times(count),
                ReductionKind.Product => context[0] is { Low: >= 0, High: var high } ? new(0, high <= 1 ? 1 : double.PositiveInfinity) : Interval.All,
                _ => context[0],
            };
        }
        
        public override bool MayCancel => Kind == ReductionKind.Sum;

        public override Gradient[] Vjp(VjpContext context)
        {
            var x = context.Input(0);
            if (Kind == ReductionKind.Sum) return [context.Moved(y => Spread(y, x))];
            if (Kind == ReductionKind.Product) return [Spread(context.Adjoint, x) * ProductOfOthers(x, context.Result)];
            var taken = Taken(x, context.Result);
            var share = Spread(context.Adjoint / Count(taken, x), x);
            return [Ops.Where(taken, share, 0)];
        }

        public override Gradient Jvp(JvpContext context)
        {
            var (x, tangent) = (context.Input(0), context.Tangent(0));
            if (Kind == ReductionKind.Sum) return tangent.Graph.Add(this, [tangent]);
            if (Kind == ReductionKind.Product) return Sum(tangent * ProductOfOthers(x, context.Result));
            var taken = Taken(x, context.Result);
            return Sum(Ops.Where(taken, tangent / Spread(Count(taken, x), x), 0));
        }

        // A scalar reduced is the scalar: a reduction of a vector over none of its axes has no form in a kernel.
        public override Value Batch(BatchContext context) =>
            Axes.Count == 0 ? context.Input(0) : context.Add(new ReduceOp(Kind, BatchContext.Shifted(Axes)), context.Input(0));

        public override void Evaluate(EvaluationContext context) => ReductionLoops.Run(context, Kind, Axes);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var shape = context.InputType(0).Shape;
            var kept = index.ToArray();
            return context.Reduce(Kind, context.OutputType.DType, [.. Axes.Select(axis => shape[axis])], reduced =>
            {
                var own = new Scalar[shape.Rank];
                for (var k = 0; k < reduced.Length; k++) own[Axes[k]] = reduced[k];
                var next = 0;
                for (var axis = 0; axis < own.Length; axis++) own[axis] ??= kept[next++];
                return context.Input(0, own);
            });
        }

        private Value Sum(Value x) => x.Graph.Add(new ReduceOp(ReductionKind.Sum, Axes), [x]);

        /// <summary>A value of the result's shape, repeated along the reduced axes.</summary>
        private Value Spread(Value y, Value x) => Ops.BroadcastTo(Ops.KeepAxes(y, x.Shape, Axes.Span), x.Shape);

        /// <summary>The elements that are the extremum; if there are NaNs, those.</summary>
        private Value Taken(Value x, Value result)
        {
            var equal = Ops.Equal(x, Ops.KeepAxes(result, x.Shape, Axes.Span));
            return Ops.Or(equal, Ops.IsNaN(x));
        }

        private Value Count(Value taken, Value x) => Sum(Ops.Cast(taken, x.DType));

        /// <summary>
        /// For each element the product of all others. Where no factor is 0 that is result / x. Let p be the product of the
        /// factors that are not 0: the only zero has p; of two zeros each has p times the other; of three each has p times the product of the
        /// other two, which is (s² - q) / 2 with s their sum and q the sum of their squares. Each is written so that its
        /// derivatives by the others are right, too. With four or more zeros it is 0, and so are its first two derivatives. Of float32 it is computed in float64, for its derivatives
        /// divide by squares and cubes of elements, which vanish before the elements do, as does their product.
        /// </summary>
        private Value ProductOfOthers(Value x, Value result)
        {
            if (x.DType == DType.Float32)
            {
                var wide = Ops.Cast(x, DType.Float64);
                return Ops.Cast(ProductOfOthers(wide, x.Graph.Add(this, [wide])), DType.Float32);
            }
            // What is multiplied with nothing is itself, infinite or not.
            if (Axes.All(axis => x.Shape[axis] is { IsConstant: true, Value: 1 })) return Ops.OnesLike(x);
            var isZero = Ops.Equal(x, Ops.Scalar(x, 0));
            var zeros = Spread(Count(isZero, x), x);
            var nonzero = Ops.Where(isZero, 1, x);
            var product = Spread(nonzero.Graph.Add(this, [nonzero]), x);
            var zero = Ops.Where(isZero, x, 0);
            var sum = Spread(Sum(zero), x) - x;
            var pair = (Ops.Square(sum) - (Spread(Sum(Ops.Square(zero)), x) - Ops.Square(x))) * 0.5;
            var ofZero = product * Ops.Where(
                Ops.Equal(zeros, Ops.Scalar(x, 1)),
                Ops.OnesLike(x),
                Ops.Where(Ops.Equal(zeros, Ops.Scalar(x, 2)), sum, Ops.Where(Ops.Equal(zeros, Ops.Scalar(x, 3)), pair, 0)));
            return Ops.Where(isZero, ofZero, Spread(result, x) / nonzero);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>A reduced value with its removed axes back, as axes of extent 1.</summary>
        internal static Value KeepAxes(Value reduced, Shape full, ReadOnlySpan<int> axes)
        {
            var dims = full.Dims.ToArray();
            foreach (var axis in axes) dims[axis] = 1;
            return Reshape(reduced, new Shape(dims));
        }

        /// <summary>Bools and int32 as int64, in which their sums and products are.</summary>
        internal static Value Counted(Value x) => x.DType is DType.Bool or DType.Int32 ? Cast(x, DType.Int64) : x;

        private static Value Reduce(ReductionKind kind, Value x, bool keepDims)
        {
            var axes = new int[x.Rank];
            for (var axis = 0; axis < axes.Length; axis++) axes[axis] = axis;
            return Reduce(kind, x, axes, keepDims);
        }

        private static Value Reduce(ReductionKind kind, Value x, int[] axes, bool keepDims, string? name = null)
        {
            var op = new ReduceOp(kind, []);
            if (kind is ReductionKind.Sum or ReductionKind.Product) x = Counted(x);
            var found = Axes.FindReduced(x, axes, op.Name);
            Array.Sort(found);
            var result = x.Graph.Add(op with { Axes = new EquatableArray<int>(found) }, [x], name);
            return keepDims ? KeepAxes(result, x.Shape, found) : result;
        }
    }
}
