namespace GraphGrad.Execution;

/// <summary>The operands of a product, with their addresses in the current run.</summary>
internal struct BoundOperands(BoundAddress a, BoundAddress b, BoundAddress c)
{
    public nint A { get; private set; }

    public nint B { get; private set; }

    public nint C { get; private set; }

    /// <summary>Finds the addresses. Those that stay are not written again: other threads would have to fetch their line.</summary>
    public void Resolve(RunArguments arguments)
    {
        var (newA, newB, newC) = (a.Resolve(arguments), b.Resolve(arguments), c.Resolve(arguments));
        if (newA != A) A = newA;
        if (newB != B) B = newB;
        if (newC != C) C = newC;
    }
}
