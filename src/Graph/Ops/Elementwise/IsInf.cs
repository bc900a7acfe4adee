using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record IsInfOp : FloatPredicateOp
    {
        public override string Name => "is_inf";

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Equal(b.Absolute(x), b.Number(x.Type, double.PositiveInfinity));

        protected override bool Test(double x) => double.IsInfinity(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<bool> result) => TensorPrimitives.IsInfinity(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Bool: true where x is +∞ or -∞, elementwise. Integers and bools are never.</summary>
        public static Value IsInf(Value x) => x.DType.IsFloat() ? x.Graph.Add(new IsInfOp(), [x]) : NotEqual(x, x);
    }
}
