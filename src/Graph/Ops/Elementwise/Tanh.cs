using System.Numerics;
using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record TanhOp : FloatUnaryOp
    {
        public override string Name => "tanh";

        public override int Cost => 25;

        // Not 1 - tanh²: in float32 that is 0 from x = 9 on, where the derivative is 6e-8.
        public override Gradient Derivative(Value x, Value result) => Ops.Square(Ops.Sech(x));

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Hyperbolic.Tanh(b, x);

        public override Series? Expand(Series x) => Series.Tanh(x);

        public override T? Precise<T>(T x) => T.Tanh(x);

        public override double Reference(double x) => Math.Tanh(x);

        protected override Interval Range(Interval x) => x.Rising(Reference);

        // 1 - 2/(e^2|x| + 1) cancels near 0. There eight levels of Lambert's continued fraction x/(1 + x²/(3 + x²/(5 + …)))
        // serve, 2^-62 off at 1/2, 2^-47 at 1: as x less a small part of it, whose roundings count little.
        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            TensorPrimitives.Abs(x, result);
            TensorPrimitives.Add(result, result, result);
            TensorPrimitives.Exp(result, result);
            var (one, two, edge) = (T.One, T.One + T.One, T.CreateChecked(typeof(T) == typeof(float) ? 1 : 0.5));
            var i = 0;
            for (; i + Vector<T>.Count <= x.Length; i += Vector<T>.Count)
            {
                var v = new Vector<T>(x[i..]);
                var far = Vector<T>.One - (new Vector<T>(two) / (new Vector<T>(result[i..]) + Vector<T>.One));
                far = Vector.ConditionalSelect(Vector.LessThan(v, Vector<T>.Zero), -far, far);
                Vector.ConditionalSelect(Vector.LessThanOrEqual(Vector.Abs(v), new Vector<T>(edge)), NearZero(v), far).CopyTo(result[i..]);
            }
            for (; i < x.Length; i++)
            {
                result[i] = T.Abs(x[i]) <= edge ? T.Tanh(x[i]) : T.CopySign(one - (two / (result[i] + one)), x[i]);
            }
        }

        private static Vector<T> NearZero<T>(Vector<T> x)
            where T : unmanaged, INumber<T>
        {
            var z = x * x;
            var numerator = ((((z + C<T>(594)) * z) + C<T>(45045)) * z) + C<T>(675675);
            var denominator = ((((((z + C<T>(630)) * z) + C<T>(51975)) * z) + C<T>(945945)) * z) + C<T>(2027025);
            // Of -0 the difference would be 0.
            return Vector.CopySign(x - (x * z * numerator / denominator), x);
        }

        private static Vector<T> C<T>(int number)
            where T : unmanaged, INumber<T> => new(T.CreateTruncating(number));
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The hyperbolic tangent, elementwise: ±1 at ±∞, keeps the sign of zero; NaN stays NaN.
        /// Compiled code errs by at most 2 units in the last place in float32, 4 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Tanh(Value x) => x.Graph.Add(new TanhOp(), [x]);
    }
}
