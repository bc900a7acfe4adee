namespace GraphGrad;

/// <summary>What differentiation does about a value on which the result does not depend.</summary>
public enum Disconnected
{
    /// <summary>A <see cref="GraphException"/> that names both.</summary>
    Error,

    /// <summary>A gradient of zeros.</summary>
    Zeros,
}
