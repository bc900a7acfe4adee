using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A program of elementwise ops, views and reductions, evaluated op by op in double-double arithmetic: where float64 loses the digits, too. Beside each number runs
/// a bound of its error (Wilkinson's running error analysis), so that what rounding leaves of an exact zero is zero (<see cref="RoundingErrors"/>).
/// </summary>
internal sealed class DoubleDoubleProgram
{
    // What is so small beside the operands of a sum is what rounding leaves of zero.
    private const double Rest = 1.0 / (1L << 48) / (1L << 48);

    // Elements that are computed together where each is computed from its own place alone.
    private const int Block = 256;

    private readonly Value[] leaves;
    private readonly Step[] steps;
    private readonly int[] lastUses;

    private DoubleDoubleProgram(Value[] leaves, Step[] steps)
    {
        (this.leaves, this.steps) = (leaves, steps);
        lastUses = new int[leaves.Length + steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            foreach (var input in steps[i].Inputs) lastUses[input] = i;
        }
        lastUses[^1] = steps.Length;
        var shape = steps[^1].Shape;
        IsPointwise = leaves.Select(l => l.Shape).Concat(steps.Select(s => s.Shape)).All(s => IsSingle(s) || s.Equals(shape)) && Array.TrueForAll(steps, s => s is not Reduction && (s is not Moved || s.Inputs.Length == 1));
    }

    /// <summary>What becomes of the values of a program.</summary>
    public enum Mode
    {
        /// <summary>What rounding leaves of an exact zero is zero.</summary>
        Settled,

        /// <summary>It stays, but for what is below 2^-96 of the terms of a sum.</summary>
        WithRests,

        /// <summary>Each value is rounded to a double, which shows what float64 makes of the program.</summary>
        InFloat64,
    }

    /// <summary>How many ops there are.</summary>
    public int Count => steps.Length;

    /// <summary>Whether each element of the result is computed from the elements at its own place.</summary>
    public bool IsPointwise { get; }

    /// <summary>The program; null if there is an op in it that is not written for this arithmetic.</summary>
    /// <param name="leaves">What is given.</param>
    /// <param name="values">What is computed, each after what it reads, the result last; constants among them.</param>
    public static DoubleDoubleProgram? Of(IReadOnlyList<Value> leaves, IReadOnlyList<Value> values)
    {
        var places = new Dictionary<Value, int>();
        foreach (var leaf in leaves) places.Add(leaf, places.Count);
        var steps = new List<Step>();
        var graph = new Graph();
        using var origin = graph.WithOrigin(values[^1].Node.Origin);
        foreach (var value in values)
        {
            if (StepOf(value, graph) is not { } step) return null;
            step.Inputs = [.. value.Node.Inputs.Select(i => places[i])];
            places.Add(value, places.Count);
            steps.Add(step);
        }
        return new DoubleDoubleProgram([.. leaves], [.. steps]);
    }

    /// <summary>The result.</summary>
    /// <param name="data">The elements of the leaves.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="mode">What becomes of each value.</param>
    public DoubleDouble[] Run(DoubleDouble[][] data, Func<string, long> binding, Mode mode = Mode.Settled)
    {
        var extents = Extents(steps[^1].Shape, binding);
        var count = extents.AsSpan().Product();
        if (!IsPointwise || count <= Block) return Run(data, step => Extents(step, binding), binding, mode);
        return RunAt([.. Enumerable.Range(0, count)], data, binding, mode);
    }

    /// <summary>The result at some places only, of a pointwise program.</summary>
    public DoubleDouble[] RunAt(int[] places, DoubleDouble[][] data, Func<string, long> binding, Mode mode = Mode.Settled)
    {
        var result = new DoubleDouble[places.Length];
        for (var start = 0; start < places.Length; start += Block)
        {
            var part = places[start..Math.Min(places.Length, start + Block)];
            DoubleDouble[][] leavesOfPart = [.. data.Select((x, leaf) => IsSingle(leaves[leaf].Shape) ? x : Array.ConvertAll(part, place => x[place]))];
            Run(leavesOfPart, shape => IsSingle(shape) ? [] : [part.Length], binding, mode).CopyTo(result, start);
        }
        return result;
    }

    /// <summary>All that is computed, value by value.</summary>
    /// <param name="data">The elements of the leaves.</param>
    /// <param name="binding">The values of symbols.</param>
    public DoubleDouble[][] RunAll(DoubleDouble[][] data, Func<string, long> binding)
    {
        var values = Evaluate(data, shape => Extents(shape, binding), binding, Mode.Settled, keeps: true);
        return [.. steps.Select((step, i) => Spread(values[leaves.Length + i], Extents(step.Shape, binding)))];
    }

