using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Unrolling;

/// <summary>Elements of values of static shape, each its own scalar expression; indices are constants, so views cost nothing.</summary>
/// <param name="storage">Where sources lie.</param>
/// <param name="widens">Whether sums of float32 are added up in float64.</param>
/// <param name="most">How many scalars there may be; with more it gives up, and elements are zeros.</param>
internal sealed class UnrolledElements(Func<Value, TensorBuffer> storage, bool widens, int most)
{
    private readonly Dictionary<(Value Value, int Flat), Scalar> known = [];

    public ScalarBuilder Builder { get; } = new();

    /// <summary>Whether there are more scalars than there may be, so that what has been computed means nothing.</summary>
    public bool HasGivenUp => Builder.Count > most;

    /// <summary>Every element of a value, row-major.</summary>
    public Scalar[] All(Value value)
    {
        var elements = new Scalar[(int)value.Shape.ElementCount.Value];
        for (var flat = 0; flat < elements.Length; flat++) elements[flat] = At(value, flat);
        return elements;
    }

    private bool Widens(ReductionKind kind, DType type) => widens && kind == ReductionKind.Sum && type == DType.Float32;

    private Scalar At(Value value, int flat)
    {
        if (HasGivenUp) return Builder.Number(value.DType, 0);
        if (known.TryGetValue((value, flat), out var element)) return element;
        var node = value.Node;
        if (node.Op is ConstantOp constant) element = Builder.Constant(value.DType, Bits(constant.Data, flat));
        else if (node.Op.KindAt(node) == OpKind.Source) element = Builder.Load(value.DType, storage(value), Builder.Int64(flat));
        else element = node.Op.Element(new Context(this, value), Index(value.Shape, flat));
        known.Add((value, flat), element);
        return element;
    }

    private Scalar At(Value value, ReadOnlySpan<Scalar> index)
    {
        var shape = value.Shape;
        var flat = 0L;
        for (var axis = 0; axis < index.Length; axis++)
        {
            if (!index[axis].IsConstant) return Chosen(value, index.ToArray(), axis);
            flat = (flat * shape[axis].Value) + index[axis].Bits;
        }
        return At(value, (int)flat);
    }

    /// <summary>An element whose index is data: a chain of selections over the axis.</summary>
    private Scalar Chosen(Value value, Scalar[] index, int axis)
    {
        var place = index[axis];
        Scalar? result = null;
        for (var k = value.Shape[axis].Value - 1; k >= 0; k--)
        {
            index[axis] = Builder.Int64(k);
            var element = At(value, index);
            result = result is null ? element : Builder.Select(Builder.Equal(place, Builder.Int64(k)), element, result);
        }
        index[axis] = place;
        return result ?? Builder.Number(value.DType, 0);
    }

    private Scalar[] Index(Shape shape, int flat)
    {
        var index = new Scalar[shape.Rank];
        for (var axis = index.Length - 1; axis >= 0; axis--)
        {
            var extent = (int)shape[axis].Value;
            index[axis] = Builder.Int64(flat % extent);
            flat /= extent;
        }
        return index;
    }

    private static long Bits(TensorData data, int flat) => data.Elements switch
    {
        float[] a => BitConverter.SingleToInt32Bits(a[flat]),
        double[] a => BitConverter.DoubleToInt64Bits(a[flat]),
        int[] a => a[flat],
        long[] a => a[flat],
        _ => ((bool[])data.Elements)[flat] ? 1 : 0,
    };

    private sealed class Context(UnrolledElements elements, Value value) : ElementContext(elements.Builder)
    {
        public override int InputCount => value.Node.Inputs.Count;

        public override TensorType OutputType => value.Type;

        public override Scalar RunIndex => Builder.RunIndex();

        public override TensorType InputType(int input) => value.Node.Inputs[input].Type;

        public override Scalar Input(int input, ReadOnlySpan<Scalar> index) => elements.At(value.Node.Inputs[input], index);

        public override Scalar InputWhere(Scalar inside, int input, ReadOnlySpan<Scalar> index, Scalar outside)
        {
            if (inside is { IsConstant: true, Bits: 0 }) return outside;
            return Builder.Select(inside, elements.At(value.Node.Inputs[input], index), outside);
        }

        public override Scalar Guard(Scalar guarded, Scalar ok, string message) => Builder.Guard(guarded, ok, new KernelFailure(value.Node, message));

        // Halves are combined, then halves of those: short chains of dependent additions, and little rounding.
        public override Scalar Reduce(ReductionKind kind, DType type, ReadOnlySpan<Dim> extents, Func<Scalar[], Scalar> body)
        {
            var shape = new Shape(extents.ToArray());
            var terms = Enumerable.Range(0, (int)shape.ElementCount.Value).Select(flat => body(elements.Index(shape, flat))).ToArray();
            if (terms.Length == 0) return Builder.Constant(type, kind.IdentityBits(type));
            if (terms.Length == 1 || !elements.Widens(kind, type)) return Combine(0, terms.Length);
            terms = Array.ConvertAll(terms, term => SmallSums.Widened(Builder, term));
            return Builder.Convert(type, Combine(0, terms.Length));

            Scalar Combine(int from, int to)
            {
                if (to - from == 1) return terms[from];
                var middle = (from + to) / 2;
                var (a, b) = (Combine(from, middle), Combine(middle, to));
                return (kind, type) switch
                {
                    (ReductionKind.Sum, _) => Builder.Add(a, b),
                    (ReductionKind.Product, _) => Builder.Multiply(a, b),
                    (ReductionKind.Maximum, DType.Bool) => Builder.Or(a, b),
                    (ReductionKind.Minimum, DType.Bool) => Builder.And(a, b),
                    (ReductionKind.Maximum, _) => Builder.Maximum(a, b),
                    _ => Builder.Minimum(a, b),
                };
            }
        }
    }
}
