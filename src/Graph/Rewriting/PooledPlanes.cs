using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards maxima, minima and sums of windows are taken where images lie as they come, [N, C, H, W], if they were turned for it and something that reads the results turns them back,
/// multiplies each place by a matrix, or if there are fewer results than elements. To turn images takes longer than to combine a window's elements. Windows that something else reads,
/// as gradients of maxima do, stay.
/// </summary>
internal static class PooledPlanes
{
    // [N, C, H, W] to [N, H, W, C], and where the axes of the former are in the latter.
    private static readonly EquatableArray<int> Turn = [0, 2, 3, 1], Places = [0, 3, 1, 2];

    // Measured: shorter rows, or with vectors emptier than this, take longer to begin and to end than images to turn.
    private const double LeastVectors = 2.5, LeastFill = 0.75;

    /// <param name="program">The program.</param>
    /// <param name="lanes">How many floats a vector holds.</param>
    public static GraphProgram Apply(GraphProgram program, int lanes)
    {
        var readers = new Dictionary<Value, List<Node>>();
        foreach (var node in program.Graph.Nodes)
        {
            foreach (var input in node.Inputs) ReadersOf(input).Add(node);
        }
        foreach (var fetch in program.Fetches) ReadersOf(fetch).Add(fetch.Node);
        var turns = false;
        var result = ProgramRebuild.Run(program, _ => [], (node, rebuild) =>
        {
            if (Pooled(node, rebuild) is not { } pooled) return null;
            turns = true;
            return [pooled];
        });
        return turns ? result : program;

        List<Node> ReadersOf(Value value) => readers.TryGetValue(value, out var list) ? list : readers[value] = [];

        Value? Pooled(Node node, ProgramRebuild rebuild)
        {
            if (node.Op is not ReduceOp { Kind: ReductionKind.Sum or ReductionKind.Maximum or ReductionKind.Minimum } reduction || node.Inputs[0].Node is not { Op: WindowOp { Geometry: var geometry } } windows) return null;
            if (windows.Inputs[0].Rank != 4 || !geometry.Axes.SequenceEqual([1, 2]) || !reduction.Axes.SequenceEqual([4, 5]) || ReadersOf(windows.Output).Count > 1) return null;
            if (node.Output.Shape[2] is not { IsConstant: true, Value: var columns } || columns < LeastVectors * lanes || columns < LeastFill * ((columns + lanes - 1) / lanes * lanes)) return null;
            var images = rebuild[windows.Inputs[0]];
            var border = images.Node.Op is PadOp && ReadersOf(windows.Inputs[0]).Count == 1 ? images.Node : null;
            if (border is not null) images = border.Inputs[0];
            if (images.Node is not { Op: TransposeOp { Permutation: var order } } turned || !order.Equals(Turn)) return null;
            if (geometry.Strides.All(stride => stride == 1) && !IsTurnedBack(node.Output, [])) return null;
            images = turned.Inputs[0];
            if (border is { Op: PadOp pad }) images = images.Graph.Add(new PadOp(Taken(pad.Low), Taken(pad.High), Taken(pad.Interior)), [images, border.Inputs[1]]);
            var planes = Ops.Windows(images, [2, 3], [.. geometry.Sizes], [.. geometry.Strides], [.. geometry.Dilations]);
            return Ops.ToChannelsLast(Reductions.Apply(planes, reduction));
        }

        // By what reads it, or the same element by element.
        bool IsTurnedBack(Value value, HashSet<Value> seen) => seen.Add(value) && ReadersOf(value).Exists(reader => reader.Op switch
        {
            TransposeOp { Permutation: var order } => order.Equals(Places),
            WindowOp { Geometry: var single } => single.Sizes.All(size => size == 1),
            ElementwiseOp => reader.Output.Shape.Equals(value.Shape) && IsTurnedBack(reader.Output, seen),
            _ => false,
        });
    }

    private static EquatableArray<T> Taken<T>(EquatableArray<T> entries)
        where T : IEquatable<T> => new([.. Places.Select(place => entries[place])]);
}
