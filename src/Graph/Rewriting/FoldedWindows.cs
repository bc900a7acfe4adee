using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards gradients of images by kernels that overlap are products of windows, too: of the padded gradient, with the kernels turned round. Such windows are computed in fewer products,
/// where sums that overlap take each term by itself and wait for one another. Of kernels that move by one place, those of more than three places; of strides, every so many-th element
/// makes an image of its own, whose windows meet the same weights: of 5×5 at stride 2, 3×3, 3×2, 2×3 and 2×2. What such windows multiply beyond the gradient is no term: it is left out
/// where weights are not finite.
/// </summary>
internal static class FoldedWindows
{
    // Three places that move by one take as few products where they are added up, and few columns as many in either form. Measured.
    private const int MostSizes = 3, FewestOutputs = 16, FewestChannels = 32;

    // Each part is a product of its own, which turns weights; sums of more terms wait less for what they are added to. Measured.
    private const int MostStride = 2, MostOutputsApart = 64, WholeVectors = 16;

    // What the windows of a border cost that is wider than the image's own.
    private const double MostWaste = 1.1;

    public static GraphProgram Apply(GraphProgram program)
    {
        var readers = new Dictionary<Value, int>();
        foreach (var read in program.Graph.Nodes.SelectMany(n => n.Inputs).Concat(program.Fetches)) readers[read] = readers.GetValueOrDefault(read) + 1;
        return ProgramRebuild.Run(program, _ => [], (node, rebuild) => Turned(node, rebuild, readers) is { } turned ? [turned] : null);
    }

    private static Value? Turned(Node node, ProgramRebuild rebuild, Dictionary<Value, int> readers)
    {
        // What is cut off of a sum is never computed.
        var cut = node.Op as SliceOp;
        var sum = cut is not null ? node.Inputs[0].Node : node;
        if (sum.Op is not FoldOp { Geometry: var geometry } || sum.Output.DType != DType.Float32 || (cut is not null && (readers[sum.Output] > 1 || cut.Steps.Any(step => step != 1)))) return null;
        if (geometry.Dilations.Any(d => d != 1) || !MayPay(geometry)) return null;
        if (sum.Inputs[0].Node is not { Op: DotOp { LeftBatch.Count: 0, LeftContract: [var inner], RightContract: [0] } } product || readers[product.Output] > 1) return null;
        // [N, places …, O] against [O, C, sizes …].
        var (gradient, kernels, axes) = (product.Inputs[0], product.Inputs[1], geometry.Axes.Count);
        if (gradient.Rank != axes + 2 || inner != axes + 1 || kernels.Rank != axes + 2 || !geometry.Axes.SequenceEqual(Enumerable.Range(1, axes))) return null;
        if (!kernels.Shape.IsStatic || kernels.Shape[0].Value < FewestOutputs || kernels.Shape[1].Value < FewestChannels) return null;
        if ((kernels.Shape[0].Value > MostOutputsApart || kernels.Shape[1].Value % WholeVectors > 0) && geometry.Strides.Any(s => s > 1)) return null;
        if (node.Output.Shape[0] != gradient.Shape[0] || node.Output.Shape[^1] != kernels.Shape[1]) return null;

        var (parts, waste) = (new AxisParts[axes], 1.0);
        for (var axis = 1; axis <= axes; axis++)
        {
            var start = cut?.Starts[axis] ?? 0;
            if (gradient.Shape[axis] is not { IsConstant: true } places || node.Output.Shape[axis] is not { IsConstant: true } length || !start.IsConstant) return null;
            parts[axis - 1] = new AxisParts(geometry.Strides[axis - 1], geometry.Sizes[axis - 1], (int)places.Value, (int)start.Value, (int)length.Value);
            waste *= (double)parts[axis - 1].Results / places.Value;
        }
        if (waste > MostWaste) return null;
        Dim[] low = [0, .. parts.Select(p => (Dim)p.Low), 0], high = [0, .. parts.Select(p => (Dim)p.High), 0];
        var result = Joined(Ops.Pad(rebuild[gradient], low, high), rebuild[kernels], parts, new int[axes], 0);
        Shape whole = new([result.Shape[0], .. parts.Select(p => (Dim)(p.Stride * p.Results)), kernels.Shape[1]]);
        result = Ops.Reshape(result, whole);
        for (var axis = 1; axis <= axes; axis++) result = Ops.Slice(result, axis, 0, node.Output.Shape[axis]);
        return result;
    }

