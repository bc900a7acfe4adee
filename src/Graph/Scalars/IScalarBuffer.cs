namespace GraphGrad.Scalars;

/// <summary>What <see cref="ScalarOp.Load"/> refers to.</summary>
internal interface IScalarBuffer
{
    /// <summary>Whether the buffer holds one row at a time, so that what is loaded changes from row to row wherever it lies.</summary>
    bool IsOfOneRow { get; }
}
