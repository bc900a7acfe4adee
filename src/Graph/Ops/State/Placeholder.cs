using GraphGrad.Ranges;

namespace GraphGrad.Operations;

/// <summary>An input that a run feeds.</summary>
internal sealed record PlaceholderOp(TensorType Type) : SourceOp(Type)
{
    public override string Name => "placeholder";

    /// <summary>Whether it only stands for something while a function is called once to see what it builds.</summary>
    public bool StandsIn { get; init; }

    /// <summary>Where the user says that its elements lie.</summary>
    public Interval Declared { get; init; } = Interval.All;

    public override Interval Range(RangeContext context) => Declared;

    // Two placeholders are never one, however alike.
    public override bool IsStateful => true;
}
