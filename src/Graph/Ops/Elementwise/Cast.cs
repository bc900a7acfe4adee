using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Conversion to another element type.</summary>
    internal sealed record CastOp(DType To) : UnaryOp
    {
        public override string Name => "cast";

        public override string Attributes => To.Text();

        public override Gradient Derivative(Value x, Value result) => Flows(x) ? Ops.One(x) : Gradient.None;

        public override Gradient[] Vjp(VjpContext context) =>
            [Flows(context.Input(0)) ? Gradient.Masked(Ops.Cast(context.Adjoint, context.Input(0).DType), context.Mask) : Gradient.None];

        public override Gradient Jvp(JvpContext context) =>
            Flows(context.Input(0)) && context.Tangents[0].Value is { } tangent ? Ops.Cast(tangent, To) : Gradient.None;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Convert(To, x);

        // Of a float; integers that do not fit wrap instead of saturating.
        public override Series? Expand(Series x) => To is DType.Float32 or DType.Float64 ? x : null;

        public override T? Precise<T>(T x) => To is DType.Float32 or DType.Float64 ? x : null;

        public override double Reference(double x) => To switch
        {
            DType.Float32 => (float)x,
            DType.Float64 => x,
            DType.Int32 => (int)x,
            DType.Int64 => (long)x,
            _ => x != 0 ? 1 : 0,
        };

        protected override Interval Range(Interval x) => To.IsFloat() ? x : x.Rising(Math.Truncate);

        protected override DType InferType(InferContext context) => To;

        public override void Evaluate(EvaluationContext context)
        {
            var x = context.Inputs[0];
            switch (x.DType)
            {
                case DType.Float32: FromFloat<float>(x.Span<float>(), context.Output); break;
                case DType.Float64: FromFloat<double>(x.Span<double>(), context.Output); break;
                case DType.Int32: FromInteger<int>(x.Span<int>(), context.Output); break;
                case DType.Int64: FromInteger<long>(x.Span<long>(), context.Output); break;
                default: FromInteger<byte>(x.Span<byte>(), context.Output); break;
            }
        }

        private static void FromFloat<T>(ReadOnlySpan<T> x, Operand result)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            switch (result.DType)
            {
                case DType.Float32: TensorPrimitives.ConvertTruncating(x, result.Span<float>()); break;
                case DType.Float64: TensorPrimitives.ConvertTruncating(x, result.Span<double>()); break;
                case DType.Int32: TensorPrimitives.ConvertSaturating(x, result.Span<int>()); break;
                case DType.Int64: TensorPrimitives.ConvertSaturating(x, result.Span<long>()); break;
                default: NonZero(x, result.Span<bool>()); break;
            }
        }

        private static void FromInteger<T>(ReadOnlySpan<T> x, Operand result)
            where T : unmanaged, System.Numerics.IBinaryInteger<T>
        {
            switch (result.DType)
            {
                case DType.Float32: TensorPrimitives.ConvertTruncating(x, result.Span<float>()); break;
                case DType.Float64: TensorPrimitives.ConvertTruncating(x, result.Span<double>()); break;
                case DType.Int32: TensorPrimitives.ConvertTruncating(x, result.Span<int>()); break;
                case DType.Int64: TensorPrimitives.ConvertTruncating(x, result.Span<long>()); break;
                default: NonZero(x, result.Span<bool>()); break;
            }
        }

        private static void NonZero<T>(ReadOnlySpan<T> x, Span<bool> result)
            where T : unmanaged, System.Numerics.INumber<T>
        {
            for (var i = 0; i < x.Length; i++) result[i] = x[i] != T.Zero;
        }

        private bool Flows(Value x) => x.DType.IsFloat() && To.IsFloat();
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// x in another element type, elementwise; x itself if it has that type. Float to integer: truncated toward zero,
        /// saturated at the ends of the range, NaN becomes 0. Between integers: wraps. To float: rounded to nearest.
        /// To bool: not equal to zero (NaN is true); from bool: 0 or 1. Gradients flow only between float types.
        /// </summary>
        public static Value Cast(Value x, DType dtype) => x.DType == dtype ? x : x.Graph.Add(new CastOp(dtype), [x]);
    }
}
