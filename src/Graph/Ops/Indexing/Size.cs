using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>The value of a dim in this run: a scalar int64.</summary>
    internal sealed record SizeOp(Dim Dim) : Op
    {
        public override string Name => "size";

        public override string Attributes => Dim.ToString();

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context) => [new TensorType(DType.Int64, Shape.Scalar)];

        public override Interval Range(RangeContext context) => Dim.IsConstant ? Interval.Of(Dim.Value) : new(1, double.PositiveInfinity);

        public override Gradient[] Vjp(VjpContext context) => [];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context) => throw NoExamples();

        public override void Evaluate(EvaluationContext context) => context.Output.Span<long>()[0] = context.Extent(Dim);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Extent(Dim);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The extent of an axis as a scalar: a constant if it is known, else what the run's feeds make it.</summary>
        /// <exception cref="GraphException">There is no such axis.</exception>
        public static Value Size(Value x, int axis, DType dtype = DType.Int64) =>
            SizeOf(x.Graph, x.Shape[Axes.Find(x, axis, "size")], dtype);

        /// <summary>The value of a dim as a scalar: a constant if it is known, else what the run's feeds make it.</summary>
        public static Value SizeOf(Graph graph, Dim dim, DType dtype = DType.Int64)
        {
            if (!dim.IsConstant) return Cast(graph.Add(new SizeOp(dim), []), dtype);
            return dtype == DType.Int64
                ? graph.Constant(dim.Value)
                : graph.Constant(TensorData.Filled(dtype, dim.Value));
        }
    }
}
