namespace GraphGrad.Loops;

/// <summary>What an iteration is fed with.</summary>
/// <param name="Carries">What the iteration before computed; in the first one where the loop starts.</param>
/// <param name="Steps">The part of stacked inputs that belongs to the iteration.</param>
/// <param name="Captures">What is the same in all iterations.</param>
internal sealed record LoopParameters(Value[] Carries, Value[] Steps, Value[] Captures)
{
    public IEnumerable<Value> All => [.. Carries, .. Steps, .. Captures];

    public int[] Counts => [Carries.Length, Steps.Length, Captures.Length];

    public LoopParameters Select(Func<Value, Value> map) =>
        new(Array.ConvertAll(Carries, v => map(v)), Array.ConvertAll(Steps, v => map(v)), Array.ConvertAll(Captures, v => map(v)));
}
