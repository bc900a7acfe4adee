using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards convolutions of many channels whose kernels have gaps, and their gradients, are products of windows without gaps, which take fewer products: every so many-th element makes an image of its
/// own. All are made equally long. Results that this adds are cut off again; their gradients are zeros, and where gradients are not finite, no terms.
/// </summary>
internal sealed class GappedWindows
{
    // Fewer channels, shorter parts and sequences take as long, or longer. Measured.
    private const int FewestChannels = 32, FewestWindows = 4, FewestAxes = 2;

    private readonly Dictionary<Value, int> readers = [];

    // Images taken apart, and gradients, are each read by two products.
    private readonly Dictionary<(Value Whole, int First, EquatableArray<int> Gaps), Value> apart = [];

    private GappedWindows(GraphProgram program)
    {
        foreach (var read in program.Graph.Nodes.SelectMany(n => n.Inputs).Concat(program.Fetches)) readers[read] = readers.GetValueOrDefault(read) + 1;
    }

    public static GraphProgram Apply(GraphProgram program)
    {
        if (!program.Graph.Nodes.Any(HasGaps)) return program;
        var (pass, changes) = (new GappedWindows(program), false);
        var result = ProgramRebuild.Run(program, _ => [], (node, rebuild) =>
        {
            if (pass.Apart(node, rebuild) is not { } replacement) return null;
            changes = true;
            return [replacement];
        });
        return changes ? result : program;
    }

    private static bool HasGaps(Node node) => (node.Op switch { WindowOp window => window.Geometry, FoldOp fold => fold.Geometry, _ => null }) is { } geometry && geometry.Dilations.Any(d => d != 1);

    private Value? Apart(Node node, ProgramRebuild rebuild) => node.Op switch
    {
        DotOp dot => Results(node, dot, rebuild) ?? Kernels(node, dot, rebuild),
        FoldOp { Geometry: var geometry } => Images(node, geometry, rebuild),
        _ => null,
    };

    /// <summary>Windows […, places …, C, sizes …] against kernels [O, C, sizes …].</summary>
    private Value? Results(Node node, DotOp dot, ProgramRebuild rebuild)
    {
        var (windows, kernels) = (node.Inputs[0], node.Inputs[1]);
        if (dot.LeftBatch.Count > 0 || windows.Node.Op is not WindowOp { Geometry: var geometry } || !Pays(geometry, windows.Node.Inputs[0], kernels.Shape)) return null;
        var (first, axes) = (geometry.Axes[0], geometry.Axes.Count);
        if (!dot.LeftContract.SequenceEqual(Enumerable.Range(first + axes, axes + 1)) || !dot.RightContract.SequenceEqual(Enumerable.Range(1, axes + 1))) return null;
        var images = Taken(rebuild[windows.Node.Inputs[0]], first, geometry);
        return Whole(Ops.Dot(WithoutGaps(images, geometry), rebuild[kernels], [.. dot.LeftContract], [.. dot.RightContract]), first, geometry, node.Output.Shape);
    }

    /// <summary>Gradients of results […, places …, O] against windows […, places …, C, sizes …], or the other way round.</summary>
    private Value? Kernels(Node node, DotOp dot, ProgramRebuild rebuild)
    {
        var isTurned = node.Inputs[0].Node.Op is WindowOp;
        var (gradient, windows) = isTurned ? (node.Inputs[1], node.Inputs[0]) : (node.Inputs[0], node.Inputs[1]);
        if (windows.Node.Op is not WindowOp { Geometry: var geometry } || geometry.Axes.Count == 0) return null;
        var (first, axes, images) = (geometry.Axes[0], geometry.Axes.Count, windows.Node.Inputs[0]);
        if (!Pays(geometry, images, new Shape([gradient.Shape[^1], images.Shape[^1], .. geometry.Sizes.Select(size => (Dim)size)]))) return null;
        // Examples of both are apart; those of gradients alone meet the same images.
        var (examples, free) = (dot.LeftBatch.Count, gradient.Rank - (first + axes + 1));
        if (free < 0 || (free > 0 && (isTurned || examples > 0))) return null;
        if (examples >= first || !dot.LeftBatch.SequenceEqual(Enumerable.Range(0, examples)) || !dot.RightBatch.SequenceEqual(dot.LeftBatch)) return null;
        var contracted = first + axes - examples;
        if (!dot.LeftContract.SequenceEqual(Enumerable.Range(free + examples, contracted)) || !dot.RightContract.SequenceEqual(Enumerable.Range(examples, contracted))) return null;
        var (results, elements) = (Taken(rebuild[gradient], free + first, geometry), Taken(rebuild[images], first, geometry));
        var sums = Ops.Dot(results, WithoutGaps(elements, geometry), [.. dot.LeftContract], [.. dot.RightContract], [.. dot.LeftBatch], [.. dot.RightBatch]);
        var parts = PartsOf(geometry, gradient.Shape, free + first);
        if (parts.AreFilled) sums = sums.Graph.Add(new KernelsOfPartsOp(parts), [sums, results, elements]);
        return isTurned ? Ops.Transpose(sums, [.. Enumerable.Range(0, examples), .. Enumerable.Range(examples + 1, axes + 1), examples]) : sums;
    }

