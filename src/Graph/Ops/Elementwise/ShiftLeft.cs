using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record ShiftLeftOp : ShiftOp
    {
        public override string Name => "shift_left";

        public override int Cost => 2;

        // Holds while the result fits and the count is within the bits of x.
        public override double Reference(double x, double y) => (long)x << (int)y;

        protected override Scalar Shift(ScalarBuilder b, Scalar x, Scalar count) => b.ShiftLeft(x, count);

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> count, Span<T> result)
        {
            for (var i = 0; i < result.Length; i++) result[i] = x[i] << int.CreateTruncating(count[i]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// x shifted left by a count of bits, elementwise with broadcasting. The count is taken modulo the number of bits (32 or 64), as in C#.
        /// </summary>
        /// <exception cref="GraphException">The types differ or are not integers, or the shapes do not broadcast.</exception>
        public static Value ShiftLeft(Value x, Value count) => x.Graph.Add(new ShiftLeftOp(), [x, count]);

        /// <summary>x shifted left by a count of bits, with one count.</summary>
        /// <exception cref="GraphException">x is not an integer.</exception>
        public static Value ShiftLeft(Value x, double count) => ShiftLeft(x, x.Number(count));

        /// <summary>x shifted left by a count of bits, of one number.</summary>
        /// <exception cref="GraphException">The count is not an integer.</exception>
        public static Value ShiftLeft(double x, Value count) => ShiftLeft(count.Number(x), count);
    }
}
