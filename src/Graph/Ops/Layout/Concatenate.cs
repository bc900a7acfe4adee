using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Tensors one after the other along an axis.</summary>
    internal sealed record ConcatenateOp(int Axis) : Op
    {
        public override string Name => "concatenate";

        public override string Attributes => $"axis {Axis}";

        public override TensorType[] Infer(InferContext context)
        {
            var (type, shape) = (context[0].DType, context[0].Shape);
            var total = shape[Axis];
            for (var input = 1; input < context.Count; input++)
            {
                var other = context[input].Shape;
                if (context[input].DType != type)
                    throw context.Error($"{context.Text(0)} and {context.Text(input)} differ in element type; cast one of them with Cast.");
                if (other.Rank != shape.Rank || !other.Without(Axis).Equals(shape.Without(Axis)))
                    throw context.Error($"{context.Text(0)} and {context.Text(input)} differ outside axis {Axis}; all other extents must be equal. Slice, pad or reshape one of them.");
                total += other[Axis];
            }
            return [new TensorType(type, shape.With(Axis, total))];
        }

        public override Interval Range(RangeContext context) =>
            Enumerable.Range(0, context.Node.Inputs.Count).Select(i => context[i]).Aggregate((all, own) => all.Union(own));

        public override Gradient[] Vjp(VjpContext context)
        {
            var gradients = new Gradient[context.Node.Inputs.Count];
            Dim start = 0;
            for (var input = 0; input < gradients.Length; input++)
            {
                var (from, length) = (start, context.Input(input).Shape[Axis]);
                if (context.Needed[input]) gradients[input] = context.Moved(y => Ops.Slice(y, Axis, from, length));
                start += length;
            }
            return gradients;
        }

        public override Gradient Jvp(JvpContext context) =>
            Ops.Concat([.. Enumerable.Range(0, context.Tangents.Length).Select(context.Tangent)], Axis);

        public override Value Batch(BatchContext context) => context.Add(new ConcatenateOp(Axis + 1), context.AllBatched());

        public override void Evaluate(EvaluationContext context)
        {
            var result = context.Output;
            var size = result.DType.Size();
            var outer = result.Extents.AsSpan(0, Axis).Product();
            var pitch = result.Extents.AsSpan(Axis).Product() * size;
            var start = 0;
            foreach (var input in context.Inputs)
            {
                var run = input.Extents.AsSpan(Axis).Product() * size;
                for (var i = 0; i < outer; i++) input.Bytes.Slice(i * run, run).CopyTo(result.Bytes[((i * pitch) + start)..]);
                start += run;
            }
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var element = b.Number(context.OutputType.DType, 0);
            var end = context.OutputType.Shape[Axis];
            // From the last to the first, each read only within its own range.
            for (var input = context.InputCount - 1; input >= 0; input--)
            {
                var start = end - context.InputType(input).Shape[Axis];
                var own = index.ToArray();
                own[Axis] = b.Subtract(index[Axis], context.Extent(start));
                var inside = b.Bool(true);
                if (input > 0) inside = b.And(inside, b.LessOrEqual(context.Extent(start), index[Axis]));
                if (input < context.InputCount - 1) inside = b.And(inside, b.LessThan(index[Axis], context.Extent(end)));
                element = context.InputWhere(inside, input, own, element);
                end = start;
            }
            return element;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Tensors one after the other along an axis, for example <c>Concat([a, b], axis: 1)</c>.</summary>
        /// <exception cref="GraphException">There is none, element types differ, or extents differ on another axis.</exception>
        public static Value Concat(IReadOnlyList<Value> values, int axis = 0)
        {
            if (values.Count == 0) throw new GraphException($"Concat: give at least one value. Built at {Origin.Capture()}.");
            var place = Axes.Find(values[0], axis, "concatenate");
            return values.Count == 1 ? values[0] : values[0].Graph.Add(new ConcatenateOp(place), [.. values]);
        }

        /// <summary>Tensors of one shape along a new axis, which becomes axis <paramref name="axis"/> of the result.</summary>
        /// <exception cref="GraphException">There is none, or types or shapes differ.</exception>
        public static Value Stack(IReadOnlyList<Value> values, int axis = 0)
        {
            if (values.Count == 0) throw new GraphException($"stack: give at least one value. Built at {Origin.Capture()}.");
            foreach (var value in values)
            {
                if (!value.Type.Equals(values[0].Type))
                    throw value.Graph.Error("stack", $"'{values[0].Name}' is {values[0].Type}, '{value.Name}' is {value.Type}; all must be of one type and shape. Cast, broadcast or reshape one of them.");
            }
            var place = Axes.FindNew(values[0], axis, "stack");
            return Concat([.. values.Select(v => ExpandDims(v, place))], place);
        }
    }
}
