using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record IsFiniteOp : FloatPredicateOp
    {
        public override string Name => "is_finite";

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.LessThan(b.Absolute(x), b.Number(x.Type, double.PositiveInfinity));

        protected override bool Test(double x) => double.IsFinite(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<bool> result) => TensorPrimitives.IsFinite(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Bool: true where x is neither infinite nor NaN, elementwise. Integers and bools are always.</summary>
        public static Value IsFinite(Value x) => x.DType.IsFloat() ? x.Graph.Add(new IsFiniteOp(), [x]) : Equal(x, x);
    }
}
