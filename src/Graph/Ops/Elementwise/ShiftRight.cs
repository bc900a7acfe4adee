using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record ShiftRightOp : ShiftOp
    {
        public override string Name => "shift_right";

        public override int Cost => 2;

        // Holds while the result fits and the count is within the bits of x.
        public override double Reference(double x, double y) => (long)x >> (int)y;

        protected override Scalar Shift(ScalarBuilder b, Scalar x, Scalar count) => b.ShiftRightArithmetic(x, count);

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> count, Span<T> result)
        {
            for (var i = 0; i < result.Length; i++) result[i] = x[i] >> int.CreateTruncating(count[i]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// x shifted right by a count of bits, keeping its sign, elementwise with broadcasting. The count is taken modulo the number of bits (32 or 64), as in C#.
        /// </summary>
        /// <exception cref="GraphException">The types differ or are not integers, or the shapes do not broadcast.</exception>
        public static Value ShiftRight(Value x, Value count) => x.Graph.Add(new ShiftRightOp(), [x, count]);

        /// <summary>x shifted right by a count of bits, keeping its sign, with one count.</summary>
        /// <exception cref="GraphException">x is not an integer.</exception>
        public static Value ShiftRight(Value x, double count) => ShiftRight(x, x.Number(count));

        /// <summary>x shifted right by a count of bits, keeping its sign, of one number.</summary>
        /// <exception cref="GraphException">The count is not an integer.</exception>
        public static Value ShiftRight(double x, Value count) => ShiftRight(count.Number(x), count);
    }
}
