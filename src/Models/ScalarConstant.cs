namespace GraphGrad;

/// <summary>Numbers as constants of a given float type.</summary>
internal static class ScalarConstant
{
    public static Value Of(Graph graph, double number, DType dtype) => dtype switch
    {
        DType.Float32 => graph.Constant((float)number),
        DType.Float64 => graph.Constant(number),
        DType.Int32 => graph.Constant((int)number),
        DType.Int64 => graph.Constant((long)number),
        _ => graph.Constant(number != 0),
    };
}
