namespace GraphGrad.Parity.Cases;

/// <summary>Windows that PyTorch has in Python, by the formulas of the twins.</summary>
internal static class WindowCases
{
    private static readonly double[] Terms = [0.4, 0.35, 0.15, 0.1];

    private static readonly Recipe[][] Seven = [[Normal(7)]];

    public static readonly Case[] All =
    [
        Row("signal.windows.cosine", (g, type) => WindowFunctions.Cosine(g, 7, periodic: false, type), "WindowFunctions.Cosine"),
        Row("signal.windows.cosine, a period", (g, type) => WindowFunctions.Cosine(g, 7, dtype: type), "WindowFunctions.Cosine"),
        Row("signal.windows.exponential", (g, type) => WindowFunctions.Exponential(g, 7, 2, periodic: false, dtype: type), "WindowFunctions.Exponential"),
        Row("signal.windows.exponential around a place", (g, type) => WindowFunctions.Exponential(g, 7, 1.5, 2.5, dtype: type), "WindowFunctions.Exponential"),
        Row("signal.windows.gaussian", (g, type) => WindowFunctions.Gaussian(g, 7, 1.5, periodic: false, type), "WindowFunctions.Gaussian"),
        Row("signal.windows.gaussian, a period", (g, type) => WindowFunctions.Gaussian(g, 7, 2, dtype: type), "WindowFunctions.Gaussian"),
        Row("signal.windows.general_cosine", (g, type) => WindowFunctions.GeneralCosine(g, 7, Terms, periodic: false, type), "WindowFunctions.GeneralCosine"),
        Row("signal.windows.general_cosine, a period", (g, type) => WindowFunctions.GeneralCosine(g, 7, Terms, dtype: type), "WindowFunctions.GeneralCosine"),
        Row("signal.windows.general_hamming", (g, type) => WindowFunctions.Hamming(g, 7, periodic: false, alpha: 0.6, beta: 0.4, dtype: type), "WindowFunctions.Hamming"),
        Row("signal.windows.nuttall", (g, type) => WindowFunctions.Nuttall(g, 7, periodic: false, type), "WindowFunctions.Nuttall"),
        Row("signal.windows.nuttall, a period", (g, type) => WindowFunctions.Nuttall(g, 7, dtype: type), "WindowFunctions.Nuttall"),
        new("signal.windows.nuttall of one number", x => x[0] * WindowFunctions.Nuttall(x[0].Graph, 1, dtype: x[0].DType), [[Normal(1)]]) { Ours = "WindowFunctions.Nuttall" },
        Case.Refuses("signal.windows.cosine of negative length", x => x[0] * WindowFunctions.Cosine(x[0].Graph, -1, dtype: x[0].DType), "must not be negative", Normal(7)),
        Case.Refuses("signal.windows.gaussian of whole numbers", x => x[0] * WindowFunctions.Gaussian(x[0].Graph, 7, dtype: DType.Int64), "does not hold a window", Normal(7)),
        Case.Refuses("signal.windows.general_cosine of nothing", x => x[0] * WindowFunctions.GeneralCosine(x[0].Graph, 7, [], dtype: x[0].DType), "at least one coefficient", Normal(7)),
    ];

    private static Case Row(string name, Func<Graph, DType, Value> window, string ours) => new(name, x => x[0] * window(x[0].Graph, x[0].DType), Seven) { By = Measure.Norm, Ours = ours };
}
