namespace GraphGrad.Checking;

/// <summary>Values at a point.</summary>
internal sealed class Sample
{
    private readonly Dictionary<Value, int> places;
    private readonly TensorData[] narrow;
    private readonly TensorData[] wide;

    private Sample(TensorData[] point, Value[] values, TensorData[] narrow, TensorData[] wide)
    {
        (Point, this.narrow, this.wide) = (point, narrow, wide);
        places = values.Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i);
    }

    public TensorData[] Point { get; }

    /// <summary>What a value is, and what it would be in float64.</summary>
    public (TensorData Narrow, TensorData Wide) this[Value value] => (narrow[places[value]], wide[places[value]]);

    /// <summary>Some values of a program at a point; null if the data makes the run fail.</summary>
    public static Sample? Of(TrialProgram program, Value[] values, TensorData[] point) =>
        program.Run(values, point) is var (narrow, wide) ? new Sample(point, values, narrow, wide) : null;
}
