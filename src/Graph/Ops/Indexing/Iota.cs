using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Each element is its own index along an axis.</summary>
    internal sealed record IotaOp(DType Type, Shape Shape, int Axis) : Op
    {
        public override string Name => "iota";

        public override string Attributes => $"{Type.Text()}{Shape}, axis {Axis}";

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        public override TensorType[] Infer(InferContext context)
        {
            if (Type == DType.Bool) throw context.Error("bool does not hold indices; use a number type.");
            if (Axis < 0 || Axis >= Shape.Rank) throw context.Error($"the shape {Shape} has no axis {Axis}.");
            return [new TensorType(Type, Shape)];
        }

        public override Interval Range(RangeContext context) => new(0, Shape[Axis].IsConstant ? Math.Max(0, Shape[Axis].Value - 1) : double.PositiveInfinity);

        public override Gradient[] Vjp(VjpContext context) => [];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context) => throw NoExamples();

        public override void Evaluate(EvaluationContext context)
        {
            var result = context.Output;
            var run = result.Extents.AsSpan(Axis + 1).Product();
            if (result.Count == 0) return;
            switch (Type)
            {
                case DType.Float32: Fill(result.Span<float>(), result.Extents[Axis], run, i => i); break;
                case DType.Float64: Fill(result.Span<double>(), result.Extents[Axis], run, i => i); break;
                case DType.Int32: Fill(result.Span<int>(), result.Extents[Axis], run, i => i); break;
                default: Fill(result.Span<long>(), result.Extents[Axis], run, i => i); break;
            }
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) =>
            context.Builder.Convert(Type, index[Axis]);

        private static void Fill<T>(Span<T> result, int extent, int run, Func<int, T> number)
        {
            var first = result[..(extent * run)];
            for (var i = 0; i < extent; i++) first.Slice(i * run, run).Fill(number(i));
            for (var at = first.Length; at < result.Length; at += first.Length) first.CopyTo(result[at..]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>A tensor whose elements are their own index along an axis: 0, 1, 2, …; in float32 exact up to 2^24.</summary>
        /// <exception cref="GraphException">The type is bool, or the shape has no such axis.</exception>
        public static Value Iota(Graph graph, Shape shape, int axis = 0, DType dtype = DType.Int64) =>
            graph.Add(new IotaOp(dtype, shape, axis < 0 ? axis + shape.Rank : axis), []);
    }
}
