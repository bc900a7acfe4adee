using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Elements of values as scalar expressions: loaded where the value is materialized, computed in place where it is not. This
/// is where fusion happens: views become index arithmetic, producers become part of their consumer's expression.
/// </summary>
internal sealed class GroupElements(ScalarBuilder builder, LoopAxis[] axes, Func<Value, TensorBuffer?> storage)
{
    // What members may be computed again for at other places than their own, in instructions an element; storing and loading costs about as much.
    private const int MostAgain = 16;

    private readonly Dictionary<ElementKey, Scalar> known = [];
    private readonly Dictionary<Value, Scalar> reductions = [];
    private readonly Dictionary<Value, int> members = [];
    private readonly HashSet<Value> columns = [];
    private readonly Dictionary<Value, HashSet<ElementKey>> places = [];
    private readonly Dictionary<Value, int> costs = [];
    private int again;

    public ScalarBuilder Builder { get; } = builder;

    /// <summary>Whether even a constant of one number is read from its buffer rather than written into the code.</summary>
    public bool LoadsConstants { get; init; }

    /// <summary>
    /// Set when a reduction of the group is read at another row than the current one, or dear members are read at several places, at each of which they
    /// would be computed again, with what they read of one another at yet others: the members cannot share a loop nest.
    /// </summary>
    public bool IsIllegal { get; private set; }

    /// <summary>The index of every axis of the iteration space; a constant where the extent is 1.</summary>
    public Scalar[] Indices { get; } = Array.ConvertAll(axes, a => a.Extent.IsOne ? builder.Int64(0) : builder.LoopIndex(a));

    /// <summary>The indices of the axes that are not reduced.</summary>
    public Scalar[] RowIndices => [.. Indices.Where((_, axis) => !axes[axis].Reduced)];

    /// <summary>Makes a value a member of the kernel: computed here, never loaded.</summary>
    public void AddMember(Value value) => members.Add(value, members.Count);

    /// <summary>A reduction over rows, which nothing in the kernel can read.</summary>
    public void AddColumn(Value value) => columns.Add(value);

    /// <summary>A value that every row has one of, as readers in the kernel see it.</summary>
    public void AddReduction(Value value, Scalar result) => reductions.Add(value, result);

    /// <summary>The element of a value at an index; loads happen only where <paramref name="inside"/> holds.</summary>
    public Scalar At(Value value, ReadOnlySpan<Scalar> index, Scalar? inside = null)
    {
        if (reductions.TryGetValue(value, out var reduction))
        {
            if (!index.SequenceEqual(RowIndices)) IsIllegal = true;
            return reduction;
        }
        var behind = Materialization.BehindAliases(value);
        if (columns.Contains(behind))
        {
            IsIllegal = true;
            return Builder.Constant(value.DType, 0);
        }
        if (behind != value && members.ContainsKey(behind))
        {
            // Its buffer is not filled yet: a member under another shape is computed here too, as long as the axes are its own.
            if (TryRename(value.Shape, index, behind.Shape, out var renamed)) return At(behind, renamed, inside);
            IsIllegal = true;
        }
        var key = new ElementKey(value, index.ToArray(), inside);
        if (known.TryGetValue(key, out var element)) return element;
        if (!LoadsConstants && value.Node.Op is ConstantOp { Data: var data } && data.TryUniform(out _)) element = Builder.Constant(value.DType, Bits(data));
        else if (!members.ContainsKey(value) && storage(value) is { } buffer) element = Load(buffer, index, inside, value);
        else
        {
            if (members.ContainsKey(value)) CountPlace(value, index);
            element = PartsOfTensor.Of(value) is { } parts ? At(parts.Source, parts.At(Builder, index), inside) : value.Node.Op.Element(new NodeContext(this, value, inside), index);
        }
        known.Add(key, element);
        return element;
    }

    /// <summary>An element computed by an op that is being lowered as a reduction root, and the index of that element.</summary>
    public (Scalar Result, KernelReduction Reduction, Scalar[] Index) ReductionRoot(Value value)
    {
        // Its own axes, not the group's: what combines over rows may pass over an axis of extent 1 that is a row's too.
        var reduced = value.Node.Op.ReductionDomain(value.Node).Reduced;
        var context = new NodeContext(this, value, null) { Reduces = axis => reduced[axis] };
        Scalar[] index = [.. Indices.Where((_, axis) => !reduced[axis])];
        var result = value.Node.Op.Element(context, index);
        return (result, context.Reduction ?? throw new InvalidOperationException($"{value.Node.Op.Name} reduces nothing"), index);
    }

