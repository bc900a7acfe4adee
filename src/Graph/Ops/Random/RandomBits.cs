using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Random bits, all patterns equally likely. Element i of run r is a function of i, r and the seed alone: the first words
    /// of the Philox block with counter (i, 0, low r, high r) and the seed as key. A tensor has fewer than 2^31 elements, so
    /// one word counts them.
    /// </summary>
    internal sealed record RandomBitsOp(DType Type, Shape Shape, long Seed) : Op
    {
        public override string Name => "random_bits";

        public override string Attributes => $"{Type.Text()}{Shape}, seed {Seed}";

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        // Ten rounds of two products of 64 bits and six other instructions, on half as many lanes.
        public override int Cost => 160;

        public override bool IsStateful => true;

        public override bool IsRandom => true;

        private uint Key0 => (uint)Seed;

        private uint Key1 => (uint)(Seed >> 32);

        public override TensorType[] Infer(InferContext context)
        {
            if (!Type.IsInteger()) throw context.Error($"bits are int32 or int64, not {Type.Text()}; use RandomUniform or RandomNormal for floats.");
            return [new TensorType(Type, Shape)];
        }

        public override Interval Range(RangeContext context) => Type == DType.Int32 ? new(int.MinValue, int.MaxValue) : new(long.MinValue, long.MaxValue);

        public override Gradient[] Vjp(VjpContext context) => [];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context) => context.Add(this with { Shape = context.Lead(Shape) });

        public override void Evaluate(EvaluationContext context)
        {
            var (low, high) = ((uint)context.RunIndex, (uint)(context.RunIndex >> 32));
            if (Type == DType.Int32)
            {
                var result = context.Output.Span<int>();
                for (var i = 0; i < result.Length; i++) result[i] = (int)Philox.Block((uint)i, 0, low, high, Key0, Key1).X0;
            }
            else
            {
                var result = context.Output.Span<long>();
                for (var i = 0; i < result.Length; i++)
                {
                    var block = Philox.Block((uint)i, 0, low, high, Key0, Key1);
                    result[i] = (long)(block.X0 | ((ulong)block.X1 << 32));
                }
            }
        }

        // Words are kept in int64 with the upper half zero; a product of two wraps to the same 64 bits as the unsigned one.
        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var (mask, half) = (b.Int64(uint.MaxValue), b.Int64(32));
            var x0 = b.Int64(0);
            Dim stride = 1;
            for (var axis = Shape.Rank - 1; axis >= 0; axis--)
            {
                x0 = b.Add(b.Multiply(index[axis], context.Extent(stride)), x0);
                stride *= Shape[axis];
            }
            var (x1, x2, x3) = (b.Int64(0), b.And(context.RunIndex, mask), b.ShiftRightLogical(context.RunIndex, half));
            var (key0, key1) = (Key0, Key1);
            for (var round = 0; round < Philox.Rounds; round++)
            {
                var product0 = b.Multiply(x0, b.Int64(Philox.Multiplier0));
                var product1 = b.Multiply(x2, b.Int64(Philox.Multiplier1));
                x0 = b.Xor(b.Xor(b.ShiftRightLogical(product1, half), x1), b.Int64(key0));
                x2 = b.Xor(b.Xor(b.ShiftRightLogical(product0, half), x3), b.Int64(key1));
                (x1, x3) = (b.And(product1, mask), b.And(product0, mask));
                key0 += Philox.Weyl0;
                key1 += Philox.Weyl1;
            }
            return Type == DType.Int32 ? b.Convert(DType.Int32, x0) : b.Or(x0, b.ShiftLeft(x1, half));
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Random bits (int32 or int64), other ones in each run of a session. Equal seeds give equal bits in any graph, in
        /// sessions of one seed, on any backend and at any number of threads. Without a seed it is derived from how many nodes the graph has: a graph that is
        /// built the same way draws the same numbers.
        /// </summary>
        /// <exception cref="GraphException">The type is neither int32 nor int64.</exception>
        public static Value RandomBits(Graph graph, Shape shape, long? seed = null, DType dtype = DType.Int64) =>
            graph.Add(new RandomBitsOp(dtype, shape, seed ?? DefaultSeed(graph)), []);

        private static long DefaultSeed(Graph graph) => Mix(graph.NodeCount);

        /// <summary>A bijection whose results for neighbouring numbers have nothing in common (the finalizer of SplitMix64).</summary>
        internal static long Mix(long number)
        {
            var z = ((ulong)number + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (long)(z ^ (z >> 31));
        }
    }
}
