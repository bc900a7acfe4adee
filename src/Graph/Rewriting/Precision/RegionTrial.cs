using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Rewriting.Precision;

/// <summary>Tries a small program at fed data of its own shapes: in float32, and in float64.</summary>
internal static class RegionTrial
{
    // A reduction of some terms and some ops stay below. Where nobody knows how many examples there will be, float64 may be dear, and half of
    // the tolerance of 1e-5 is granted: a softmax of numbers in the hundreds.
    private const double Tolerance = 2e-6;
    private const double ToleranceOfOpen = 6e-6;

    // Half the digits: no other sample is needed.
    private const double Certain = 1e-3;
    private const double Smallest = 1.2e-38;
    private const double SmallestOfMany = 1e-30;

    // Of many elements some cancel by chance, as sums over a cluster of what its points differ by from the center do. Up to one in so many is no evidence if it errs by no more than
    // so many times what the last places of the leaves make of it.
    private const int LeastShare = 8;
    private const double GrantedOfChance = 8;
    private const double Largest = 3.3e38;

    /// <summary>How the program fails; null if it is stable.</summary>
    public static ChainVerdict? Fails(SmallProgram region)
    {
        // Of no elements nothing goes wrong.
        if (region.Leaves.Any(leaf => region.Extents.CountOf(leaf.Shape) == 0)) return null;
        ChainVerdict? worst = null;
        var beyond = new Lazy<DoubleDoubleProgram?>(() => DoubleDoubleProgram.Of(region.Leaves, region.Values));
        var hasMany = region.Openness == Openness.ManyFeatures;
        var made = ElementsMade(region);
        var tolerance = region.Extents.AreOpen ? ToleranceOfOpen : Tolerance;
        var (inFloat32, inFloat64) = (Build(region, wide: false), Build(region, wide: true));
        var disturbed = new Lazy<PreparedProgram>(() => Build(region, wide: true, disturbed: true));
        var summed = new Lazy<PreparedProgram>(() => Build(region, wide: false, disturbed: true));
        var addends = new Addends(region.Leaves, region.Values, many: true);
        var apart = new Lazy<PreparedProgram>(() => Build(region, wide: true, addends));
        var choices = new Lazy<PreparedProgram?>(() => BuildChoices(region));
        for (var sample = Samples(region) - 1; sample >= 0 && worst is not { Error: > Certain }; sample--) Try(Sample(region, sample), roundsSums: region.IsTiny && sample >= SampleData.Count);
        if (worst is not null) return worst;
        foreach (var leaves in RegionCrossing.Near(region, inFloat64, sample => Sample(region, sample)))
        {
            Try(leaves);
            if (worst is not null) return worst;
        }
        if (hasMany || !(region.IsTiny || DividesByReduction(region))) return worst;
        for (var way = 0; worst is null && way < SampleData.CountAtEnds(region.Leaves.Count); way++) Try(AtEnd(region, way));
        return worst;

        void Try(double[][] leaves, bool roundsSums = false)
        {
            if (hasMany && !leaves.All(l => Array.TrueForAll(l, Addends.IsOrdinary))) return;
            var (narrow, wide) = ((roundsSums ? summed.Value : inFloat32).Run(leaves), inFloat64.Run(leaves));
            double[]? granted = null;
            var failed = new List<(int Place, double Error)>();
            bool? isLost = null;
            bool? isChosen = null;
            for (var i = 0; i < wide.Length; i++)
            {
                var (value, right) = (narrow[i], wide[i]);
                // Zero, or the logarithm of zero, may be what is left of something.
                if ((right == 0 || !double.IsFinite(right)) && !hasMany && worst is null && (isLost ??= IsLost(leaves))) worst = new ChainVerdict([.. leaves.Select(l => l[0])], 1, []);
                // So may NaN be where there is exactly nothing.
                if (Math.Abs(right) <= Smallest && !double.IsFinite(value) && !hasMany) failed.Add((i, double.PositiveInfinity));
                if (!(Math.Abs(right) is > Smallest and < Largest) || (hasMany && Math.Abs(right) < SmallestOfMany)) continue;
                var error = Math.Abs(value - right) / Math.Abs(right);
                if (error <= tolerance) continue;
                if (hasMany && Math.Abs(value - right) <= (granted ??= Granted(region, inFloat64, apart.Value, addends, leaves, narrow, wide, tolerance))[i] + (tolerance * Math.Abs(right))) continue;
                if (double.IsFinite(value) && (isChosen ??= choices.Value is { } program && program.Run(Choices.Data([.. region.Leaves.Select(l => l.DType)], leaves, region.Extents.AreOpen))[0] > 0)) continue;
                failed.Add((i, double.IsNaN(error) ? double.PositiveInfinity : error));
            }
            if (region.Openness == Openness.None && failed.Count > 0 && failed.Count * LeastShare <= made)
            {
                var sensitivity = Sensitivity(region, inFloat64, leaves, wide);
                failed.RemoveAll(f => Math.Abs(narrow[f.Place] - wide[f.Place]) <= GrantedOfChance * sensitivity[f.Place]);
            }
            foreach (var (_, error) in failed)
            {
                if (worst is null || error > worst.Error) worst = new ChainVerdict([.. leaves.Select(l => l[0])], error, []);
            }
        }

        bool IsLost(double[][] leaves) => beyond.Value is { } program && Loss(region, program, inFloat64, disturbed.Value, leaves) is not null;
    }

