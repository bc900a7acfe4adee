using System.Numerics;
using System.Runtime.CompilerServices;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// The transpose of <see cref="WindowOp"/>: puts windows back where they were cut from a tensor of shape Shape, and adds where
    /// they overlap. An element's contributions are added in the order of their places within their windows.
    /// </summary>
    internal sealed record FoldOp(Shape Shape, WindowGeometry Geometry) : Op
    {
        public override string Name => "fold";

        public override string Attributes => $"{Shape}, {Geometry}";

        public override OpKind KindAt(Node node) => OpKind.Reduction;

        public override (Dim[] Extents, bool[] Reduced) ReductionDomain(Node node)
        {
            var shape = node.Output.Shape;
            return ([.. shape, .. Geometry.Sizes.Select(size => (Dim)size)], [.. shape.Select(_ => false), .. Geometry.Sizes.Select(_ => true)]);
        }

        public override TensorType[] Infer(InferContext context)
        {
            if (context[0].DType == DType.Bool) throw context.Error($"{context.Text(0)} is not a number; cast it with Cast.");
            if (Geometry.Refusal(Shape, $"the result {Shape}") is { } refusal) throw context.Error(refusal);
            var expected = Geometry.Windows(Shape);
            if (!context[0].Shape.Equals(expected))
                throw context.Error($"{context.Text(0)} does not hold the windows of a tensor of shape {Shape}, which have the shape {expected}; give the shape that the windows were cut from.");
            return [new TensorType(context[0].DType, Shape)];
        }

        public override Gradient[] Vjp(VjpContext context) => [context.Moved(y => y.Graph.Add(new WindowOp(Geometry), [y]))];

        public override Gradient Jvp(JvpContext context) => context.Tangent(0).Graph.Add(this, [context.Tangent(0)]);

        public override Value Batch(BatchContext context) =>
            context.Add(new FoldOp(context.Lead(Shape), Geometry.Behind()), context.Input(0));

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Output.DType)
            {
                case DType.Float32: Evaluate<float>(context); break;
                case DType.Float64: Evaluate<double>(context); break;
                case DType.Int32: Evaluate<int>(context); break;
                default: Evaluate<long>(context); break;
            }
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var type = context.OutputType.DType;
            var windows = context.InputType(0).Shape;
            var places = index.ToArray();
            var sizes = Geometry.Sizes.Select(size => (Dim)size).ToArray();
            return context.Reduce(ReductionKind.Sum, type, sizes, k =>
            {
                var own = new Scalar[windows.Rank];
                places.CopyTo(own, 0);
                k.CopyTo(own, places.Length);
                var inside = b.Bool(true);
                for (var i = 0; i < k.Length; i++)
                {
                    var axis = Geometry.Axes[i];
                    var window = b.Subtract(places[axis], b.Multiply(k[i], b.Int64(Geometry.Dilations[i])));
                    inside = b.And(inside, b.LessOrEqual(b.Int64(0), window));
                    if (Geometry.Strides[i] != 1)
                    {
                        var stride = b.Int64(Geometry.Strides[i]);
                        inside = b.And(inside, b.Equal(b.Remainder(window, stride), b.Int64(0)));
                        window = b.Divide(window, stride);
                    }
                    inside = b.And(inside, b.LessThan(window, context.Extent(windows[axis])));
                    own[axis] = window;
                }
                return context.InputWhere(inside, 0, own, b.Number(type, 0));
            });
        }

        private void Evaluate<T>(EvaluationContext context)
            where T : unmanaged, INumber<T>
        {
            var (windows, result) = (context.Inputs[0], context.Output);
            var from = windows.Span<T>();
            var to = result.Span<T>();
            to.Clear();
            if (from.Length == 0) return;
            var order = Geometry.LoopOrder(result.Rank);
            var walk = new StridedWalk(windows.Extents.In(order), [windows.Strides.In(order), Geometry.View(result.Strides).In(order)], inner: 2);
            var (stepFrom, stepTo) = (walk.InnerStride(0), walk.InnerStride(1));
            for (var done = 0; done < from.Length; done += walk.InnerLength * walk.RowCount, walk.Next())
            {
                for (var row = 0; row < walk.RowCount; row++)
                {
                    var (atFrom, atTo) = (walk.Offset(0) + (row * walk.RowStride(0)), walk.Offset(1) + (row * walk.RowStride(1)));
                    AddRun(from, atFrom, stepFrom, to, atTo, stepTo, walk.InnerLength);
                }
            }
        }

        // Both ends of a run are checked, and what lies between them is then inside too.
        private static void AddRun<T>(Span<T> source, int atFrom, int stepFrom, Span<T> destination, int atTo, int stepTo, int length)
            where T : unmanaged, INumber<T>
        {
            ref var from = ref source[atFrom];
            ref var to = ref destination[atTo];
            _ = source[atFrom + ((length - 1) * stepFrom)];
            _ = destination[atTo + ((length - 1) * stepTo)];
            nint read = 0, write = 0;
            for (var i = 0; i < length; i++, read += stepFrom, write += stepTo) Unsafe.Add(ref to, write) += Unsafe.Add(ref from, read);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The transpose of <see cref="Windows"/>: puts the windows <paramref name="x"/> back where they were cut from a tensor of the given
        /// shape, and adds where they overlap; elements in no window are 0.
        /// </summary>
        /// <param name="x">Windows, of a number type.</param>
        /// <param name="shape">The shape that they were cut from.</param>
        /// <param name="axes">The axes of that shape over which they slid.</param>
        /// <param name="sizes">For each of these axes, how many elements a window has.</param>
        /// <param name="strides">For each, how far a window is from the next; 1 if left out.</param>
        /// <param name="dilations">For each, how far an element of a window is from the next; 1 if left out.</param>
        /// <exception cref="GraphException">x is bool, or does not have the shape of such windows.</exception>
        public static Value Fold(Value x, Shape shape, int[] axes, int[] sizes, int[]? strides = null, int[]? dilations = null)
        {
            var places = new int[axes.Length];
            for (var i = 0; i < axes.Length; i++)
            {
                places[i] = axes[i] < 0 ? axes[i] + shape.Rank : axes[i];
                if (places[i] < 0 || places[i] >= shape.Rank || places.AsSpan(0, i).Contains(places[i]))
                    throw x.Graph.Error("fold", $"the axes [{string.Join(", ", axes)}] are not different axes of the shape {shape}; axes are 0 … {shape.Rank - 1}.");
            }
            return x.Graph.Add(new FoldOp(shape, Geometry(places, sizes, strides, dilations)), [x]);
        }
    }
}
