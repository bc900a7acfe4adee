namespace GraphGrad.Operations;

/// <summary>
/// Which windows slide over which axes. On each windowed axis element k of window o lies at o · stride + k · dilation;
/// only windows that lie wholly within the axis exist.
/// </summary>
internal sealed record WindowGeometry(EquatableArray<int> Axes, EquatableArray<int> Sizes, EquatableArray<int> Strides, EquatableArray<int> Dilations)
{
    /// <summary>How many windows hold an element, away from the border and on average.</summary>
    public double Repetitions => Sizes.Zip(Strides, (size, stride) => (double)size / stride).Aggregate(1.0, (product, times) => product * times);

    /// <summary>The shape of all windows: each windowed axis counts windows, and one axis for each follows with its elements.</summary>
    public Shape Windows(Shape shape)
    {
        var dims = new Dim[shape.Rank + Axes.Count];
        shape.Dims.CopyTo(dims);
        for (var k = 0; k < Axes.Count; k++)
        {
            dims[Axes[k]] = ((shape[Axes[k]] - Reach(k)) / Strides[k]) + 1;
            dims[shape.Rank + k] = Sizes[k];
        }
        return new Shape(dims);
    }

    /// <summary>The same windows behind one more leading axis.</summary>
    public WindowGeometry Behind() => this with { Axes = BatchContext.Shifted(Axes) };

    /// <summary>The extent of one window, gaps included.</summary>
    public int Reach(int k) => (Dilations[k] * (Sizes[k] - 1)) + 1;

    /// <summary>What is wrong with the geometry for a shape, or null.</summary>
    public string? Refusal(Shape shape, string operand)
    {
        if (Sizes.Count != Axes.Count || Strides.Count != Axes.Count || Dilations.Count != Axes.Count)
            return $"{Sizes.Count} sizes, {Strides.Count} strides and {Dilations.Count} dilations do not fit {Axes.Count} axes; give one of each for every windowed axis.";
        for (var k = 0; k < Axes.Count; k++)
        {
            var extent = shape[Axes[k]];
            if (Sizes[k] < 1 || Strides[k] < 1 || Dilations[k] < 1)
                return $"the window on axis {Axes[k]} has size {Sizes[k]}, stride {Strides[k]} and dilation {Dilations[k]}; each must be at least 1.";
            if (extent.IsConstant && extent.Value < Reach(k))
                return $"axis {Axes[k]} of {operand} has extent {extent}, a window of size {Sizes[k]} and dilation {Dilations[k]} needs {Reach(k)}; pad the axis or make the window smaller.";
        }
        return null;
    }

    /// <summary>Strides over the axes of <see cref="Windows"/> in a dense tensor with the given strides.</summary>
    public int[] View(int[] strides)
    {
        var view = new int[strides.Length + Axes.Count];
        strides.CopyTo(view, 0);
        for (var k = 0; k < Axes.Count; k++)
        {
            view[Axes[k]] = strides[Axes[k]] * Strides[k];
            view[strides.Length + k] = strides[Axes[k]] * Dilations[k];
        }
        return view;
    }

    /// <summary>
    /// An order of the axes of <see cref="Windows"/> for loops: places within a window outside the axes over which windows slide, so that
    /// runs are long, and inside those before them, so that what is walked several times stays in the cache.
    /// </summary>
    public int[] LoopOrder(int rank)
    {
        var leading = Axes.Append(rank).Min();
        return [.. Enumerable.Range(0, leading), .. Enumerable.Range(rank, Axes.Count), .. Enumerable.Range(leading, rank - leading)];
    }

    public override string ToString()
    {
        var text = $"axes {Axes}, sizes {Sizes}";
        if (Strides.Any(s => s != 1)) text += $", strides {Strides}";
        if (Dilations.Any(d => d != 1)) text += $", dilations {Dilations}";
        return text;
    }
}
