using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

/// <summary>An op of a program, written for double-double and for multi-precision arithmetic.</summary>
/// <param name="shape">The shape of its result.</param>
internal abstract partial class PreciseStep(Shape shape)
{
    // What is so small beside the operands of a sum is what rounding leaves of zero.
    private const double Rest = 1.0 / (1L << 48) / (1L << 48);

    public Shape Shape { get; } = shape;

    /// <summary>Where its inputs are among the leaves and steps of the program.</summary>
    public int[] Inputs { get; set; } = [];

    /// <summary>Whether it moves elements and computes nothing.</summary>
    public virtual bool Moves => false;

    /// <summary>Whether what it moves keeps its place where the shape stays, as no transposed, reversed or selected elements do.</summary>
    public virtual bool KeepsPlaces => true;

    /// <summary>Whether it makes one element of many.</summary>
    public virtual bool Reduces => false;

    /// <summary>The step of a value; null if its op is not written for these.</summary>
    /// <param name="value">The value.</param>
    /// <param name="graph">Takes what is evaluated as it is.</param>
    public static PreciseStep? Of(Value value, Graph graph) => value.Node.Op switch
    {
        ConstantOp constant => new Known(value.Shape, [.. Enumerable.Range(0, constant.Data.Count).Select(i => constant.Written ?? constant.Data.At(i))]),
        ElementwiseOp op => op.Precise(Ones(value.Node.Inputs.Count)) is null ? null : new Elementwise(value.Shape, op),
        ReduceOp op => new Reduction(value.Shape, op),
        DotOp op when value.DType.IsFloat() => new Product(value.Shape, op),
        CumulateOp { Kind: not CumulationKind.LogSumExp } op => new Running(value.Shape, op.Axis, op.IsReversed, op.Kind),
        LinearRecurrenceOp op => new Running(value.Shape, op.Axis, op.IsReversed, null),
        BroadcastOp or ReshapeOp or TransposeOp or SliceOp or PadOp or ConcatenateOp or SizeOp or IotaOp =>
            new Moved(value.Shape, graph.Add(value.Node.Op, [.. value.Node.Inputs.Select(i => graph.Placeholder("part", i.Shape, DType.Float64))]).Node),
        _ => null,
    };

