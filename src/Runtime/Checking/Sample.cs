namespace GraphGrad.Checking;

/// <summary>Values at a point.</summary>
internal sealed class Sample
{
    private readonly Dictionary<Value, int> places;
    private readonly TensorData[] narrow;
    private readonly TensorData[] wide;
    private readonly TrialProgram program;
    private readonly Dictionary<Value, bool> unstable = [];

    private Sample(TrialProgram program, TensorData[] point, Value[] values, TensorData[] narrow, TensorData[] wide)
    {
        (this.program, Point, this.narrow, this.wide) = (program, point, narrow, wide);
        places = values.Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i);
    }

    public TensorData[] Point { get; }

    /// <summary>What a value is, and what it would be in float64.</summary>
    public (TensorData Narrow, TensorData Wide) this[Value value] => (narrow[places[value]], wide[places[value]]);

    /// <summary>Whether a value errs here by much more than the last places of the inputs make of it; found out once, for all nodes that lead to it.</summary>
    public bool IsUnstable(Value value)
    {
        if (!unstable.TryGetValue(value, out var known)) unstable.Add(value, known = program.IsUnstable(value, Point, this[value].Narrow));
        return known;
    }

    /// <summary>Some values of a program at a point; null if the data makes the run fail.</summary>
    public static Sample? Of(TrialProgram program, Value[] values, TensorData[] point) =>
        program.Run(values, point) is var (narrow, wide) ? new Sample(program, point, values, narrow, wide) : null;
}
