namespace GraphGrad;

/// <summary>What a loss makes of the losses of the single elements or examples.</summary>
public enum Reduction
{
    /// <summary>Their mean, a scalar.</summary>
    Mean,

    /// <summary>Their sum, a scalar.</summary>
    Sum,

    /// <summary>Nothing: they stay apart.</summary>
    None,
}