    /// <summary>How many elements of the result may be other than zero: what the gradient of a slice does not reach is zero whatever is fed, and says nothing of the digits of the others.</summary>
    private static long ElementsMade(SmallProgram region)
    {
        var made = new Dictionary<Value, long>();
        foreach (var value in region.Values)
        {
            var (op, inputs) = (value.Node.Op, value.Node.Inputs);
            var inner = op switch
            {
                PadOp when inputs[1].Node.Op is ConstantOp { Data: var padding } && padding.At(0) == 0 => Of(inputs[0]),
                ReshapeOp or TransposeOp or SliceOp or NegateOp or CastOp => Of(inputs[0]),
                MultiplyOp => Math.Min(Whole(inputs[0], value), Whole(inputs[1], value)),
                AddOp or SubtractOp => Whole(inputs[0], value) + Whole(inputs[1], value),
                _ => long.MaxValue,
            };
            made[value] = Math.Min(inner, Count(value));
        }
        return made[region.Result];

        long Of(Value value) => made.GetValueOrDefault(value, Count(value));

        // What is broadcast counts as often as it is read.
        long Whole(Value value, Value result) => value.Shape.Equals(result.Shape) ? Of(value) : Count(result);

        long Count(Value value) => region.Extents.CountOf(value.Shape) ?? int.MaxValue;
    }

    /// <summary>The program in double-double arithmetic where float64 loses the digits, too, and whether that loses them as well; null else, and of many features.</summary>
    public static (DoubleDoubleProgram Program, Lazy<bool> IsBeyondDoubleDouble)? BeyondFloat64(SmallProgram region)
    {
        if (region.Openness == Openness.ManyFeatures || DoubleDoubleProgram.Of(region.Leaves, region.Values) is not { } program) return null;
        var (inFloat64, disturbed) = (Build(region, wide: true), Build(region, wide: true, disturbed: true));
        for (var sample = Samples(region) - 1; sample >= 0; sample--)
        {
            if (Loss(region, program, inFloat64, disturbed, Sample(region, sample)) is { } loss) return (program, loss.IsBeyondDoubleDouble);
        }
        return null;
    }

    /// <summary>What float64 loses at some data; double-double arithmetic, which is dear, only confirms it.</summary>
    private static Float64Loss.Loss? Loss(SmallProgram region, DoubleDoubleProgram program, PreparedProgram inFloat64, PreparedProgram disturbed, double[][] leaves)
    {
        var (results, others) = (inFloat64.Run(leaves), disturbed.Run(leaves));
        for (var i = 0; i < results.Length; i++)
        {
            if (!double.IsFinite(results[i]) || Disturbance.Differs(results[i], others[i])) return Float64Loss.Find(program, [.. region.Leaves.Select(l => l.DType)], leaves, region.Extents.Of);
        }
        return null;
    }

