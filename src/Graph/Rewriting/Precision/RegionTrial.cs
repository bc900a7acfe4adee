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
    private const double Largest = 3.3e38;

    /// <summary>How the program fails; null if it is stable.</summary>
    public static ChainVerdict? Fails(SmallProgram region)
    {
        ChainVerdict? worst = null;
        var beyond = new Lazy<DoubleDoubleProgram?>(() => DoubleDoubleProgram.Of(region.Leaves, region.Values));
        var hasMany = region.Openness == Openness.ManyFeatures;
        var tolerance = region.Extents.AreOpen ? ToleranceOfOpen : Tolerance;
        for (var sample = SampleData.Count - 1; sample >= 0; sample--)
        {
            double[][] leaves = [.. region.Leaves.Select((leaf, i) => Sample(region.Extents.Of(leaf.Shape), sample, i, DeclaredRange.Of(leaf)))];
            if (hasMany && !leaves.All(l => Array.TrueForAll(l, Addends.IsOrdinary))) continue;
            var (narrow, wide) = (Evaluate(region, leaves, false), Evaluate(region, leaves, true));
            double[]? granted = null;
            for (var i = 0; i < wide.Count; i++)
            {
                var (value, right) = (narrow.At(i), wide.At(i));
                // Zero may be what is left of something.
                if (right == 0 && !hasMany && worst is null && beyond.Value is { } program && Float64Loss.Of(program, [.. region.Leaves.Select(l => l.DType)], leaves, region.Extents.Of)) worst = new ChainVerdict([.. leaves.Select(l => l[0])], 1, []);
                if (!(Math.Abs(right) is > Smallest and < Largest) || (hasMany && Math.Abs(right) < SmallestOfMany)) continue;
                var error = Math.Abs(value - right) / Math.Abs(right);
                if (error <= tolerance) continue;
                if (hasMany && Math.Abs(value - right) <= (granted ??= Granted(region, leaves))[i] + (tolerance * Math.Abs(right))) continue;
                if (double.IsNaN(error)) error = double.PositiveInfinity;
                if (worst is null || error > worst.Error) worst = new ChainVerdict([.. leaves.Select(l => l[0])], error, []);
            }
            if (worst is { Error: > Certain }) break;
        }
        return worst;
    }

    /// <summary>The program in double-double arithmetic where float64 loses the digits, too; null else, and of many features.</summary>
    public static DoubleDoubleProgram? BeyondFloat64(SmallProgram region)
    {
        if (region.Openness == Openness.ManyFeatures || DoubleDoubleProgram.Of(region.Leaves, region.Values) is not { } program) return null;
        DType[] types = [.. region.Leaves.Select(l => l.DType)];
        for (var sample = SampleData.Count - 1; sample >= 0; sample--)
        {
            double[][] leaves = [.. region.Leaves.Select((leaf, i) => Sample(region.Extents.Of(leaf.Shape), sample, i, DeclaredRange.Of(leaf)))];
            if (Float64Loss.Of(program, types, leaves, region.Extents.Of)) return program;
        }
        return null;
    }

    private static double[] Sample(int[] extents, int kind, int leaf, Interval range) =>
        SampleData.Of(kind, leaf, extents.AsSpan().Product(), extents.Length == 0 ? 1 : Math.Max(1, extents[^1]), range);

    /// <summary>What the last places of <see cref="Addends"/> make of each element of the result: all elements of a leaf move, each up or down.</summary>
    private static double[] Granted(SmallProgram region, double[][] leaves)
    {
        var addends = new Addends(region.Leaves, region.Values, many: true);
        var right = Numbers(Evaluate(region, leaves, true));
        var changes = new List<(double[] Everywhere, double[] Added)>();
        for (var leaf = 0; leaf < leaves.Length; leaf++)
        {
            if (!region.Leaves[leaf].DType.IsFloat()) continue;
            for (var round = 0; round < 2; round++)
            {
                double[][] moved = [.. leaves];
                moved[leaf] = [.. leaves[leaf].Select((x, i) => Addends.Moved(x, SamplePoints.Mixed(i, round) % 2 == 0))];
                changes.Add((Numbers(Evaluate(region, moved, true)), Numbers(Evaluate(region, leaves, true, addends, moved))));
            }
        }
        return addends.Granted(right, changes);

        static double[] Numbers(TensorData data) => [.. Enumerable.Range(0, data.Count).Select(data.At)];
    }

    /// <summary>The result in float32 or float64; <paramref name="moved"/> are the leaves where they are added.</summary>
    private static TensorData Evaluate(SmallProgram region, double[][] leaves, bool wide, Addends? apart = null, double[][]? moved = null)
    {
        var graph = new Graph();
        using var origin = graph.WithOrigin(region.Result.Node.Origin);
        var (values, addends, data) = (new Dictionary<Value, Value>(), new Dictionary<Value, Value>(), new Dictionary<Value, TensorData>());
        for (var i = 0; i < leaves.Length; i++)
        {
            var leaf = region.Leaves[i];
            var type = wide && leaf.DType.IsFloat() ? DType.Float64 : leaf.DType;
            Keep(leaf, values, graph.Placeholder("leaf", leaf.Shape, type), Data(type, leaves[i], region.Extents.Of(leaf.Shape)));
            if (moved is not null) Keep(leaf, addends, graph.Placeholder("leaf", leaf.Shape, type), Data(type, moved[i], region.Extents.Of(leaf.Shape)));
        }
        foreach (var value in region.Values)
        {
            Make(value, values, i => apart is not null && apart.IsMet(value.Node, i) ? addends[i] : values[i]);
            if (apart is not null && apart.Contains(value)) Make(value, addends, i => addends.GetValueOrDefault(i, values[i]));
        }
        return data[values[region.Result]];

        void Make(Value value, Dictionary<Value, Value> to, Func<Value, Value> operand)
        {
            if (value.Node.Op is ConstantOp { Data: var constant, Written: var written })
            {
                if (wide && value.DType.IsFloat()) constant = Data(DType.Float64, [.. Enumerable.Range(0, constant.Count).Select(i => written ?? constant.At(i))], region.Extents.Of(value.Shape));
                Keep(value, to, graph.Constant(constant), constant);
            }
            else if ((wide ? ChainTrial.Wide(value.Node) : value.Node.Op) is { } op)
            {
                var made = graph.Add(op, [.. value.Node.Inputs.Select(operand)]);
                Keep(value, to, made, ConstantEvaluation.Run(made.Node, [.. made.Node.Inputs.Select(i => data[i])], region.Extents.Of));
            }
            else
            {
                Keep(value, to, operand(value.Node.Inputs[0]), data[operand(value.Node.Inputs[0])]);
            }
        }

        void Keep(Value value, Dictionary<Value, Value> to, Value copy, TensorData result)
        {
            to[value] = copy;
            data[copy] = result;
        }
    }

    private static TensorData Data(DType type, double[] numbers, int[] extents) => type switch
    {
        DType.Float32 => TensorData.Create<float>(Array.ConvertAll(numbers, x => (float)x), extents),
        DType.Float64 => TensorData.Create<double>(Array.ConvertAll(numbers, x => x), extents),
        DType.Int32 => TensorData.Create<int>(Array.ConvertAll(numbers, x => (int)x), extents),
        DType.Int64 => TensorData.Create<long>(Array.ConvertAll(numbers, x => (long)x), extents),
        _ => TensorData.Create<bool>(Array.ConvertAll(numbers, x => Math.Abs(x) < 1), extents),
    };
}
