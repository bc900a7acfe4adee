using GraphGrad.Operations;
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

        public override Gradient[] Vjp(VjpContext context)
        {
            var x = context.Input(0);
            if (Kind == ReductionKind.Sum) return [context.Moved(y => Spread(y, x))];
            throw new NotSupportedException($"{Name} has no gradient yet");
        }

        public override Gradient Jvp(JvpContext context)
        {
            var tangent = context.Tangent(0);
            if (Kind == ReductionKind.Sum) return tangent.Graph.Add(this, [tangent]);
            throw new NotSupportedException($"{Name} has no gradient yet");
        }

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

        /// <summary>A value of the result's shape, repeated along the reduced axes.</summary>
        private Value Spread(Value y, Value x) => Ops.BroadcastTo(Ops.KeepAxes(y, x.Shape, Axes.Span), x.Shape);
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

        private static Value Reduce(ReductionKind kind, Value x, bool keepDims)
        {
            var axes = new int[x.Rank];
            for (var axis = 0; axis < axes.Length; axis++) axes[axis] = axis;
            return Reduce(kind, x, axes, keepDims);
        }

        private static Value Reduce(ReductionKind kind, Value x, int[] axes, bool keepDims)
        {
            var op = new ReduceOp(kind, []);
            var found = Axes.Find(x, axes, op.Name);
            Array.Sort(found);
            var result = x.Graph.Add(op with { Axes = new EquatableArray<int>(found) }, [x]);
            return keepDims ? KeepAxes(result, x.Shape, found) : result;
        }
    }
}
