namespace GraphGrad;

/// <summary>Windows of signal processing, by which a piece of a signal is multiplied before its spectrum is taken.</summary>
public static class WindowFunctions
{
    /// <summary>Bartlett's triangle.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="periodic">Whether the window is one period of length numbers, of which the last 0 is left out; else it is symmetric.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">The length is negative, or the type is not a float.</exception>
    public static Value Bartlett(Graph graph, int length, bool periodic = true, DType dtype = DType.Float32) =>
        Of(graph, length, periodic, dtype, t => 1 - Math.Abs((2 * t) - 1));

    /// <summary>Hann's window, sin²(πt).</summary>
    /// <inheritdoc cref="Bartlett"/>
    public static Value Hann(Graph graph, int length, bool periodic = true, DType dtype = DType.Float32) =>
        Of(graph, length, periodic, dtype, t => 0.5 - (0.5 * Math.Cos(2 * Math.PI * t)));

    /// <summary>Hamming's window, alpha - beta·cos(2πt).</summary>
    /// <inheritdoc cref="Bartlett" path="/exception"/>
    /// <param name="graph">The graph.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="periodic">Whether the window is one period of length numbers, of which the last one is left out; else it is symmetric.</param>
    /// <param name="alpha">The mean.</param>
    /// <param name="beta">The amplitude.</param>
    /// <param name="dtype">float32 or float64.</param>
    public static Value Hamming(Graph graph, int length, bool periodic = true, double alpha = 0.54, double beta = 0.46, DType dtype = DType.Float32) =>
        Of(graph, length, periodic, dtype, t => alpha - (beta * Math.Cos(2 * Math.PI * t)));

    /// <summary>Blackman's window.</summary>
    /// <inheritdoc cref="Bartlett"/>
    public static Value Blackman(Graph graph, int length, bool periodic = true, DType dtype = DType.Float32) =>
        Of(graph, length, periodic, dtype, t => 0.42 - (0.5 * Math.Cos(2 * Math.PI * t)) + (0.08 * Math.Cos(4 * Math.PI * t)));

    /// <summary>Kaiser's window, I0(beta·√(1 - (2t - 1)²)) / I0(beta).</summary>
    /// <inheritdoc cref="Bartlett" path="/exception"/>
    /// <param name="graph">The graph.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="periodic">Whether the window is one period of length numbers; else it is symmetric.</param>
    /// <param name="beta">How narrow it is.</param>
    /// <param name="dtype">float32 or float64.</param>
    public static Value Kaiser(Graph graph, int length, bool periodic = true, double beta = 12, DType dtype = DType.Float32) =>
        Of(graph, length, periodic, dtype, t => Operations.BesselFunctions.I0(beta * Math.Sqrt(1 - (((2 * t) - 1) * ((2 * t) - 1)))) / Operations.BesselFunctions.I0(beta));

    private static Value Of(Graph graph, int length, bool periodic, DType dtype, Func<double, double> at)
    {
        if (length < 0) throw graph.Error("window", $"the length {length} must not be negative.");
        if (!dtype.IsFloat()) throw graph.Error("window", $"{dtype.Text()} does not hold a window; use float32 or float64.");
        double[] values = length == 1 ? [1] : [.. Enumerable.Range(0, length).Select(i => at((double)i / (periodic ? length : length - 1)))];
        return Ops.Cast(graph.Constant(values), dtype);
    }
}
