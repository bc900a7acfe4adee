using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>A program being written, with what its values are so far: what makers of steps choose operands from.</summary>
internal sealed class Draft(Random random, int elementLimit, int[] extents)
{
    private readonly List<ProgramStep> steps = [];
    private readonly List<Value> values = [];
    private readonly List<TensorData> data = [];
    private readonly Graph graph = new();

    public Random Random => random;

    public int ElementLimit => elementLimit;

    public IReadOnlyList<ProgramStep> Steps => steps;

    public Value this[int number] => values[number];

    /// <summary>An extent of this program's; drawn from few, so that shapes meet.</summary>
    public int Extent() => extents[random.Next(extents.Length)];

    /// <summary>A value that fits, the later ones preferred, or null.</summary>
    public int? Pick(Func<Value, bool> fits)
    {
        var candidates = Enumerable.Range(0, values.Count).Where(i => fits(values[i])).ToArray();
        return candidates.Length == 0 ? null : candidates[candidates.Length - 1 - (int)(candidates.Length * Math.Pow(random.NextDouble(), 1.5))];
    }

    public int? PickFloat(int minRank = 0) => Pick(v => v.DType.IsFloat() && v.Rank >= minRank);

    /// <summary>A random axis.</summary>
    public int Axis(Value value) => random.Next(value.Rank);

    /// <summary>Some of the axes, in order, at least one.</summary>
    public int[] Axes(Value value)
    {
        int[] axes = [.. Enumerable.Range(0, value.Rank).Where(_ => random.Next(2) == 0)];
        return axes.Length > 0 ? axes : [random.Next(value.Rank)];
    }

    /// <summary>A new input of random numbers: floats between -2 and 2, integers from 0 to 9.</summary>
    public int AddInput(DType type, int[] shape) => Add(ProgramStep.Input(Data.Generate(
        type, shape, _ => type.IsFloat() ? (4 * random.NextDouble()) - 2 : type == DType.Bool ? random.Next(2) : random.Next(10))));

    /// <summary>A new input of integers below a limit.</summary>
    public int AddIndices(DType type, int[] shape, int limit) =>
        Add(ProgramStep.Input(Data.Generate(type, shape, _ => random.Next(limit))));

    /// <summary>Takes a step if its result is of moderate size and magnitude, and not close to where it jumps.</summary>
    public bool TryAdd(ProgramStep step)
    {
        Value[] operands = [.. step.Operands.Select(o => values[o])];
        var value = step.Build(operands, DType.Float64);
        if (value.Rank > 4 || value.Shape.ElementCount.Value > elementLimit || value.Shape.ElementCount.Value == 0) return false;
        var margin = step.Margin?.Invoke(operands);
        var result = Evaluate(value, step);
        if (Enumerable.Range(0, result.Count).Any(i => !(Math.Abs(result.At(i)) <= Limits.Magnitude))) return false;
        if (margin is not null && Evaluate(margin, step) is var m && Enumerable.Range(0, m.Count).Any(i => !(Math.Abs(m.At(i)) >= Limits.Margin))) return false;
        steps.Add(step);
        values.Add(value);
        data.Add(result);
        return true;
    }

    public RandomProgram Finish(int[] outputs) => new RandomProgram([.. steps], outputs).WithoutUnused();

    private int Add(ProgramStep input)
    {
        steps.Add(input);
        values.Add(graph.Placeholder($"v{values.Count}", input.Data!.Shape, input.Data.DType));
        data.Add(input.Data);
        return values.Count - 1;
    }

    private TensorData Evaluate(Value value, ProgramStep step)
    {
        using var run = new AsWritten(value);
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].IsInput) run.Feed(values[i], data[i]);
        }
        try
        {
            run.Run();
        }
        catch (Exception error)
        {
            var operands = step.Operands.Select(o => values[o].ToString());
            throw new InvalidOperationException($"{step.Statement(steps.Count)} of {string.Join(", ", operands)} throws", error);
        }
        return run.Read(value);
    }

    private static class Limits
    {
        // Large numbers would hide small differences.
        public const double Magnitude = 1e3;

        // float32 as written errs by less after a few dozen steps.
        public const double Margin = 1e-3;
    }
}