    /// <summary>How many samples: masks and labels only where rows are short, and rows whose greatest elements cancel where there are few numbers in all, so that the digits they need are never dear.</summary>
    private static int Samples(SmallProgram region) =>
        region.IsTiny ? SampleData.CountOfTiny : region.Openness == Openness.FewFeatures ? SampleData.CountOfFew : SampleData.Count;

    /// <summary>
    /// Whether something is divided by what a sum or an extremum makes: then both may leave the range, and a share, a weighted mean or a place between extrema does not. A mean alone is not
    /// worth half the speed.
    /// </summary>
    private static bool DividesByReduction(SmallProgram region)
    {
        var made = new HashSet<Value>();
        foreach (var value in region.Values)
        {
            if (value.Node is { Op: DivideOp, Inputs: [_, var divisor] } && made.Contains(divisor)) return true;
            if (value.Node.Op is ReduceOp { Kind: not ReductionKind.Product } || value.Node.Inputs.Any(made.Contains)) made.Add(value);
        }
        return false;
    }

    private static double[][] AtEnd(SmallProgram region, int way) =>
        [.. region.Leaves.Select((leaf, i) => SampleData.AtEnd(way, i, region.Extents.Of(leaf.Shape).AsSpan().Product(), DeclaredRange.Of(leaf)))];

    private static double[][] Sample(SmallProgram region, int kind)
    {
        return [.. region.Leaves.Select((leaf, i) => Of(region.Extents.Of(leaf.Shape), i, DeclaredRange.Of(leaf)))];

        double[] Of(int[] extents, int leaf, Interval range) => SampleData.Of(kind, leaf, extents.AsSpan().Product(), extents.Length == 0 ? 1 : Math.Max(1, extents[^1]), range);
    }

    /// <summary>What the last places of <see cref="Addends"/> make of each element of the result: all elements of a leaf move, each up or down. What excuses all errors is enough.</summary>
    /// <param name="program">The small program.</param>
    /// <param name="whole">In float64.</param>
    /// <param name="apart">In float64, with leaves fed apart where they are added.</param>
    /// <param name="addends">Which are added.</param>
    /// <param name="leaves">What is fed.</param>
    /// <param name="narrow">The result in float32.</param>
    /// <param name="right">The result in float64.</param>
    /// <param name="tolerance">What errors are granted without an excuse, relative.</param>
    private static double[] Granted(SmallProgram program, PreparedProgram whole, PreparedProgram apart, Addends addends, double[][] leaves, double[] narrow, double[] right, double tolerance)
    {
        var changes = new List<(double[] Everywhere, double[] Added)>();
        var granted = new double[right.Length];
        for (var leaf = 0; leaf < leaves.Length; leaf++)
        {
            if (!program.Leaves[leaf].DType.IsFloat()) continue;
            for (var round = 0; round < 2; round++)
            {
                var moved = Moved(leaves, leaf, round);
                changes.Add((whole.Run(moved), apart.Run([.. leaves, .. moved])));
            }
            granted = addends.Granted(right, changes, right);
            if (AreExcused()) break;
        }
        return granted;

        bool AreExcused()
        {
            for (var i = 0; i < granted.Length; i++)
            {
                if (!(Math.Abs(narrow[i] - right[i]) <= granted[i] + (tolerance * Math.Abs(right[i])))) return false;
            }
            return true;
        }
    }

    /// <summary>What the last places of all leaves make of each element, as far as two moves at random show it.</summary>
    private static double[] Sensitivity(SmallProgram program, PreparedProgram whole, double[][] leaves, double[] right)
    {
        var sensitivity = new double[right.Length];
        for (var leaf = 0; leaf < leaves.Length; leaf++)
        {
            if (!program.Leaves[leaf].DType.IsFloat()) continue;
            var (first, second) = (whole.Run(Moved(leaves, leaf, 0)), whole.Run(Moved(leaves, leaf, 1)));
            for (var i = 0; i < right.Length; i++) sensitivity[i] += Math.Max(Math.Abs(first[i] - right[i]), Math.Abs(second[i] - right[i]));
        }
        return sensitivity;
    }

