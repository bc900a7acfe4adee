using GraphGrad.Compilation.Lowering;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Decides which values get a buffer. After it every other value is computed inside the expressions of its readers:
/// elementwise chains, views and index maps vanish into kernels.
/// </summary>
internal static class Materialization
{
    // A value read more than once is stored from this many instructions on: storing and loading costs about as much.
    private const int StoreFromCost = 8;

    // What is computed again for every repetition of a broadcast is stored earlier.
    private const int StoreRepeatedFromCost = 4;

    // Repeated along a row it is computed once a row.
    private const int StoreRowFromCost = 40;
    private const int ShortestRow = 64;

    // A tensor that lies across the axis of vectors is read element by element. Repeated so often, it is worth transposing once.
    private const int TurnFromRepetitions = 8;

    // Lanes that gather elements of an expression gather from everything that it loads. It is stored first if it has at most so many times the elements gathered.
    private const int StorePickedUpTo = 4;

    // Windows that repeat an element so often would check as often whether it lies beyond the border, so the padded tensor is stored.
    private const double StoreBorderFromRepetitions = 2;

    // Winograd's products need channels that are neighbours, and direct ones pack them faster. Turning takes about a cycle an element, so each must meet enough weights.
    private const double TurnImagesFromRepetitions = 2, TurnFromProducts = 128;
    private const int TurnFromChannels = 16;

    // Longer chains are cut: the JIT compiles huge methods badly.
    private const int LongestChain = 400;

    /// <param name="nodes">The program, inputs before users.</param>
    /// <param name="outputs">Values that outlive the program: fetched or assigned.</param>
    /// <param name="folded">What is computed as the fold that reads it: products, and what merges their axes.</param>
    public static HashSet<Value> Choose(IReadOnlyList<Node> nodes, IEnumerable<Value> outputs, HashSet<Node> folded)
    {
        var choice = new Choice(folded);
        foreach (var output in outputs) choice.Store(output);
        foreach (var node in nodes) choice.StoreByKind(node);
        // What an input costs depends on whether it is stored, which is known only when all kinds have been looked at.
        foreach (var node in nodes) choice.StoreByCost(node);
        return choice.Stored;
    }

    /// <summary>What is stored so far, and what the rest would cost where it is read.</summary>
    private sealed class Choice(HashSet<Node> folded)
    {
        private readonly Dictionary<Value, int> readers = [], costs = [], lengths = [];

        public HashSet<Value> Stored { get; } = [];

        public void Store(Value value)
        {
            // Sources have buffers already, and an alias shares the buffer of what it renames.
            var kind = value.Node.Op.KindAt(value.Node);
            if (kind == OpKind.Alias) Store(value.Node.Inputs[0]);
            else if (kind != OpKind.Source) Stored.Add(value);
        }

        /// <summary>Stores what a node makes, or reads, because no kernel computes it elsewhere.</summary>
        public void StoreByKind(Node node)
        {
            foreach (var input in node.Inputs.Distinct()) readers[input] = readers.GetValueOrDefault(input) + 1;
            switch (node.Op.KindAt(node))
            {
                case OpKind.Reduction or OpKind.Scatter:
                    Stored.Add(node.Output);
                    break;
                case OpKind.Contraction:
                    if (!folded.Contains(node)) Stored.Add(node.Output);
                    foreach (var input in node.Inputs) Store(BehindViews(input));
                    // The other operand of a product of windows is read for many windows, so it is transposed once to lie as they do.
                    if (folded.Contains(node) || node.Inputs.Any(IsOfWindows)) Stored.UnionWith(node.Inputs.Where(i => !IsOfWindows(i)).Select(Turned).OfType<Value>());
                    Stored.UnionWith(node.Inputs.Select(i => TurnedImages(node, i)).OfType<Value>());
                    break;
                case OpKind.Routine:
                    Stored.UnionWith(node.Outputs);
                    foreach (var input in node.Op is RoutineOp { BeginsAsFirstInput: true } ? node.Inputs.Skip(1) : node.Inputs) Store(input);
                    break;
                case OpKind.Alias:
                    if (!folded.Contains(node)) Store(node.Inputs[0]);
                    break;
                case OpKind.Branch:
                    foreach (var input in node.Inputs) Store(input);
                    break;
            }
        }

