using System.Collections;
using System.Runtime.CompilerServices;

namespace GraphGrad;

/// <summary>The extents of a tensor, outermost first. Rank 0 is a scalar. Written <c>["batch", 64]</c>.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<Dim>, IEquatable<Shape>
{
    private readonly Dim[] dims;

    internal Shape(Dim[] dims) => this.dims = dims;

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>The number of axes.</summary>
    public int Rank => dims.Length;

    /// <summary>The number of axes, as <see cref="Rank"/>; lets <c>shape[^1]</c> name the last one.</summary>
    public int Count => dims.Length;

    /// <summary>The extent of an axis.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public Dim this[int axis] => (uint)axis < (uint)dims.Length
        ? dims[axis]
        : throw new GraphException($"the shape {this} has {dims.Length} axes; there is no axis {axis}. Count from 0, and from the end with ^1. Asked for at {Origin.Capture()}.");

    /// <summary>The extents of a range of axes: <c>shape[1..]</c> is that of one example.</summary>
    /// <exception cref="GraphException">The range goes beyond the axes, or ends before it begins.</exception>
    public Shape this[Range axes]
    {
        get
        {
            var (start, end) = (axes.Start.GetOffset(dims.Length), axes.End.GetOffset(dims.Length));
            if (start < 0 || end > dims.Length || start > end)
                throw new GraphException($"the shape {this} has {dims.Length} axes; {axes} is no range of them. Asked for at {Origin.Capture()}.");
            return new Shape(dims[start..end]);
        }
    }

    /// <summary>The number of elements.</summary>
    public Dim ElementCount => dims.Aggregate((Dim)1, (product, dim) => product * dim);

    /// <summary>True when every extent is known while the graph is built.</summary>
    public bool IsStatic => Array.TrueForAll(dims, d => d.IsConstant);

    internal ReadOnlySpan<Dim> Dims => dims;

    /// <summary>A shape from its extents, outermost first.</summary>
    /// <exception cref="GraphException">An extent is a negative number.</exception>
    public static Shape Create(ReadOnlySpan<Dim> dims)
    {
        foreach (var dim in dims)
        {
            if (dim.IsConstant && dim.Value < 0)
                throw new GraphException($"{Origin.Blame()}a shape cannot have the negative extent {dim}; use a symbol such as \"batch\" for an unknown extent. Built at {Origin.Capture()}.");
        }
        return new Shape(dims.ToArray());
    }

    /// <summary>A shape of known extents.</summary>
    public static implicit operator Shape(int[] extents) => Create([.. extents.Select(e => (Dim)e)]);

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && dims.AsSpan().SequenceEqual(other.dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dim in dims) hash.Add(dim);
        return hash.ToHashCode();
    }

    /// <summary>The shape as in messages, for example <c>[batch, 64]</c>.</summary>
    public override string ToString() => "[" + string.Join(", ", dims.Select(d => d.ToString())) + "]";

    /// <inheritdoc/>
    public IEnumerator<Dim> GetEnumerator() => ((IEnumerable<Dim>)dims).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => dims.GetEnumerator();

    /// <summary>Extents under given values of the symbols; each is checked to be a possible extent.</summary>
    internal int[] Evaluate(Func<string, long> binding)
    {
        var extents = new int[dims.Length];
        var count = 1L;
        for (var axis = 0; axis < dims.Length; axis++)
        {
            var extent = dims[axis].Evaluate(binding);
            if (extent is < 0 or > int.MaxValue)
                throw new GraphException($"extent '{dims[axis]}' of shape {this} is {extent} for the shapes of this run; it must lie in 0 … {int.MaxValue}.");
            extents[axis] = (int)extent;
            count = Math.Min(count * extent, 1L << 40);
        }
        if (count > int.MaxValue) throw new GraphException($"a tensor of shape {this} would have more than {int.MaxValue} elements in this run.");
        return extents;
    }

    internal Shape With(int axis, Dim extent)
    {
        var copy = (Dim[])dims.Clone();
        copy[axis] = extent;
        return new Shape(copy);
    }

    internal Shape Without(params IEnumerable<int> axes)
    {
        var removed = axes.ToHashSet();
        return new Shape([.. dims.Where((_, axis) => !removed.Contains(axis))]);
    }
}