    /// <summary>All elements of a leaf moved, each up or down.</summary>
    private static double[][] Moved(double[][] leaves, int leaf, int round)
    {
        double[][] moved = [.. leaves];
        moved[leaf] = [.. leaves[leaf].Select((x, i) => Addends.Moved(x, SamplePoints.Mixed(i, round) % 2 == 0))];
        return moved;
    }

    /// <summary>The program in float32 or float64; with <paramref name="apart"/> the leaves where they are added are fed apart, after the others.</summary>
    private static PreparedProgram Build(SmallProgram region, bool wide, Addends? apart = null, bool disturbed = false) =>
        new(Copy(region, new Graph(), wide, apart, disturbed).Program, region.Extents.Of);

    /// <summary>Whether rounding decides a comparison (<see cref="Choices"/>).</summary>
    private static PreparedProgram? BuildChoices(SmallProgram region)
    {
        if (!region.Values.Any(Choices.IsChoice)) return null;
        var graph = new Graph();
        var isOpen = region.Extents.AreOpen;
        var copies = Enumerable.Range(0, isOpen ? 4 : 2).Select(i => Copy(region, graph, wide: i > 0)).ToArray();
        using var origin = graph.WithOrigin(region.Result.Node.Origin);
        var choices = Choices.Of(region.Values, copies[0].Values, copies[1].Values, isOpen ? (copies[2].Values, copies[3].Values) : null, isWhole: true);
        return choices.Count == 0 ? null : new PreparedProgram([.. copies.SelectMany(c => c.Program), .. choices], region.Extents.Of);
    }

    /// <summary>A copy of each value, and the program, its result last.</summary>
    private static (Dictionary<Value, Value> Values, List<Value> Program) Copy(SmallProgram region, Graph graph, bool wide, Addends? apart = null, bool disturbed = false)
    {
        using var origin = graph.WithOrigin(region.Result.Node.Origin);
        var (values, addends, program) = (new Dictionary<Value, Value>(), new Dictionary<Value, Value>(), new List<Value>());
        foreach (var leaf in region.Leaves) Keep(leaf, values, LeafLike(leaf));
        foreach (var leaf in apart is null ? [] : region.Leaves) Keep(leaf, addends, LeafLike(leaf));
        foreach (var value in region.Values)
        {
            Make(value, values, i => apart is not null && apart.IsMet(value.Node, i) ? addends[i] : values[i]);
            if (apart is not null && apart.Contains(value)) Make(value, addends, i => addends.GetValueOrDefault(i, values[i]));
        }
        program.Add(values[region.Result]);
        return (values, program);

        Value LeafLike(Value leaf) => graph.Placeholder("leaf", leaf.Shape, wide && leaf.DType.IsFloat() ? DType.Float64 : leaf.DType);

        void Make(Value value, Dictionary<Value, Value> to, Func<Value, Value> operand)
        {
            if (value.Node.Op is ConstantOp { Data: var constant, Written: var written })
            {
                if (wide && value.DType.IsFloat()) constant = TensorData.Create<double>([.. Enumerable.Range(0, constant.Count).Select(i => written ?? constant.At(i))], region.Extents.Of(value.Shape));
                Keep(value, to, graph.Constant(constant));
            }
            else if ((wide ? ChainTrial.Wide(value.Node) : value.Node.Op) is { } op)
            {
                Value[] operands = [.. value.Node.Inputs.Select(operand)];
                if (disturbed && operands.Length > 0 && (wide || operands[0].DType == DType.Float32) && Disturbance.OfTerms(value.Node, graph, inFloat32: !wide) is { } factors)
                {
                    operands[0] *= factors;
                    program.AddRange([factors, operands[0]]);
                }
                var result = graph.Add(op, operands);
                Keep(value, to, disturbed && wide && Disturbance.Rounds(value.Node) ? Disturbance.Of(value.Node, result, program.Count, program) : result);
            }
            else
            {
                to[value] = operand(value.Node.Inputs[0]);
            }
        }

        void Keep(Value value, Dictionary<Value, Value> to, Value copy)
        {
            to[value] = copy;
            program.Add(copy);
        }
    }
}
