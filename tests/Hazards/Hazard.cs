namespace GraphGrad.Tests.Hazards;

/// <summary>A textbook expression that fails as written for some arguments.</summary>
/// <param name="Name">What it is known by.</param>
/// <param name="Naive">As a user writes it.</param>
/// <param name="Points">For each point, for each input its number, or its numbers if it is a vector.</param>
/// <param name="Exactly">The same function in a form of which the digits can be computed everywhere; as written if none is given.</param>
internal sealed record Hazard(string Name, Formula Naive, float[][][] Points, Formula? Exactly = null)
{
    /// <summary>Whether it is also tried in batches of unknown size. There plain sums whose greatest terms cancel are not given the digits, which cost a sum of a row five times its time.</summary>
    public bool InBatches { get; init; } = true;

    public bool IsElementwise => Points.All(p => p.All(x => x.Length == 1)) && !Reduces(Naive);

    private static bool Reduces(Formula f) => f.Name is "sum" or "mean" or "prod" or "max" or "at" or "cumsum" or "cumprod" || f.Operands.Any(Reduces);
}
