namespace GraphGrad;

/// <summary>In which direction a Jacobian is computed.</summary>
public enum DifferentiationMode
{
    /// <summary>
    /// Forward if there are fewer inputs than results, else in reverse. Where extents are symbols, what is known to be fixed counts as fewer; in
    /// reverse also where a custom gradient on the way has no tangent function.
    /// </summary>
    Cheaper,

    /// <summary>A column at a time: as many forward derivatives as there are inputs.</summary>
    Forward,

    /// <summary>A row at a time: as many gradients as there are results.</summary>
    Reverse,
}
