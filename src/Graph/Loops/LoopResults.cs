namespace GraphGrad.Loops;

/// <summary>What an iteration computes.</summary>
/// <param name="Carries">What the next iteration is fed with.</param>
/// <param name="Outputs">What the iteration adds to the stacked outputs.</param>
/// <param name="Continue">A scalar bool: whether there is a next iteration; null if their number is known before.</param>
internal sealed record LoopResults(Value[] Carries, Value[] Outputs, Value? Continue)
{
    public IEnumerable<Value> All => Continue is null ? [.. Carries, .. Outputs] : [.. Carries, .. Outputs, Continue];

    public int[] Counts => [Carries.Length, Outputs.Length, Continue is null ? 0 : 1];

    public LoopResults Select(Func<Value, Value> map) =>
        new(Array.ConvertAll(Carries, v => map(v)), Array.ConvertAll(Outputs, v => map(v)), Continue is null ? null : map(Continue));
}
