using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record TanOp : FloatUnaryOp
    {
        public override string Name => "tan";

        public override int Cost => 45;

        // With the reduction of large angles.
        public override int CodeLength => 120;

        // The square doubles the tangent's error.
        public override Gradient Derivative(Value x, Value result)
        {
            var inner = InnerPrecision.OfElements(x);
            var wide = inner.IsWide ? Ops.Tan(inner.Enter(x)) : result;
            return inner.Leave(1 + (wide * wide));
        }

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Trigonometric.Tan(b, x);

        public override Series? Expand(Series x) => Series.Tan(x);

        public override T? Precise<T>(T x) => T.Tan(x);

        public override double Reference(double x) => Math.Tan(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            // Without fused multiplications the library's reduction loses the digits of all but small angles: half of them at 36.
            if (!X86Base.IsSupported || Fma.IsSupported) TensorPrimitives.Tan(x, result);
            else for (var i = 0; i < x.Length; i++) result[i] = T.Tan(x[i]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The tangent of an angle in radians, elementwise: NaN for ±∞ and NaN.
        /// Compiled code errs by at most 2 units in the last place in float32, 4 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Tan(Value x) => x.Graph.Add(new TanOp(), [x]);
    }
}