    private static bool MayPay(WindowGeometry geometry)
    {
        if (geometry.Strides.All(s => s == 1)) return geometry.Sizes.Any(s => s > MostSizes);
        // Windows that do not overlap are added to nothing, and elements in no window are zeros.
        return geometry.Strides.All(s => s <= MostStride) && geometry.Strides.Zip(geometry.Sizes).All(a => a.Second >= a.First) && geometry.Strides.Zip(geometry.Sizes).Any(a => a.Second > a.First);
    }

    /// <summary>The elements of all phases from an axis on, which are chosen along the axes before it: an axis of phases follows each of a stride.</summary>
    private static Value Joined(Value gradient, Value kernels, AxisParts[] parts, int[] phases, int axis)
    {
        if (axis < parts.Length)
        {
            var joined = new List<Value>();
            for (var phase = 0; phase < parts[axis].Stride; phase++)
            {
                phases[axis] = phase;
                joined.Add(Joined(gradient, kernels, parts, phases, axis + 1));
            }
            return joined.Count == 1 ? joined[0] : Ops.Stack(joined, axis + 2);
        }
        var (read, weights) = (gradient, kernels);
        for (var a = 0; a < parts.Length; a++)
        {
            var (part, phase) = (parts[a], phases[a]);
            read = Ops.Slice(read, a + 1, part.First(phase) + part.Low, part.Results + part.Taps(phase) - 1);
            weights = Ops.Slice(weights, a + 2, part.Tap(phase), part.Taps(phase), part.Stride);
        }
        int[] spatial = [.. Enumerable.Range(1, parts.Length)], within = [.. Enumerable.Range(2, parts.Length)];
        var windows = Ops.Windows(read, spatial, [.. spatial.Select(a => parts[a - 1].Taps(phases[a - 1]))]);
        var result = Ops.Dot(windows, Ops.Reverse(weights, within), [.. Enumerable.Range(parts.Length + 1, parts.Length + 1)], [0, .. within]);
        BorderedAxis[] bordered = [.. parts.Select((part, a) => part.Terms(phases[a]))];
        if (!bordered.Zip(parts).Any(axis => axis.First.IsBeside(0) || axis.First.IsBeside(axis.Second.Results - 1))) return result;
        (var first, kernels) = SummedAgainOp.KernelsBehind(kernels);
        return result.Graph.Add(new WithoutBorderOp(new(bordered), first), [result, gradient, kernels]);
    }

    /// <summary>One axis of an image that windows are added to, of which elements from a start on are wanted: every stride-th of them meets the same weights.</summary>
    private readonly record struct AxisParts(int Stride, int Size, int Places, int Start, int Length)
    {
        /// <summary>Elements of a phase.</summary>
        public int Results => (Length + Stride - 1) / Stride;

        /// <summary>Zeros before and after the gradient, for the windows of all phases.</summary>
        public int Low => Math.Max(0, -Phases().Min(First));

        public int High => Math.Max(0, Results + Phases().Max(LastOf) - Places);

        /// <summary>The first weight that elements of a phase meet, and how many they meet, a stride apart.</summary>
        public int Tap(int phase) => (phase + Start) % Stride;

        public int Taps(int phase) => ((Size - Tap(phase) - 1) / Stride) + 1;

        /// <summary>The place whose window meets the first element of a phase with its last weight: the first of those that meet it.</summary>
        public int First(int phase) => ((phase + Start - Tap(phase)) / Stride) - Taps(phase) + 1;

        /// <summary>What windows of a phase meet.</summary>
        public BorderedAxis Terms(int phase) => new(First(phase), Taps(phase), Tap(phase), Stride, Low, Places);

        private int LastOf(int phase) => First(phase) + Taps(phase) - 1;

        private IEnumerable<int> Phases() => Enumerable.Range(0, Stride);
    }
}