    /// <summary>The sum of windows that are gradients of results […, places …, O] times kernels [O, C, sizes …].</summary>
    private Value? Images(Node node, WindowGeometry geometry, ProgramRebuild rebuild)
    {
        if (node.Inputs[0].Node is not { Op: DotOp { LeftBatch.Count: 0, LeftContract: [var inner], RightContract: [0] } } product || readers[product.Output] > 1) return null;
        var (gradient, kernels) = (product.Inputs[0], product.Inputs[1]);
        if (inner != gradient.Rank - 1 || !Pays(geometry, node.Output, kernels.Shape)) return null;
        var (first, axes) = (geometry.Axes[0], geometry.Axes.Count);
        var (results, parts) = (Taken(rebuild[gradient], first, geometry), PartsOf(geometry, gradient.Shape, first));
        var windows = Ops.Dot(results, rebuild[kernels], [inner], [0]);
        var lengths = Enumerable.Range(0, axes).Select(a => results.Shape[first + a] + (geometry.Sizes[a] - 1));
        var images = Ops.Fold(windows, new Shape([.. results.Shape.Dims[..first], .. lengths, node.Output.Shape[^1]]), [.. geometry.Axes], [.. geometry.Sizes]);
        if (parts.AreFilled)
        {
            var (output, all) = SummedAgainOp.KernelsBehind(rebuild[kernels]);
            images = images.Graph.Add(new ImagesOfPartsOp(parts, output), [images, results, all]);
        }
        return Whole(images, first, geometry, node.Output.Shape);
    }

    /// <summary>Whether windows over images […, places …, C] with kernels [O, C, sizes …] take less time apart.</summary>
    private static bool Pays(WindowGeometry geometry, Value images, Shape kernels)
    {
        var axes = geometry.Axes.Count;
        if (axes < FewestAxes || images.DType != DType.Float32 || geometry.Strides.Any(s => s != 1) || geometry.Dilations.All(d => d == 1)) return false;
        var first = geometry.Axes[0];
        if (first == 0 || images.Rank != first + axes + 1 || !geometry.Axes.SequenceEqual(Enumerable.Range(first, axes)) || kernels.Rank != axes + 2) return false;
        if (!(kernels[0] is { IsConstant: true, Value: >= FewestChannels } && kernels[1] is { IsConstant: true, Value: >= FewestChannels }) || images.Shape[^1] != kernels[1]) return false;
        return Enumerable.Range(0, axes).All(a =>
            images.Shape[first + a] is { IsConstant: true, Value: var extent } && kernels[a + 2] == geometry.Sizes[a]
            && (geometry.Dilations[a] == 1 || geometry.Sizes[a] > 1) && extent >= geometry.Dilations[a] * (geometry.Sizes[a] + FewestWindows - 1));
    }

    private static GapParts PartsOf(WindowGeometry geometry, Shape results, int first) =>
        new(geometry.Dilations, new([.. Enumerable.Range(first, geometry.Axes.Count).Select(axis => (int)results[axis].Value)]));

    private static Value WithoutGaps(Value images, WindowGeometry geometry) => Ops.Windows(images, [.. geometry.Axes], [.. geometry.Sizes]);

    /// <summary>[…, N, places …, C] as […, N · gaps, places of a part …, C], filled up with zeros.</summary>
    private Value Taken(Value whole, int first, WindowGeometry geometry)
    {
        var key = (whole, first, geometry.Dilations);
        if (apart.TryGetValue(key, out var known)) return known;
        var axes = geometry.Axes.Count;
        var (before, after) = (new Dim[whole.Rank], new Dim[whole.Rank]);
        Array.Fill(before, 0);
        Array.Fill(after, 0);
        for (var a = 0; a < axes; a++) after[first + a] = Filling(whole.Shape[first + a].Value, geometry.Dilations[a]);
        var filled = Ops.Pad(whole, before, after);
        Dim[] gaps = [.. geometry.Dilations.Select(d => (Dim)d)], lengths = [.. gaps.Select((gap, a) => filled.Shape[first + a] / gap)];
        int[] others = [.. Enumerable.Range(0, first)], along = [.. Enumerable.Range(0, axes).Select(a => first + (2 * a))], within = [.. along.Select(axis => axis + 1)];
        var split = Ops.Reshape(filled, new Shape([.. filled.Shape.Dims[..first], .. lengths.Zip(gaps, (n, d) => new[] { n, d }).SelectMany(p => p), filled.Shape[^1]]));
        var turned = Ops.Transpose(split, [.. others, .. within, .. along, split.Rank - 1]);
        return apart[key] = Ops.Reshape(turned, new Shape([.. filled.Shape.Dims[..(first - 1)], gaps.Aggregate(filled.Shape[first - 1], (n, d) => n * d), .. lengths, filled.Shape[^1]]));
    }

    /// <summary>The parts put together to the shape of the whole; what they are filled up with is cut off.</summary>
    private static Value Whole(Value parts, int first, WindowGeometry geometry, Shape shape)
    {
        var axes = geometry.Axes.Count;
        Dim[] gaps = [.. geometry.Dilations.Select(d => (Dim)d)], lengths = parts.Shape.Dims[first..(first + axes)].ToArray();
        var split = Ops.Reshape(parts, new Shape([.. shape.Dims[..first], .. gaps, .. lengths, shape[^1]]));
        var turned = Ops.Transpose(split, [.. Enumerable.Range(0, first), .. Enumerable.Range(first, axes).SelectMany(axis => new[] { axes + axis, axis }), split.Rank - 1]);
        var whole = Ops.Reshape(turned, new Shape([.. shape.Dims[..first], .. lengths.Zip(gaps, (n, d) => n * d), shape[^1]]));
        for (var axis = first; axis < first + axes; axis++) whole = Ops.Slice(whole, axis, 0, shape[axis]);
        return whole;
    }

    private static long Filling(long extent, int gap) => (gap - (extent % gap)) % gap;
}
