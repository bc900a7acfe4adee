using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards convolutions slide over images as they lie in memory where that is faster than multiplying matrices of windows, for which images are turned: with what computes element by
/// element between them, and sums over channels. A part of a program is left as it is if anything else in it reads images turned, such as windows that gradients or maxima share, or if
/// one of its convolutions would take longer. Kernels of one element between others meet images as they lie, too.
/// </summary>
internal static class SlidingProducts
{
    // [N, C, H, W] to [N, H, W, C], and back.
    private static readonly EquatableArray<int> Turn = [0, 2, 3, 1], Return = [0, 3, 1, 2];

    // What is read at every place of an image has so many times fewer elements.
    private const int LeastRepetitions = 8;

    /// <param name="Images">[N, H, W, C], without a border.</param>
    /// <param name="Kernels">[O, C, rows, columns].</param>
    /// <param name="Geometry">The border, and how windows move.</param>
    private sealed record Product(Value Images, Value Kernels, CorrelationGeometry Geometry)
    {
        /// <summary>Kernels of one element, whose products with images are as good as they lie.</summary>
        public bool IsPointwise { get; } = Kernels.Shape.Skip(2).All(n => n.IsOne) && Geometry.Strides.All(n => n == 1) && Geometry.Low.Concat(Geometry.High).All(n => n == 0);

        public bool MaySlide(Shape results) =>
            IsPointwise ? PointwiseProducts.FitPlanes(Images.Shape[0], [Images.Shape[1], Images.Shape[2]]) : CorrelationChoice.ResultsAlone(Images.Shape, Kernels.Shape, results, Geometry);

        public Value Over(Value images, Value kernels) =>
            IsPointwise ? PointwiseProducts.OfPlanes(images, kernels, 1) : images.Graph.Add(new CorrelateOp(Geometry), [images, kernels]);
    }

    public static GraphProgram Apply(GraphProgram program)
    {
        var readers = new Dictionary<Value, List<Node>>();
        foreach (var node in program.Graph.Nodes)
        {
            foreach (var input in node.Inputs.Distinct()) ReadersOf(input).Add(node);
        }
        var products = new Dictionary<Node, Product>();
        var borders = new Dictionary<Node, Node>();
        foreach (var node in program.Graph.Nodes)
        {
            if (node.Op is DotOp && Match(node, ReadersOf, program) is var (product, border)) (products[node], borders[border]) = (product, node);
        }
        if (products.Count == 0) return program;
        var kept = program.Fetches.ToHashSet();
        var (seen, turned) = (new HashSet<Value>(), new HashSet<Value>());
        foreach (var start in products.Keys)
        {
            if (seen.Contains(start.Output)) continue;
            var region = new HashSet<Value>();
            if (Grow(start.Output, region) && region.All(v => !products.TryGetValue(v.Node, out var p) || p.MaySlide(v.Shape)) && region.Any(v => products.TryGetValue(v.Node, out var p) && !p.IsPointwise)) turned.UnionWith(region);
            seen.UnionWith(region);
        }
        if (turned.Count == 0) return program;
        var lying = new Dictionary<Value, Value>();
        return ProgramRebuild.Run(program, _ => [], Replace);

        List<Node> ReadersOf(Value value) => readers.TryGetValue(value, out var list) ? list : readers[value] = [];

        // All values that lie as one does; whether they may lie otherwise.
        bool Grow(Value first, HashSet<Value> region)
        {
            var (pending, may) = (new Stack<Value>([first]), true);
            region.Add(first);
            while (pending.TryPop(out var value))
            {
                may &= !kept.Contains(value);
                if (products.TryGetValue(value.Node, out var product)) Add(product.Images);
                else if (value.Node.Op is ElementwiseOp)
                {
                    foreach (var input in value.Node.Inputs)
                    {
                        if (input.Shape.Equals(value.Shape)) Add(input);
                        else may &= IsRepeated(input, value);
                    }
                }
                else may &= value.Node.Op is TransposeOp { Permutation: var order } && order.Equals(Turn);
                foreach (var reader in ReadersOf(value))
                {
                    if (borders.TryGetValue(reader, out var next)) Add(next.Output);
                    else if (reader.Op is ElementwiseOp && reader.Output.Shape.Equals(value.Shape)) Add(reader.Output);
                    else may &= reader.Op is TransposeOp { Permutation: var order } ? order.Equals(Return) : IsSumOfChannels(reader);
                }
            }
            return may;

            void Add(Value value)
            {
                if (region.Add(value)) pending.Push(value);
            }
        }

        IReadOnlyList<Value>? Replace(Node node, ProgramRebuild rebuild)
        {
            if (node.Op is TransposeOp && turned.Contains(node.Inputs[0])) return [lying[node.Inputs[0]]];
            if (IsSumOfChannels(node) && turned.Contains(node.Inputs[0])) return [rebuild.Target.Add(((ReduceOp)node.Op) with { Axes = [0, 2, 3] }, [lying[node.Inputs[0]]])];
            if (node.Outputs.Count != 1 || !turned.Contains(node.Output)) return null;
            if (node.Op is TransposeOp)
            {
                lying[node.Output] = rebuild[node.Inputs[0]];
                return null;
            }
            var result = products.TryGetValue(node, out var product)
                ? product.Over(lying[product.Images], rebuild[product.Kernels])
                : rebuild.Target.Add(node.Op, [.. node.Inputs.Select(i => turned.Contains(i) ? lying[i] : Repeated(rebuild[i]))]);
            lying[node.Output] = result;
            return [Ops.ToChannelsLast(result)];
        }
    }

