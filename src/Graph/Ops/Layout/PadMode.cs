namespace GraphGrad;

/// <summary>With what a tensor is surrounded, if not with a number.</summary>
public enum PadMode
{
    /// <summary>What lies inside, mirrored at the outermost element: c b | a b c | b a.</summary>
    Reflect,

    /// <summary>What lies inside, mirrored beside the outermost element: b a | a b c | c b.</summary>
    Symmetric,

    /// <summary>The outermost element: a a | a b c | c c.</summary>
    Replicate,

    /// <summary>What lies at the other end: b c | a b c | a b.</summary>
    Circular,
}