    public abstract Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding);

    /// <summary>What float64 makes of it: what adds many numbers rounds each partial sum.</summary>
    public virtual Numbers EvaluateInFloat64(Numbers[] inputs, int[] extents, Func<string, long> binding) => Evaluate(inputs, extents, binding).Rounded();

    /// <summary>Some elements in multi-precision arithmetic.</summary>
    /// <param name="inputs">The elements of the inputs, and their extents.</param>
    /// <param name="extents">The extents of the result.</param>
    /// <param name="needed">Which elements are needed.</param>
    /// <param name="binding">The values of symbols.</param>
    public abstract BigFloat[] Evaluate((BigFloat[] Elements, int[] Extents)[] inputs, int[] extents, bool[] needed, Func<string, long> binding);

    /// <summary>Notes which elements of the inputs some elements of the result are computed from.</summary>
    /// <param name="needed">Which elements of the result.</param>
    /// <param name="extents">The extents of the result.</param>
    /// <param name="inputs">Which elements of the inputs, and their extents.</param>
    /// <param name="binding">The values of symbols.</param>
    public abstract void Mark(bool[] needed, int[] extents, (bool[] Needed, int[] Extents)[] inputs, Func<string, long> binding);

    /// <summary>Zero where a sum is what rounding may have left of it. What it was is a bound of its error: more digits tell.</summary>
    private static (DoubleDouble Sum, double Error) WithoutRest(DoubleDouble sum, double error, double size) =>
        Math.Abs(sum.High) < Math.Max(error, Rest * size) ? (0, Math.Max(error, Math.Abs(sum.High))) : (sum, error);

    private static DoubleDouble[] Ones(int count) => [.. Enumerable.Repeat(DoubleDouble.One, count)];

    /// <summary>A value's elements, bounds of their errors, null if they have none, and extents.</summary>
    public readonly record struct Numbers(DoubleDouble[] Elements, double[]? Errors, int[] Extents)
    {
        public Numbers Rounded() => this with { Errors = null, Elements = Array.ConvertAll(Elements, x => (DoubleDouble)x.High) };
    }

    private sealed class Known(Shape shape, double[] written) : PreciseStep(shape)
    {
        private readonly DoubleDouble[] numbers = Array.ConvertAll(written, ExactNumbers.Of<DoubleDouble>);

        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding) => new([.. numbers], null, extents);

        public override BigFloat[] Evaluate((BigFloat[] Elements, int[] Extents)[] inputs, int[] extents, bool[] needed, Func<string, long> binding) => Array.ConvertAll(written, ExactNumbers.Of<BigFloat>);

        public override void Mark(bool[] needed, int[] extents, (bool[] Needed, int[] Extents)[] inputs, Func<string, long> binding)
        {
        }
    }

    private sealed class Elementwise(Shape shape, ElementwiseOp op) : PreciseStep(shape)
    {
        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var result = new DoubleDouble[extents.AsSpan().Product()];
            var places = Array.ConvertAll(inputs, input => ElementPlaces.Broadcast(input.Extents, extents));
            var (operands, errors, own) = (new DoubleDouble[inputs.Length], new double[inputs.Length], new double[result.Length]);
            var isSum = op is AddOp or SubtractOp;
            for (var e = 0; e < result.Length; e++)
            {
                for (var i = 0; i < operands.Length; i++)
                {
                    var from = places[i] is { } place ? place[e] : e;
                    (operands[i], errors[i]) = (inputs[i].Elements[from], inputs[i].Errors?[from] ?? 0);
                }
                result[e] = op.Precise<DoubleDouble>(operands)!.Value;
                own[e] = RoundingErrors.Of(op, operands, errors, result[e]);
                if (isSum) (result[e], own[e]) = WithoutRest(result[e], own[e], Math.Abs(operands[0].High));
            }
            return new Numbers(result, own, extents);
        }

        public override BigFloat[] Evaluate((BigFloat[] Elements, int[] Extents)[] inputs, int[] extents, bool[] needed, Func<string, long> binding)
        {
            var result = new BigFloat[extents.AsSpan().Product()];
            var places = Array.ConvertAll(inputs, input => ElementPlaces.Broadcast(input.Extents, extents));
            var operands = new BigFloat[inputs.Length];
            for (var e = 0; e < result.Length; e++)
            {
                if (!needed[e]) continue;
                for (var i = 0; i < operands.Length; i++) operands[i] = inputs[i].Elements[places[i] is { } place ? place[e] : e];
                result[e] = op.Precise<BigFloat>(operands)!.Value;
            }
            return result;
        }

        public override void Mark(bool[] needed, int[] extents, (bool[] Needed, int[] Extents)[] inputs, Func<string, long> binding)
        {
            foreach (var input in inputs)
            {
                var places = ElementPlaces.Broadcast(input.Extents, extents);
                for (var e = 0; e < needed.Length; e++) input.Needed[places is null ? e : places[e]] |= needed[e];
            }
        }
    }

    private sealed class Reduction(Shape shape, ReduceOp op) : PreciseStep(shape)
    {
        public override bool Reduces => true;

        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var (elements, known, from) = inputs[0];
            var result = new DoubleDouble[extents.AsSpan().Product()];
            var (sizes, errors) = (new double[result.Length], new double[result.Length]);
            Array.Fill(result, op.Kind.Identity());
            var places = ElementPlaces.Reduced(from, op.Axes);
            for (var e = 0; e < elements.Length; e++)
            {
                var place = places[e];
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
                for (var i = 0; i < result.Length; i++) (result[i], errors[i]) = WithoutRest(result[i], errors[i], sizes[i]);
            }
            return new Numbers(result, errors, extents);
        }

        public override Numbers EvaluateInFloat64(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            if (op.Kind != ReductionKind.Sum) return base.EvaluateInFloat64(inputs, extents, binding);
            var (elements, _, from) = inputs[0];
            var sums = new double[extents.AsSpan().Product()];
            var places = ElementPlaces.Reduced(from, op.Axes);
            for (var e = 0; e < elements.Length; e++) sums[places[e]] += elements[e].High;
            return new Numbers(Array.ConvertAll(sums, x => (DoubleDouble)x), null, extents);
        }

        public override BigFloat[] Evaluate((BigFloat[] Elements, int[] Extents)[] inputs, int[] extents, bool[] needed, Func<string, long> binding)
        {
            var (elements, from) = inputs[0];
            var result = new BigFloat[extents.AsSpan().Product()];
            Array.Fill(result, op.Kind.Identity());
            var places = ElementPlaces.Reduced(from, op.Axes);
            for (var e = 0; e < elements.Length; e++)
            {
                if (needed[places[e]]) result[places[e]] = Combined(result[places[e]], elements[e]);
            }
            return result;
        }

        public override void Mark(bool[] needed, int[] extents, (bool[] Needed, int[] Extents)[] inputs, Func<string, long> binding)
        {
            var places = ElementPlaces.Reduced(inputs[0].Extents, op.Axes);
            for (var e = 0; e < places.Length; e++) inputs[0].Needed[e] |= needed[places[e]];
        }

        private T Combined<T>(T x, T y)
            where T : struct, IPrecise<T>
            => op.Kind switch
            {
                ReductionKind.Sum => x + y,
                ReductionKind.Product => x * y,
                ReductionKind.Maximum => x.IsNaN || x > y ? x : y,
                _ => x.IsNaN || x < y ? x : y,
            };
    }

    /// <summary>Elements, and the bounds of their errors, go where the op takes their numbers.</summary>
    private sealed class Moved(Shape shape, Node node) : PreciseStep(shape)
    {
        public override bool Moves => true;

        public override bool KeepsPlaces => node.Op is BroadcastOp or ReshapeOp;

        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var (sources, all) = (Sources(Array.ConvertAll(inputs, i => i.Extents), binding), inputs.SelectMany(i => i.Elements).ToArray());
            if (inputs.Length == 0) return new Numbers(Array.ConvertAll(sources, x => (DoubleDouble)x), null, extents);
            var errors = Array.TrueForAll(inputs, i => i.Errors is null) ? null : inputs.SelectMany(i => i.Errors ?? new double[i.Elements.Length]).ToArray();
            return new Numbers(Array.ConvertAll(sources, s => all[(int)s]), errors is null ? null : Array.ConvertAll(sources, s => errors[(int)s]), extents);
        }

        public override BigFloat[] Evaluate((BigFloat[] Elements, int[] Extents)[] inputs, int[] extents, bool[] needed, Func<string, long> binding)
        {
            var (sources, all) = (Sources(Array.ConvertAll(inputs, i => i.Extents), binding), inputs.SelectMany(i => i.Elements).ToArray());
            return inputs.Length == 0 ? Array.ConvertAll(sources, x => (BigFloat)x) : Array.ConvertAll(sources, s => all[(int)s]);
        }

        public override void Mark(bool[] needed, int[] extents, (bool[] Needed, int[] Extents)[] inputs, Func<string, long> binding)
        {
            if (inputs.Length == 0) return;
            var sources = Sources(Array.ConvertAll(inputs, i => i.Extents), binding);
            for (var e = 0; e < needed.Length; e++)
            {
                var (input, place) = (0, (int)sources[e]);
                for (; place >= inputs[input].Needed.Length; input++) place -= inputs[input].Needed.Length;
                inputs[input].Needed[place] |= needed[e];
            }
        }

        /// <summary>Which of the elements of all inputs, one input after the other, each element of the result is; its own number if there are no inputs.</summary>
        private double[] Sources(int[][] inputs, Func<string, long> binding)
        {
            var (parts, count) = (new TensorData[inputs.Length], 0);
            for (var i = 0; i < inputs.Length; i++)
            {
                var own = inputs[i].AsSpan().Product();
                parts[i] = TensorData.Create<double>([.. Enumerable.Range(count, own).Select(x => (double)x)], inputs[i]);
                count += own;
            }
            var data = ConstantEvaluation.Run(node, parts, binding);
            return [.. Enumerable.Range(0, data.Count).Select(data.At)];
        }
    }
}
