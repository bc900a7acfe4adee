using GraphGrad.Operations;
using GraphGrad.Rewriting;
using GraphGrad.Tests.Exact;
using GraphGrad.Tests.Hazards;

namespace GraphGrad.Tests.Rewriting;

/// <summary>A value of a graph, in exact numbers: each element of it with its derivative in one direction.</summary>
internal sealed class ExactGraph
{
    private static readonly Dictionary<string, Func<Dual, Dual>> Unary = new()
    {
        ["negate"] = x => -x, ["sech"] = x => 1 / Dual.Cosh(x), ["sign"] = x => x.Value.Sign, ["is_finite"] = _ => 1, ["is_nan"] = _ => 0, ["not"] = x => x.Value.IsZero ? 1 : 0,
        ["gelu"] = x => x * Dual.Erfc(-x / Dual.Sqrt(2)) / 2, ["cast"] = x => x, ["stop_gradient"] = x => new(x.Value, Real.Zero),
    };

    private static readonly Dictionary<string, Func<Dual, Dual, Dual>> Binary = new()
    {
        ["add"] = (x, y) => x + y, ["subtract"] = (x, y) => x - y, ["multiply"] = (x, y) => x * y, ["divide"] = (x, y) => x / y, ["pow"] = Dual.Pow,
        ["maximum"] = Dual.Max, ["minimum"] = Dual.Min, ["hypot"] = (x, y) => Dual.Sqrt((x * x) + (y * y)),
        ["greater"] = (x, y) => x.Value > y.Value ? 1 : 0, ["less"] = (x, y) => x.Value < y.Value ? 1 : 0,
        ["greater_or_equal"] = (x, y) => x.Value < y.Value ? 0 : 1, ["less_or_equal"] = (x, y) => x.Value > y.Value ? 0 : 1,
        ["equal"] = (x, y) => (x.Value - y.Value).Sign == 0 ? 1 : 0, ["not_equal"] = (x, y) => (x.Value - y.Value).Sign == 0 ? 0 : 1,
        ["and"] = (x, y) => x.Value.IsZero || y.Value.IsZero ? 0 : 1, ["or"] = (x, y) => x.Value.IsZero && y.Value.IsZero ? 0 : 1,
    };

    private static readonly Dictionary<ReductionKind, Func<Dual, Dual, Dual>> Combined = new()
    {
        [ReductionKind.Sum] = (x, y) => x + y, [ReductionKind.Product] = (x, y) => x * y, [ReductionKind.Maximum] = Dual.Max, [ReductionKind.Minimum] = Dual.Min,
    };

    private readonly Value result;
    private readonly (Value Value, Func<Dual[][], Dual[]> Compute)[] steps;

    /// <exception cref="NotSupportedException">An op between has no exact counterpart.</exception>
    public ExactGraph(Value result)
    {
        this.result = result;
        var slice = GraphSlice.Of([result.Node]);
        steps = [.. slice.Where(n => n.Op is not PlaceholderOp).Select(n => (n.Output, StepOf(n)))];
        Placeholders = [.. slice.Where(n => n.Op is PlaceholderOp).Select(n => n.Output)];
        IsElementwise = slice.All(n => n.Op is ElementwiseOp or PlaceholderOp || n.Op.Name is "stop_gradient" || (n.Op is ConstantOp { Data: var data } && data.Count == 1));
    }

    public Value[] Placeholders { get; }

    /// <summary>Whether each element depends on the same elements of the placeholders alone.</summary>
    public bool IsElementwise { get; }

    /// <summary>The elements of the value for those of the placeholders, which may be fewer than their shapes say if all is elementwise.</summary>
    /// <exception cref="ArithmeticException">A function is called outside its domain.</exception>
    /// <exception cref="PrecisionException">The precision does not decide it.</exception>
    public Dual[] Evaluate(Dual[][] inputs)
    {
        var known = new Dictionary<Value, Dual[]>();
        for (var i = 0; i < inputs.Length; i++) known.Add(Placeholders[i], inputs[i]);
        foreach (var (value, compute) in steps) known.Add(value, compute([.. value.Node.Inputs.Select(i => known[i])]));
        return known[result];
    }

    private static Func<Dual[][], Dual[]> StepOf(Node node)
    {
        if (!GraphSlice.Of([node]).Any(n => n.Op is PlaceholderOp))
        {
            var data = AsWritten.Run(node.Output);
            return _ => [.. Enumerable.Range(0, data.Count).Select(i => (Dual)data.At(i))];
        }
        if (node.Op is ReduceOp reduce) return Reduced(reduce, Extents(node.Inputs[0]));
        if (node.Op is CumulateOp cumulate) return Cumulated(cumulate, Extents(node.Inputs[0]));
        if (node.Op is DotOp dot) return Multiplied(node, dot);
        if (node.Op is BroadcastOp or ReshapeOp or TransposeOp or SliceOp)
        {
            var source = SourceOf(node);
            return x => [.. source.Select(i => x[0][i])];
        }
        if (node.Op is ConcatenateOp)
        {
            var joined = SourceOfJoined(node);
            return x => [.. joined.Select(i => x.SelectMany(part => part).ElementAt(i))];
        }
        var function = FunctionOf(node.Op);
        int[][] sources = [.. node.Inputs.Select(i => i.Shape.Equals(node.Output.Shape) || i.Rank == 0 ? [] : SourceOf(i, node.Output))];
        return x => [.. Enumerable.Range(0, x.Max(i => i.Length) is var most && sources.All(s => s.Length == 0) ? most : Count(node.Output))
            .Select(e => function([.. x.Select((input, i) => input[sources[i].Length > 0 ? sources[i][e] : e % input.Length])]))];
    }

