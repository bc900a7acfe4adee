using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record IsNaNOp : FloatPredicateOp
    {
        public override string Name => "is_nan";

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.IsNaN(x);

        protected override bool Test(double x) => double.IsNaN(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<bool> result) => TensorPrimitives.IsNaN(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Bool: true where x is NaN, elementwise.</summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value IsNaN(Value x) => x.Graph.Add(new IsNaNOp(), [x]);
    }
}