    private DoubleDouble[] Run(DoubleDouble[][] data, Func<Shape, int[]> extentsOf, Func<string, long> binding, Mode mode)
    {
        return Spread(Evaluate(data, extentsOf, binding, mode, keeps: false)[^1], extentsOf(steps[^1].Shape));
    }

    private Numbers[] Evaluate(DoubleDouble[][] data, Func<Shape, int[]> extentsOf, Func<string, long> binding, Mode mode, bool keeps)
    {
        var values = new Numbers[leaves.Length + steps.Length];
        for (var i = 0; i < leaves.Length; i++) values[i] = new Numbers(data[i], null, extentsOf(leaves[i].Shape));
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            var inputs = Array.ConvertAll(step.Inputs, place => values[place]);
            // What is repeated is read by the index of the one that there is.
            var own = extentsOf(step.Shape);
            values[leaves.Length + i] = IsPointwise && step is Moved ? inputs[0] : step.Evaluate(inputs, own, binding);
            if (mode == Mode.InFloat64) values[leaves.Length + i] = values[leaves.Length + i].Rounded();
            else if (mode == Mode.WithRests) values[leaves.Length + i] = values[leaves.Length + i] with { Errors = null };
            foreach (var input in step.Inputs)
            {
                if (!keeps && lastUses[input] == i) values[input] = default;
            }
        }
        return values;
    }

    private static bool IsSingle(Shape shape) => shape.All(d => d.IsOne);

    /// <summary>An only element wherever there should be more.</summary>
    private static DoubleDouble[] Spread(Numbers from, int[] to) =>
        from.Extents.AsSpan().SequenceEqual(to) || from.Elements.Length == to.AsSpan().Product() ? from.Elements : [.. Enumerable.Repeat(from.Elements[0], to.AsSpan().Product())];

    private static int[] Extents(Shape shape, Func<string, long> binding) => [.. shape.Select(d => (int)d.Evaluate(binding))];

    /// <summary>Whether an op is written for this arithmetic.</summary>
    public static bool Knows(Node node) => node.Outputs.Count == 1 && StepOf(node.Output, new Graph()) is not null;

    private static Step? StepOf(Value value, Graph graph) => value.Node.Op switch
    {
        ConstantOp constant => new Known(value.Shape, [.. Enumerable.Range(0, constant.Data.Count).Select(i => ExactNumbers.Of(constant.Written ?? constant.Data.At(i)))]),
        ElementwiseOp op => op.Precise(Ones(value.Node.Inputs.Count)) is null ? null : new Elementwise(value.Shape, op),
        ReduceOp op => new Reduction(value.Shape, op),
        BroadcastOp or ReshapeOp or TransposeOp or SliceOp or PadOp or ConcatenateOp or SizeOp or IotaOp =>
            new Moved(value.Shape, graph.Add(value.Node.Op, [.. value.Node.Inputs.Select(i => graph.Placeholder("part", i.Shape, DType.Float64))]).Node),
        _ => null,
    };

    private static DoubleDouble[] Ones(int count) => [.. Enumerable.Repeat(DoubleDouble.One, count)];

    /// <summary>A value's elements, bounds of their errors, null if they have none, and extents.</summary>
    private readonly record struct Numbers(DoubleDouble[] Elements, double[]? Errors, int[] Extents)
    {
        public Numbers Rounded() => this with { Errors = null, Elements = Array.ConvertAll(Elements, x => (DoubleDouble)x.High) };
    }

    private abstract class Step(Shape shape)
    {
        public Shape Shape { get; } = shape;

        public int[] Inputs { get; set; } = [];

        public abstract Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding);
    }

    private sealed class Known(Shape shape, DoubleDouble[] numbers) : Step(shape)
    {
        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding) => new([.. numbers], null, extents);
    }

    private sealed class Elementwise(Shape shape, ElementwiseOp op) : Step(shape)
    {
        private static readonly int[] FirstZeros = new int[Block];

        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var result = new DoubleDouble[extents.AsSpan().Product()];
            var places = Array.ConvertAll(inputs, input => Places(input.Extents, extents));
            var (operands, errors, own) = (new DoubleDouble[inputs.Length], new double[inputs.Length], new double[result.Length]);
            var isSum = op is AddOp or SubtractOp;
            for (var e = 0; e < result.Length; e++)
            {
                for (var i = 0; i < operands.Length; i++)
                {
                    var from = places[i] is { } place ? place[e] : e;
                    (operands[i], errors[i]) = (inputs[i].Elements[from], inputs[i].Errors?[from] ?? 0);
                }
                result[e] = op.Precise(operands)!.Value;
                own[e] = RoundingErrors.Of(op, operands, errors, result[e]);
                if (isSum && Math.Abs(result[e].High) < Math.Max(own[e], Rest * Math.Abs(operands[0].High))) result[e] = 0;
            }
            return new Numbers(result, own, extents);
        }

        private static int[] Zeros(int count) => count <= Block ? FirstZeros : new int[count];

        /// <summary>Where the element of an operand lies that meets each element of the result; null if at the same place.</summary>
        private static int[]? Places(int[] from, int[] to)
        {
            if (from.AsSpan().SequenceEqual(to)) return null;
            if (from.AsSpan().Product() == 1) return Zeros(to.AsSpan().Product());
            var result = new int[to.AsSpan().Product()];
            for (var e = 0; e < result.Length; e++)
            {
                var (rest, place, stride) = (e, 0, 1);
                for (var axis = to.Length - 1; axis >= 0; axis--)
                {
                    var index = rest % to[axis];
                    rest /= to[axis];
                    var own = axis - to.Length + from.Length;
                    if (own < 0) break;
                    if (from[own] > 1) place += index * stride;
                    stride *= from[own];
                }
                result[e] = place;
            }
            return result;
        }
    }

    private sealed class Reduction(Shape shape, ReduceOp op) : Step(shape)
    {
        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var (elements, known, from) = inputs[0];
            var result = new DoubleDouble[extents.AsSpan().Product()];
            var (sizes, errors) = (new double[result.Length], new double[result.Length]);
            Array.Fill(result, op.Kind.Identity());
            for (var e = 0; e < elements.Length; e++)
            {
                var (rest, place, stride) = (e, 0, 1);
                for (var axis = from.Length - 1; axis >= 0; axis--)
                {
                    var index = rest % from[axis];
                    rest /= from[axis];
                    if (op.Axes.Contains(axis)) continue;
                    place += index * stride;
                    stride *= from[axis];
                }
                sizes[place] += Math.Abs(elements[e].High);
                var (before, error) = (result[place], known?[e] ?? 0);
                result[place] = Combined(before, elements[e]);
                errors[place] = op.Kind switch
                {
                    ReductionKind.Sum => errors[place] + error + RoundingErrors.OfSum(before, elements[e]),
                    ReductionKind.Product => RoundingErrors.OfProduct(before, errors[place], elements[e], error),
                    _ => Math.Max(errors[place], error),
                };
            }
            if (op.Kind == ReductionKind.Sum)
            {
                for (var i = 0; i < result.Length; i++)
                {
                    if (Math.Abs(result[i].High) < Math.Max(errors[i], Rest * sizes[i])) result[i] = 0;
                }
            }
            return new Numbers(result, errors, extents);
        }

        private DoubleDouble Combined(DoubleDouble x, DoubleDouble y) => op.Kind switch
        {
            ReductionKind.Sum => x + y,
            ReductionKind.Product => x * y,
            ReductionKind.Maximum => double.IsNaN(x.High) || x > y ? x : y,
            _ => double.IsNaN(x.High) || x < y ? x : y,
        };
    }

    /// <summary>Both parts of each element, and the bound of its error, go the same way.</summary>
    private sealed class Moved(Shape shape, Node node) : Step(shape)
    {
        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var high = Part(x => Array.ConvertAll(x.Elements, e => e.High));
            if (inputs.Length == 0) return new Numbers([.. high.Select(x => (DoubleDouble)x)], null, extents);
            var low = Part(x => Array.ConvertAll(x.Elements, e => e.Low));
            var errors = Array.TrueForAll(inputs, i => i.Errors is null) ? null : Part(x => x.Errors ?? new double[x.Elements.Length]);
            return new Numbers([.. high.Zip(low, (h, l) => new DoubleDouble(h, l))], errors, extents);

            double[] Part(Func<Numbers, double[]> part) =>
                ConstantEvaluation.Run(node, Array.ConvertAll(inputs, i => TensorData.Create<double>(part(i), i.Extents)), binding) is var data ? [.. Enumerable.Range(0, data.Count).Select(data.At)] : [];
        }
    }
}
