namespace GraphGrad.Tests.OpTable;

/// <summary>
/// One row of the op table: how to build a node of one op from inputs. Every check (value against the reference, gradient
/// against central differences, vjp against jvp, compiled against interpreted at every width) runs on every row.
/// </summary>
public sealed class OpCase
{
    /// <summary>Unique among all rows.</summary>
    public required string Name { get; init; }

    /// <summary>The op that the row is for: <c>typeof(ExpOp)</c>. Reflection fails the build when an op lacks a row.</summary>
    public required Type Op { get; init; }

    /// <summary>The inputs' data, one per placeholder.</summary>
    public required TensorData[] Inputs { get; init; }

    /// <summary>Builds the value from placeholders of the inputs' types.</summary>
    public required Func<Value[], Value> Build { get; init; }

    /// <summary>
    /// The expected elements, row-major, in double precision (bool as 0 and 1). Elementwise rows leave it out: there the
    /// op's own reference is the oracle.
    /// </summary>
    public Func<TensorData[], double[]>? Expected { get; init; }

    /// <summary>Relative tolerance against the reference, in units of the last place of the element type.</summary>
    public double Ulps { get; init; } = 4;

    /// <summary>Absolute tolerance, for results near zero.</summary>
    public double Absolute { get; init; }

    /// <summary>False where the inputs lie on a kink or the op has no gradient: central differences then mean nothing.</summary>
    public bool CheckGradient { get; init; } = true;

    public override string ToString() => Name;
}