    private static Func<Dual[], Dual> FunctionOf(Op op)
    {
        if (op is SelectOp) return x => x[0].Value.IsZero ? x[2] : x[1];
        if (Unary.TryGetValue(op.Name, out var unary)) return x => unary(x[0]);
        if (Formula.Unary.TryGetValue(op.Name, out var known)) return x => known.Exact(x[0]);
        if (Binary.TryGetValue(op.Name, out var binary)) return x => binary(x[0], x[1]);
        throw new NotSupportedException($"'{op.Name}' has no exact counterpart");
    }

    private static Func<Dual[][], Dual[]> Reduced(ReduceOp reduce, int[] extents)
    {
        var kept = Enumerable.Range(0, extents.Length).Where(axis => !reduce.Axes.Contains(axis)).ToArray();
        return x =>
        {
            var results = new Dual?[kept.Aggregate(1, (count, axis) => count * extents[axis])];
            for (var e = 0; e < x[0].Length; e++)
            {
                var place = 0;
                foreach (var axis in kept) place = (place * extents[axis]) + (e / extents[(axis + 1)..].Aggregate(1, (a, b) => a * b) % extents[axis]);
                results[place] = results[place] is { } before ? Combined[reduce.Kind](before, x[0][e]) : x[0][e];
            }
            return [.. results.Select(r => r!.Value)];
        };
    }

    private static Func<Dual[][], Dual[]> Cumulated(CumulateOp cumulate, int[] extents)
    {
        var (combined, inner) = (Combined[cumulate.Kind == CumulationKind.Sum ? ReductionKind.Sum : ReductionKind.Product], extents[(cumulate.Axis + 1)..].Aggregate(1, (a, b) => a * b));
        return x =>
        {
            var (all, order) = (x[0].ToArray(), Enumerable.Range(0, x[0].Length));
            foreach (var e in cumulate.IsReversed ? order.Reverse() : order)
            {
                var place = e / inner % extents[cumulate.Axis];
                if (cumulate.IsReversed ? place < extents[cumulate.Axis] - 1 : place > 0) all[e] = combined(all[cumulate.IsReversed ? e + inner : e - inner], all[e]);
            }
            return all;
        };
    }

    private static Func<Dual[][], Dual[]> Multiplied(Node node, DotOp dot)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", node.Inputs[0].Shape, DType.Float64), graph.Placeholder("y", node.Inputs[1].Shape, DType.Float64));
        var (left, right) = SmallProducts.Aligned(dot, x, y);
        Shape products = [.. node.Output.Shape, .. dot.LeftContract.Select(axis => node.Inputs[0].Shape[axis])];
        var (first, second) = (AsWritten.Run(Ops.BroadcastTo(left, products), (x, Numbers(node.Inputs[0]))), AsWritten.Run(Ops.BroadcastTo(right, products), (y, Numbers(node.Inputs[1]))));
        var terms = first.Count / Count(node.Output);
        return inputs => [.. Enumerable.Range(0, first.Count).Chunk(terms).Select(chunk => chunk.Select(k => inputs[0][(int)first.At(k)] * inputs[1][(int)second.At(k)]).Aggregate((a, b) => a + b))];
    }

    /// <summary>Which element of its input each element of a view is: what the op makes of their numbers.</summary>
    private static int[] SourceOf(Node view)
    {
        var numbers = new Graph().Placeholder("x", view.Inputs[0].Shape, DType.Float64);
        var moved = AsWritten.Run(numbers.Graph.Add(view.Op, [numbers]), (numbers, Numbers(view.Inputs[0])));
        return [.. Enumerable.Range(0, moved.Count).Select(i => (int)moved.At(i))];
    }

    /// <summary>Which element of all its inputs, one after the other, each element of a concatenation is.</summary>
    private static int[] SourceOfJoined(Node node)
    {
        var (graph, feeds, first) = (new Graph(), new List<(Value, TensorData)>(), 0);
        foreach (var input in node.Inputs)
        {
            var start = first;
            feeds.Add((graph.Placeholder("x", input.Shape, DType.Float64), new(Enumerable.Range(start, Count(input)).Select(i => (double)i).ToArray(), Extents(input))));
            first += Count(input);
        }
        var moved = AsWritten.Run(graph.Add(node.Op, [.. feeds.Select(f => f.Item1)]), [.. feeds]);
        return [.. Enumerable.Range(0, moved.Count).Select(i => (int)moved.At(i))];
    }

    private static int[] SourceOf(Value input, Value output)
    {
        var numbers = new Graph().Placeholder("x", input.Shape, DType.Float64);
        var moved = AsWritten.Run(Ops.BroadcastTo(numbers, output.Shape), (numbers, Numbers(input)));
        return [.. Enumerable.Range(0, moved.Count).Select(i => (int)moved.At(i))];
    }

    private static TensorData Numbers(Value value) => new(Enumerable.Range(0, Count(value)).Select(i => (double)i).ToArray(), Extents(value));

    private static int Count(Value value) => Extents(value).Aggregate(1, (a, b) => a * b);

    private static int[] Extents(Value value) => [.. value.Shape.Select(d => (int)d.Value)];
}
