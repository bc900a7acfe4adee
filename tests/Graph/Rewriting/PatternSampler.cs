using GraphGrad.Operations;
using GraphGrad.Rewriting;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Makes random expressions to which a pattern applies, of inputs of random shapes or all of the one given.</summary>
internal sealed class PatternSampler(Graph graph, DType type, Random random, Shape? shape = null)
{
    private static readonly double[] Numbers = [-2, -0.5, 0.25, 2, 3];

    private readonly Dictionary<Pattern, Value> known = [];
    private readonly RewriteFacts facts = new([]);

    /// <exception cref="GraphException">The random choices do not fit together; try again.</exception>
    public Value Sample(Pattern pattern)
    {
        if (known.TryGetValue(pattern, out var value)) return value;
        value = pattern switch
        {
            ConstantPattern constant => graph.Constant(TensorData.Filled(type, constant.Number)),
            Wildcard wildcard => Admitted(wildcard),
            ReductionPattern reduction => Reduced(Sample(reduction.Operand), reduction.Kind),
            OpPattern op => Apply(op),
            _ => throw new InvalidOperationException($"'{pattern}' needs an example of its own"),
        };
        if (pattern is not ConstantPattern) known[pattern] = value;
        return value;
    }

    private Value Admitted(Wildcard wildcard)
    {
        foreach (var candidate in new Func<Value>[] { () => Placeholder(type), Number, Exponential, ViewOfFunction, () => Placeholder(DType.Int32), () => Placeholder(DType.Bool) })
        {
            var value = candidate();
            if (wildcard.Matches(value, new Match(facts, value))) return value;
        }
        throw new GraphException($"nothing is admitted by '{wildcard}'");
    }

    private Value Exponential() => random.Next(4) switch
    {
        0 => Ops.Exp(Placeholder(type)),
        1 => Ops.Sigmoid(Placeholder(type)),
        2 => Reduced(Ops.Exp(Placeholder(type))),
        _ => Ops.Exp(Placeholder(type)) / Ops.Exp(Placeholder(type)),
    };

    private Value ViewOfFunction()
    {
        var x = Placeholder(type);
        Value[] functions = [Ops.Exp(x), Ops.Sigmoid(x), x / x];
        var function = functions[random.Next(3)];
        return random.Next(2) == 0 ? Ops.ExpandDims(function, 0) : Ops.Transpose(Ops.BroadcastTo(function, [3, .. x.Shape]));
    }

    private Value Number()
    {
        var number = graph.Constant(TensorData.Filled(type, Numbers[random.Next(Numbers.Length)]));
        return random.Next(3) == 0 && shape is null ? Ops.BroadcastTo(number, [2, 3]) : number;
    }

    private Value Placeholder(DType dtype)
    {
        Shape[] shapes = [[], [3], [2, 3], [2, 1], [1, 3]];
        return graph.Placeholder("x", shape ?? shapes[random.Next(shapes.Length)], dtype);
    }

    private Value Reduced(Value x, ReductionKind kind = ReductionKind.Sum)
    {
        if (x.Rank == 0) throw new GraphException("nothing to reduce");
        var axis = random.Next(x.Rank);
        var reduced = graph.Add(new ReduceOp(kind, [axis]), [x]);
        return random.Next(2) == 0 ? Ops.ExpandDims(reduced, axis) : reduced;
    }

    private Value Apply(OpPattern pattern)
    {
        // A constant condition is bool whatever the branches are.
        var inputs = pattern.Inputs.Select((input, index) =>
            index == 0 && input is ConstantPattern c && (pattern.OpType == typeof(SelectOp) || pattern.OpType == typeof(CondOp))
                ? graph.Constant(TensorData.Filled(DType.Bool, c.Number))
                : Sample(input)).ToArray();
        if (pattern.BothOrders && random.Next(2) == 0) Array.Reverse(inputs);
        return graph.Add(OpOf(pattern.OpType, inputs[0]), inputs);
    }

    private Op OpOf(Type opType, Value x)
    {
        if (opType == typeof(BroadcastOp)) return new BroadcastOp(random.Next(3) == 0 ? x.Shape : [4, .. x.Shape]);
        if (opType == typeof(ReshapeOp)) return new ReshapeOp(random.Next(3) switch { 0 => x.Shape, 1 => [x.Shape.ElementCount], _ => [1, .. x.Shape] });
        if (opType == typeof(CastOp)) return new CastOp(random.Next(2) == 0 ? DType.Float64 : DType.Float32);
        if (opType == typeof(ReduceOp))
            return new ReduceOp((ReductionKind)random.Next(4), [.. Enumerable.Range(0, x.Rank).Where(_ => random.Next(2) == 0)]);
        if (opType == typeof(TransposeOp))
        {
            var order = Enumerable.Range(0, x.Rank).ToArray();
            if (random.Next(3) > 0) random.Shuffle(order);
            return new TransposeOp([.. order]);
        }
        if (opType == typeof(SliceOp))
        {
            var whole = random.Next(2) == 0;
            var starts = x.Shape.Select(d => (Dim)(whole ? 0 : random.Next((int)d.Value))).ToArray();
            return new SliceOp([.. starts], [.. x.Shape.Select((d, axis) => d - starts[axis])], [.. x.Shape.Select(_ => 1)]);
        }
        return (Op)Activator.CreateInstance(opType)!;
    }
}