        /// <summary>Stores what would be computed too often, or in too long an expression.</summary>
        public void StoreByCost(Node node)
        {
            if (node.Outputs.Count == 0 || node.Op.KindAt(node) is OpKind.Source or OpKind.Alias or OpKind.Routine) return;
            StoreRepeated(node);
            var value = node.Output;
            // Of parts of one tensor one element is computed.
            var cost = node.Op.Cost + (PartsOfTensor.Of(value) is { } parts ? CostOf(parts.Source) : node.Inputs.Sum(CostOf));
            var length = node.Op.CodeLength + node.Inputs.Sum(LengthOf);
            var isView = node.Op.KindAt(node) == OpKind.View;
            if (!isView && ((readers.GetValueOrDefault(value) > 1 && cost >= StoreFromCost) || length > LongestChain)) Stored.Add(value);
            (costs[value], lengths[value]) = (cost, length);
        }

        private void StoreRepeated(Node node)
        {
            var shape = node.Output.Shape;
            foreach (var input in node.Inputs)
            {
                // Repetition (a broadcast, a window, a lookup) multiplies the cost of what it repeats.
                if (CostOf(input) >= (IsOfRows(input.Shape, shape) ? StoreRowFromCost : StoreRepeatedFromCost) && !input.Shape.ElementCount.Equals(shape.ElementCount) && Repeats(node, input) && !IsBordered(node, input))
                    Store(BehindViews(input));
                if (node.Op is WindowOp { Geometry.Repetitions: >= StoreBorderFromRepetitions } && BehindViews(input).Node.Op is PadOp) Store(BehindViews(input));
                if (node.Op is ElementwiseOp && RepeatsOften(input.Shape, shape) && Turned(input) is { } turned) Stored.Add(turned);
            }
            if (node.Op is GatherOp gather && gather.Axis == node.Inputs[0].Rank - 1 && CostOf(node.Inputs[0]) >= StoreRepeatedFromCost && IsWithin(node.Inputs[0].Shape, shape, StorePickedUpTo))
                Store(BehindViews(node.Inputs[0]));
            // A scatter adds element by element; what it adds is computed in vectors before.
            if (node.Op is ScatterAddOp scatter && scatter.Axis + node.Inputs[1].Rank == node.Inputs[2].Rank)
            {
                foreach (var input in node.Inputs.Skip(1).Where(i => CostOf(i) >= StoreFromCost)) Store(BehindViews(input));
            }
        }

        /// <summary>
        /// Whether a node puts a border around what nothing else reads: each element is computed once, and those of the border for nothing, which is less work than
        /// storing the whole and copying it. Lanes that gather would gather from all that an expression loads.
        /// </summary>
        private bool IsBordered(Node node, Value input) =>
            node.Op is PadOp { Interior: var interior } && interior.All(n => n == 0) && ReferenceEquals(node.Inputs[0], input) && readers[input] == 1 && readers[BehindViews(input)] == 1
            && Turned(input) is null && Growth(input.Shape, node.Output.Shape) is { } growth && (growth - 1) * CostOf(input) < StoreRepeatedFromCost;

        private int CostOf(Value value) => Stored.Contains(value) ? 0 : costs.GetValueOrDefault(value);

        private int LengthOf(Value value) => Stored.Contains(value) ? 0 : lengths.GetValueOrDefault(value);
    }

    /// <summary>Whether a shape differs from another only in that its last axis is to be repeated often.</summary>
    private static bool IsOfRows(Shape rows, Shape full) =>
        rows.Rank == full.Rank && rows.Rank > 0 && rows[^1].IsOne && !(full[^1].IsConstant && full[^1].Value < ShortestRow)
        && Enumerable.Range(0, rows.Rank - 1).All(axis => rows[axis] == full[axis]);

    private static bool Repeats(Node node, Value input) =>
        node.Op.KindAt(node) switch
        {
            OpKind.Reduction or OpKind.Contraction or OpKind.Alias => false,
            // A slice or a reduction shrinks; what shrinks does not repeat.
            _ => !(node.Output.Shape.IsStatic && input.Shape.IsStatic) || node.Output.Shape.ElementCount.Value > input.Shape.ElementCount.Value,
        };

