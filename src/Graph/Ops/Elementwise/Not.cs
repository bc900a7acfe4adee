using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Logical not of bool, bitwise not of integers.</summary>
    internal sealed record NotOp : UnaryOp
    {
        public override string Name => "not";

        public override Gradient Derivative(Value x, Value result) => Gradient.None;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Not(x);

        public override Series? Expand(Series x) => Series.Number(x.Sign == 0 ? 1 : 0);

        public override T? Precise<T>(T x) => x.IsZero ? T.One : T.Zero;

        public override double Reference(double x) => x == 0 ? 1 : 0;

        protected override DType InferType(InferContext context) =>
            SameType(context, t => !t.IsFloat(), "bool or an integer");

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Output.DType)
            {
                case DType.Bool: Run(context.Inputs[0].Span<byte>(), context.Output.Span<byte>()); break;
                case DType.Int32: System.Numerics.Tensors.TensorPrimitives.OnesComplement<int>(context.Inputs[0].Span<int>(), context.Output.Span<int>()); break;
                default: System.Numerics.Tensors.TensorPrimitives.OnesComplement<long>(context.Inputs[0].Span<long>(), context.Output.Span<long>()); break;
            }
        }

        private static void Run(Span<byte> x, Span<byte> result) =>
            System.Numerics.Tensors.TensorPrimitives.Xor(x, (byte)1, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Logical not of bool, bitwise not of integers.</summary>
        /// <exception cref="GraphException">x is a float.</exception>
        public static Value Not(Value x) => x.Graph.Add(new NotOp(), [x]);
    }
}