    /// <summary>The row-major offset of an index, outer axes first so that their part can be computed outside inner loops.</summary>
    public Scalar Offset(Shape shape, ReadOnlySpan<Scalar> index)
    {
        var offset = Builder.Int64(0);
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            Dim stride = 1;
            for (var inner = axis + 1; inner < shape.Rank; inner++) stride *= shape[inner];
            offset = Builder.Add(offset, Builder.Multiply(index[axis], Builder.Extent(stride)));
        }
        return offset;
    }

    private void CountPlace(Value member, ReadOnlySpan<Scalar> index)
    {
        if (!places.TryGetValue(member, out var of)) places.Add(member, of = []);
        // The first is its own, or takes its place.
        if (!of.Add(new ElementKey(member, index.ToArray(), null)) || of.Count == 1) return;
        again += CostOf(member);
        if (again > MostAgain) IsIllegal = true;
    }

    /// <summary>The instructions of an element, from what has buffers. Other members that it reads elsewhere count themselves.</summary>
    private int CostOf(Value value)
    {
        if (costs.TryGetValue(value, out var cost)) return cost;
        cost = value.Node.Op.Cost + value.Node.Inputs.Where(i => storage(i) is null).Sum(CostOf);
        costs.Add(value, cost);
        return cost;
    }

    /// <summary>The index under a shape that differs only in axes of extent 1.</summary>
    private bool TryRename(Shape shape, ReadOnlySpan<Scalar> index, Shape other, out Scalar[] renamed)
    {
        renamed = new Scalar[other.Rank];
        var axis = 0;
        for (var to = 0; to < other.Rank; to++)
        {
            renamed[to] = Builder.Int64(0);
            if (other[to].IsOne) continue;
            while (axis < shape.Rank && shape[axis].IsOne) axis++;
            if (axis == shape.Rank || shape[axis] != other[to]) return false;
            renamed[to] = index[axis++];
        }
        while (axis < shape.Rank && shape[axis].IsOne) axis++;
        return axis == shape.Rank;
    }

    private static long Bits(TensorData data) => data.Elements switch
    {
        float[] a => BitConverter.SingleToInt32Bits(a[0]),
        double[] a => BitConverter.DoubleToInt64Bits(a[0]),
        int[] a => a[0],
        long[] a => a[0],
        _ => ((bool[])data.Elements)[0] ? 1 : 0,
    };

    private Scalar Load(TensorBuffer buffer, ReadOnlySpan<Scalar> index, Scalar? inside, Value value)
    {
        var offset = Offset(value.Shape, index);
        return inside is null
            ? Builder.Load(value.DType, buffer, offset)
            : Builder.LoadWhere(value.DType, buffer, offset, inside, Builder.Number(value.DType, 0));
    }

    private sealed class NodeContext(GroupElements elements, Value value, Scalar? inside) : ElementContext(elements.Builder)
    {
        /// <summary>The axes that a root combines; null for other values.</summary>
        public Func<int, bool>? Reduces { get; init; }

        public KernelReduction? Reduction { get; private set; }

        public override int InputCount => value.Node.Inputs.Count;

        public override TensorType OutputType => value.Type;

        public override Scalar RunIndex => Builder.RunIndex();

        public override TensorType InputType(int input) => value.Node.Inputs[input].Type;

        public override Scalar Input(int input, ReadOnlySpan<Scalar> index) => elements.At(value.Node.Inputs[input], index, inside);

        public override Scalar InputWhere(Scalar holds, int input, ReadOnlySpan<Scalar> index, Scalar outside)
        {
            if (holds is { IsConstant: true, Bits: 0 }) return outside;
            var both = inside is null ? holds : Builder.And(inside, holds);
            var element = elements.At(value.Node.Inputs[input], index, both.IsConstant ? null : both);
            // What is loaded only there says itself what is elsewhere. Where the reader looks at nothing, anything will do.
            if (element is { Op: ScalarOp.Load, Arguments: [var offset, var where, _] } && ReferenceEquals(where, both)) return Builder.LoadWhere(element.Type, (TensorBuffer)element.Payload!, offset, both, outside);
            return Builder.Select(holds, element, outside);
        }

        public override Scalar Reduce(ReductionKind kind, DType type, ReadOnlySpan<Dim> extents, Func<Scalar[], Scalar> body)
        {
            if (Reduces is null || Reduction is not null) throw new InvalidOperationException($"{value.Node.Op.Name} is not a root and cannot reduce");
            var indices = elements.Indices.Where((_, axis) => Reduces(axis)).ToArray();
            Reduction = new KernelReduction(kind, type, body(indices), value.Name);
            return Builder.Accumulated(type, Reduction);
        }

        public override Scalar Guard(Scalar guarded, Scalar ok, string message) =>
            Builder.Guard(guarded, inside is null ? ok : Builder.Or(Builder.Not(inside), ok), new KernelFailure(value.Node, message));
    }

    private readonly struct ElementKey(Value value, Scalar[] index, Scalar? inside) : IEquatable<ElementKey>
    {
        private readonly Value value = value;
        private readonly Scalar[] index = index;
        private readonly Scalar? inside = inside;

        public bool Equals(ElementKey other) =>
            ReferenceEquals(value, other.value) && ReferenceEquals(inside, other.inside) && index.AsSpan().SequenceEqual(other.index);

        public override bool Equals(object? obj) => obj is ElementKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = HashCode.Combine(value.Node.Id, value.Index, inside?.Id ?? -1);
            foreach (var scalar in index) hash = HashCode.Combine(hash, scalar.Id);
            return hash;
        }
    }
}