    /// <summary>Images, kernels and the first node that reads the images, which nothing else does; null for other products.</summary>
    private static (Product Product, Node First)? Match(Node node, Func<Value, List<Node>> readers, GraphProgram program)
    {
        if (node.Op is not DotOp { LeftBatch.Count: 0 } dot || node.Output.DType != DType.Float32) return null;
        var (windows, kernels) = (node.Inputs[0], node.Inputs[1]);
        if (windows.Node.Op is not WindowOp { Geometry: var window } || !window.Axes.SequenceEqual([1, 2]) || windows.Rank != 6 || !dot.LeftContract.SequenceEqual([3, 4, 5]) || !dot.RightContract.SequenceEqual([1, 2, 3])) return null;
        if (kernels.Rank != 4 || !kernels.Shape.IsStatic || readers(windows).Count > 1) return null;
        var (images, first) = (windows.Node.Inputs[0], windows.Node);
        int[] low = [0, 0], high = [0, 0];
        if (images.Node is { Op: PadOp pad } border && border.Inputs[1].Node.Op is ConstantOp { Data: var filling } && filling.At(0) == 0)
        {
            if (readers(images).Count > 1 || !IsOfPlaces(pad.Low) || !IsOfPlaces(pad.High) || pad.Interior.Any(n => n != 0)) return null;
            (low, high) = ([(int)pad.Low[1].Value, (int)pad.Low[2].Value], [(int)pad.High[1].Value, (int)pad.High[2].Value]);
            (images, first) = (border.Inputs[0], border);
        }
        if (program.Fetches.Contains(windows) || program.Fetches.Contains(first.Output)) return null;
        return (new Product(images, kernels, new CorrelationGeometry(window.Strides, window.Dilations, new(low), new(high))), first);
    }

    private static bool IsOfPlaces(EquatableArray<Dim> border) => border.Count == 4 && border.All(n => n.IsConstant) && border[0].Value == 0 && border[3].Value == 0;

    private static bool IsSumOfChannels(Node node) => node.Op is ReduceOp { Axes: var axes } && axes.SequenceEqual([0, 1, 2]) && node.Inputs[0].Rank == 4;

    private static bool IsRepeated(Value input, Value result) =>
        input.Rank == 0 || (input.Shape.IsStatic && (!result.Shape.IsStatic || input.Shape.ElementCount.Value * LeastRepetitions <= result.Shape.ElementCount.Value));

    /// <summary>What is repeated along some of the axes [N, H, W, C], along [N, C, H, W].</summary>
    private static Value Repeated(Value value) =>
        value.Rank == 0 ? value : Ops.Transpose(Ops.Reshape(value, new Shape([.. Enumerable.Repeat((Dim)1, 4 - value.Rank), .. value.Shape])), [.. Return]);
}
