namespace GraphGrad.Operations;

/// <summary>What the compiler needs to know of an op to place it in a kernel.</summary>
internal enum OpKind
{
    /// <summary>Exists before the run; bound to a buffer.</summary>
    Source,

    /// <summary>Elements from elements at the same index.</summary>
    Elementwise,

    /// <summary>Elements of the first input at an affine function of the index: no arithmetic, only strides.</summary>
    View,

    /// <summary>Elements from elements at other indices, by predicates or by data.</summary>
    Indexed,

    /// <summary>The same dense elements under another shape.</summary>
    Alias,

    /// <summary>Combines over axes: its element calls <see cref="ElementContext.Reduce"/> once.</summary>
    Reduction,

    /// <summary>A product of two operands that are strided views; has a kernel of its own.</summary>
    Contraction,

    /// <summary>Adds at places that data chooses.</summary>
    Scatter,

    /// <summary>Reads whole dense inputs from memory and writes whole results; never part of a kernel.</summary>
    Routine,

    /// <summary>One of two values, of which only the one taken is computed.</summary>
    Branch,

    /// <summary>Computes nothing; orders others.</summary>
    Control,
}
