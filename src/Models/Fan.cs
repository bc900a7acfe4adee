namespace GraphGrad;

/// <summary>What an initializer counts.</summary>
public enum Fan
{
    /// <summary>How many numbers one output sums up.</summary>
    In,

    /// <summary>How many outputs one input reaches.</summary>
    Out,
}
