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
        /// <summary>Bool: true where x is NaN, elementwise. Integers and bools are never.</summary>
        public static Value IsNaN(Value x) => x.DType.IsFloat() ? x.Graph.Add(new IsNaNOp(), [x]) : NotEqual(x, x);
    }
}
