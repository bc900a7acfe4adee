namespace GraphGrad.Parity.Live.Expressions;

internal static class MatrixTwins
{
    public static readonly Twins All = new()
    {
        ["matmul"] = t => t[0].matmul(t[1]),
        ["trace"] = t => t[0].trace(),
        ["inverse"] = t => t[0].inverse(),
        ["matmul inner"] = t => t[0].matmul(t[1]),
    };
}
