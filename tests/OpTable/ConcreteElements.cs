using GraphGrad.Operations;
using GraphGrad.Scalars;
using GraphGrad.Tests.Compiler.Emission;

namespace GraphGrad.Tests.OpTable;

/// <summary>
/// An op's element expression read on known data: indices, predicates and reductions are computed as the op asks for them,
/// and every index is checked to lie inside the input that it reads.
/// </summary>
internal sealed class ConcreteElements(Node node, TensorData[] inputs, TensorType output, Func<string, long> binding) : ElementContext(new ScalarBuilder())
{
    public override int InputCount => inputs.Length;

    public override TensorType OutputType => output;

    public override Scalar RunIndex => Builder.Int64(0);

    /// <summary>All elements of the result, row-major, as bits.</summary>
    public long[] All()
    {
        var extents = output.Shape.Evaluate(binding);
        return [.. Places(extents).Select(place => Evaluate(node.Op.Element(this, place)))];
    }

    public override TensorType InputType(int input) => node.Inputs[input].Type;

    public override Scalar Input(int input, ReadOnlySpan<Scalar> index)
    {
        var data = inputs[input];
        Assert.Equal(data.Shape.Rank, index.Length);
        var at = 0;
        for (var axis = 0; axis < index.Length; axis++)
        {
            var place = Evaluate(index[axis]);
            Assert.InRange(place, 0, data.Extents[axis] - 1);
            at = (at * data.Extents[axis]) + (int)place;
        }
        return Builder.Constant(data.DType, data.Elements switch
        {
            float[] a => BitConverter.SingleToInt32Bits(a[at]),
            double[] a => BitConverter.DoubleToInt64Bits(a[at]),
            int[] a => a[at],
            long[] a => a[at],
            var a => ((bool[])a)[at] ? 1 : 0,
        });
    }

    public override Scalar InputWhere(Scalar inside, int input, ReadOnlySpan<Scalar> index, Scalar outside) =>
        Evaluate(inside) != 0 ? Input(input, index) : outside;

    public override Scalar Reduce(ReductionKind kind, DType type, ReadOnlySpan<Dim> extents, Func<Scalar[], Scalar> body)
    {
        var places = Places([.. extents.ToArray().Select(e => (int)e.Evaluate(binding))]);
        var sum = Identity(kind, type);
        foreach (var place in places)
        {
            var next = body(place);
            sum = (kind, type) switch
            {
                (ReductionKind.Sum, _) => Builder.Add(sum, next),
                (ReductionKind.Product, _) => Builder.Multiply(sum, next),
                (ReductionKind.Maximum, DType.Bool) => Builder.Or(sum, next),
                (ReductionKind.Minimum, DType.Bool) => Builder.And(sum, next),
                (ReductionKind.Maximum, _) => Builder.Maximum(sum, next),
                _ => Builder.Minimum(sum, next),
            };
            sum = Builder.Constant(type, Evaluate(sum));
        }
        return sum;
    }

    public override Scalar Guard(Scalar value, Scalar ok, string message) =>
        Evaluate(ok) != 0 ? value : throw new GraphException(message);

    private long Evaluate(Scalar scalar)
    {
        if (scalar.IsConstant) return scalar.Bits;
        if (scalar is { Op: ScalarOp.Extent, Payload: Dim dim }) return dim.Evaluate(binding);
        var a = scalar.Arguments;
        long At(int i) => i < a.Length ? Evaluate(a[i]) : 0;
        return ArithmeticOracle.Evaluate(scalar.Op, scalar.Type, a[0].Type, At(0), At(1), At(2));
    }

    private Scalar[][] Places(int[] extents)
    {
        Scalar[][] places = [[]];
        foreach (var extent in extents)
            places = [.. places.SelectMany(p => Enumerable.Range(0, extent).Select(i => (Scalar[])[.. p, Builder.Int64(i)]))];
        return places;
    }

    private Scalar Identity(ReductionKind kind, DType type) => kind switch
    {
        ReductionKind.Sum => Builder.Number(type, 0),
        ReductionKind.Product => Builder.Number(type, 1),
        ReductionKind.Maximum => type switch
        {
            DType.Int32 => Builder.Int32(int.MinValue),
            DType.Int64 => Builder.Int64(long.MinValue),
            _ => Builder.Number(type, type.IsFloat() ? double.NegativeInfinity : 0),
        },
        _ => type switch
        {
            DType.Int32 => Builder.Int32(int.MaxValue),
            DType.Int64 => Builder.Int64(long.MaxValue),
            _ => Builder.Number(type, type.IsFloat() ? double.PositiveInfinity : 1),
        },
    };
}