    private static bool IsWithin(Shape shape, Shape other, int times) => shape.IsStatic && other.IsStatic && shape.ElementCount.Value <= times * other.ElementCount.Value;

    /// <summary>How many times the elements of a shape another has whose extents differ where both are known; null where one is not.</summary>
    private static double? Growth(Shape from, Shape to)
    {
        var growth = 1.0;
        for (var axis = 0; axis < from.Rank; axis++)
        {
            if (from[axis] == to[axis]) continue;
            if (!from[axis].IsConstant || !to[axis].IsConstant || from[axis].Value == 0) return null;
            growth *= (double)to[axis].Value / from[axis].Value;
        }
        return growth;
    }

    private static bool RepeatsOften(Shape input, Shape output) =>
        input.IsStatic && (!output.IsStatic || output.ElementCount.Value >= TurnFromRepetitions * input.ElementCount.Value);

    /// <summary>The transposition among the views of a value that puts another axis last; null if there is none.</summary>
    private static Value? Turned(Value value)
    {
        for (; value.Node.Op is ReshapeOp or TransposeOp; value = value.Node.Inputs[0])
        {
            if (value.Node.Op is not TransposeOp { Permutation: var permutation }) continue;
            var from = value.Node.Inputs[0].Shape;
            var last = Enumerable.Range(0, from.Rank).LastOrDefault(axis => !from[axis].IsOne);
            if (permutation.LastOrDefault(axis => !from[axis].IsOne) != last) return value;
        }
        return null;
    }

    private static bool IsOfWindows(Value value) => WindowsOf(value) is not null;

    private static Node? WindowsOf(Value value)
    {
        while (value.Node.Op.KindAt(value.Node) == OpKind.View && value.Node.Op is not WindowOp) value = value.Node.Inputs[0];
        return value.Node.Op is WindowOp ? value.Node : null;
    }

    /// <summary>The transposition under windows that makes channels neighbours, if the product gains by its being stored; null otherwise.</summary>
    private static Value? TurnedImages(Node product, Value windows)
    {
        if (product.Op is not DotOp { LeftBatch.Count: 0 } dot || WindowsOf(windows) is not { Op: WindowOp { Geometry: { Repetitions: >= TurnImagesFromRepetitions } geometry } } node) return null;
        // Windows slide beside channels, which come last.
        if (geometry.Axes.Contains(node.Inputs[0].Rank - 1) || Turned(node.Inputs[0]) is not { } turned) return null;
        var channels = node.Inputs[0].Shape[^1];
        if (!channels.IsConstant || channels.Value < TurnFromChannels) return null;
        var (terms, kernels) = windows == product.Inputs[0]
            ? (Extent(windows.Shape, dot.LeftContract), Extent(product.Inputs[1].Shape, dot.RightFree(product.Inputs[1].Rank)))
            : (Extent(windows.Shape, dot.RightContract), Extent(product.Inputs[0].Shape, dot.LeftFree(product.Inputs[0].Rank)));
        // Sums over places, gradients of weights, gain whatever there is to multiply.
        if (!terms.Equals(channels * geometry.Sizes.Aggregate(1L, (places, size) => places * size))) return turned;
        return kernels.IsConstant && kernels.Value * geometry.Repetitions >= TurnFromProducts ? turned : null;
    }

    private static Dim Extent(Shape shape, IEnumerable<int> axes) => axes.Aggregate((Dim)1, (extent, axis) => extent * shape[axis]);

    /// <summary>The value that a chain of views reads.</summary>
    public static Value BehindViews(Value value)
    {
        while (value.Node.Op.KindAt(value.Node) == OpKind.View) value = value.Node.Inputs[0];
        return value;
    }

    /// <summary>The value whose buffer a chain of aliases shares.</summary>
    public static Value BehindAliases(Value value)
    {
        while (value.Node.Op.KindAt(value.Node) == OpKind.Alias) value = value.Node.Inputs[0];
        return value;
    }
}
