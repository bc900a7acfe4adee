using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>The same bits as an element type of the same size.</summary>
    internal sealed record BitcastOp(DType To) : UnaryOp
    {
        public override string Name => "bitcast";

        public override string Attributes => To.Text();

        public override Gradient Derivative(Value x, Value result) => Gradient.None;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Bitcast(To, x);

        // The result's type tells which type x has.
        public override double Reference(double x) => To switch
        {
            DType.Float32 => BitConverter.Int32BitsToSingle((int)x),
            DType.Float64 => BitConverter.Int64BitsToDouble((long)x),
            DType.Int32 => BitConverter.SingleToInt32Bits((float)x),
            _ => BitConverter.DoubleToInt64Bits(x),
        };

        protected override DType InferType(InferContext context) =>
            context[0].DType != DType.Bool && To != DType.Bool && context[0].DType.Size() == To.Size()
                ? To
                : throw context.Error($"{context.Text(0)} and {To.Text()} differ in size; convert with Cast, or take the integer of the same size.");

        public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The same bits as another element type of the same size, elementwise: float32 and int32, float64 and int64; x itself if it has that
        /// type. No gradient flows.
        /// </summary>
        /// <exception cref="GraphException">The sizes differ, or either is bool.</exception>
        public static Value Bitcast(Value x, DType dtype) => x.DType == dtype ? x : x.Graph.Add(new BitcastOp(dtype), [x]);
    }
}
