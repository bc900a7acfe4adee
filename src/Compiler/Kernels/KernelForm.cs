using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>
/// What machine code is made of: a loop nest in which buffers, loops and failures count by the order in which they occur. Kernels of one form, as those of a
/// network's layers, share their code.
/// </summary>
internal sealed class KernelForm : IEquatable<KernelForm>
{
    private readonly List<long> words = [];
    private readonly List<Dim> dims = [];
    private readonly List<TensorBuffer> buffers = [];
    private readonly List<KernelFailure> failures = [];
    private readonly Dictionary<object, int> places = [];
    private readonly int hash;

    private KernelForm(Kernel kernel)
    {
        Add(kernel.ColumnLevel, kernel.IsParallel ? 1 : 0, kernel.EndsAtFailure ? 1 : 0, kernel.Outer.Length, kernel.Inner.Length, kernel.Passes.Length, kernel.Scratch.Length);
        foreach (var axis in kernel.Outer.Concat(kernel.Inner)) Axis(axis);
        Axis(kernel.Vector);
        Axis(kernel.Interleaved);
        Axis(kernel.SharedWithin);
        foreach (var row in kernel.Scratch) Buffer(row);
        foreach (var pass in kernel.Passes)
        {
            Add(pass.Reductions.Length, pass.Stores.Length, pass.Columns.Length);
            foreach (var reduction in pass.Reductions)
            {
                Add((long)reduction.Kind, (long)reduction.Type);
                Scalar(reduction.Body);
                places.Add(reduction, places.Count);
            }
            foreach (var store in pass.Stores) Store(store);
            foreach (var column in pass.Columns)
            {
                Add((long)column.Kind);
                Store(column);
            }
        }
        foreach (var store in kernel.RowStores) Store(store);
        var all = default(HashCode);
        foreach (var word in words) all.Add(word);
        foreach (var dim in dims) all.Add(dim);
        hash = all.ToHashCode();
    }

    public static KernelForm Of(Kernel kernel) => new(kernel);

    /// <summary>What stands in the places of another kernel's buffers and failures.</summary>
    public (Dictionary<TensorBuffer, TensorBuffer> Buffers, Dictionary<KernelFailure, KernelFailure> Failures) InPlaceOf(KernelForm other) =>
        (other.buffers.Zip(buffers).ToDictionary(), other.failures.Zip(failures).ToDictionary());

    public bool Equals(KernelForm? other) =>
        other is not null && hash == other.hash && words.SequenceEqual(other.words) && dims.SequenceEqual(other.dims) && buffers.Zip(other.buffers).All(b => b.First.Type.Equals(b.Second.Type));

    public override bool Equals(object? obj) => Equals(obj as KernelForm);

    public override int GetHashCode() => hash;

    private void Add(params ReadOnlySpan<long> numbers) => words.AddRange(numbers);

    /// <summary>The number of something that may have been met before, and whether it is new.</summary>
    private bool IsNew(object thing)
    {
        var isNew = places.TryAdd(thing, places.Count);
        Add(places[thing]);
        return isNew;
    }

    private void Extent(Dim dim)
    {
        Add(dim.IsConstant ? dim.Value : -1);
        if (!dim.IsConstant) dims.Add(dim);
    }

    private void Axis(LoopAxis? axis)
    {
        if (axis is null)
        {
            Add(-1);
            return;
        }
        if (!IsNew(axis)) return;
        Add(axis.Reduced ? 1 : 0);
        Extent(axis.Extent);
        Axis(axis.Chunks);
        Extent(axis.ChunkLength);
    }

    // How a buffer is written depends on its kind in two cases; its elements and extents are compared as they are.
    private void Buffer(TensorBuffer buffer)
    {
        if (!IsNew(buffer)) return;
        Add(buffer.Kind is BufferKind.Scratch or BufferKind.Fetch ? (long)buffer.Kind : 0, (long)buffer.Type.DType);
        buffers.Add(buffer);
    }

    private void Store(KernelStore store)
    {
        Buffer(store.Buffer);
        Scalar(store.Offset);
        Scalar(store.Value);
    }

    private void Scalar(Scalar scalar)
    {
        if (!IsNew(scalar)) return;
        Add((long)scalar.Op, (long)scalar.Type, scalar.Bits, scalar.Arguments.Length);
        foreach (var argument in scalar.Arguments) Scalar(argument);
        switch (scalar.Payload)
        {
            case null: break;
            case Dim dim: Extent(dim); break;
            case LoopAxis axis: Axis(axis); break;
            case TensorBuffer buffer: Buffer(buffer); break;
            case KernelFailure failure:
                if (IsNew(failure)) failures.Add(failure);
                break;
            case LookupTable table:
                foreach (var number in table.Numbers) Add(BitConverter.SingleToInt32Bits(number));
                break;
            // Combined in a pass before, so its number is known.
            case KernelReduction reduction: Add(places[reduction]); break;
            case var other: throw new InvalidOperationException($"a kernel refers to {other}");
        }
    }
}
