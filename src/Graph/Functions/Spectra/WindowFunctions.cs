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

    /// <summary>A sum of cosines with alternating signs, a₀ - a₁·cos(2πt) + a₂·cos(4πt) - …</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="coefficients">a₀, a₁, …</param>
    /// <param name="periodic">Whether the window is one period of length numbers; else it is symmetric.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">There are no coefficients, the length is negative, or the type is not a float.</exception>
    public static Value GeneralCosine(Graph graph, int length, double[] coefficients, bool periodic = true, DType dtype = DType.Float32)
    {
        if (coefficients.Length == 0) throw graph.Error("window", "a sum of cosines needs at least one coefficient; none is given.");
        return Of(graph, length, periodic, dtype, t => coefficients.Select((a, k) => (k % 2 == 0 ? a : -a) * Math.Cos(2 * Math.PI * k * t)).Sum());
    }

    /// <summary>Nuttall's window of four terms, of small side lobes.</summary>
    /// <remarks>Nuttall, "Some windows with very good sidelobe behavior", 1981.</remarks>
    /// <inheritdoc cref="Bartlett"/>
    public static Value Nuttall(Graph graph, int length, bool periodic = true, DType dtype = DType.Float32) =>
        GeneralCosine(graph, length, [0.3635819, 0.4891775, 0.1365995, 0.0106411], periodic, dtype);

    /// <summary>The arch of a sine, sin(π(i + ½) / length), whose ends are half a step from 0.</summary>
    /// <inheritdoc cref="Bartlett" path="/exception"/>
    /// <param name="graph">The graph.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="periodic">Whether the window is one of length + 1 numbers, of which the last is left out; else it is symmetric.</param>
    /// <param name="dtype">float32 or float64.</param>
    public static Value Cosine(Graph graph, int length, bool periodic = true, DType dtype = DType.Float32) =>
        At(graph, length, periodic, dtype, (i, last) => Math.Sin(Math.PI * (i + 0.5) / (last + 1)));

    /// <summary>The density of a normal number, scaled to 1 in the middle: exp(-½·(distance from the middle / deviation)²).</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="deviation">The standard deviation, in steps from one number to the next.</param>
    /// <param name="periodic">Whether the window is one of length + 1 numbers, of which the last is left out; else it is symmetric.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">The deviation is not above 0, the length is negative, or the type is not a float.</exception>
    public static Value Gaussian(Graph graph, int length, double deviation = 1, bool periodic = true, DType dtype = DType.Float32)
    {
        if (!(deviation > 0)) throw graph.Error("window", $"the deviation {deviation} of a Gaussian must be above 0.");
        return At(graph, length, periodic, dtype, (i, last) => Math.Exp(-0.5 * Math.Pow((i - (last / 2)) / deviation, 2)));
    }

    /// <summary>exp(-|i - center| / decay).</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="decay">In how many steps it falls to 1/e.</param>
    /// <param name="center">The place of the greatest; null for the middle.</param>
    /// <param name="periodic">Whether the window is one of length + 1 numbers, of which the last is left out; else it is symmetric.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">The decay is not above 0, a symmetric window has a center of its own, the length is negative, or the type is not a float.</exception>
    public static Value Exponential(Graph graph, int length, double decay = 1, double? center = null, bool periodic = true, DType dtype = DType.Float32)
    {
        if (!(decay > 0)) throw graph.Error("window", $"the decay {decay} of an exponential window must be above 0.");
        if (center is { } place && !periodic) throw graph.Error("window", $"a symmetric window has its center in the middle, not at {place}; leave the center out, or make it periodic.");
        return At(graph, length, periodic, dtype, (i, last) => Math.Exp(-Math.Abs(i - (center ?? last / 2)) / decay));
    }

    /// <summary>By places from 0 to 1.</summary>
    private static Value Of(Graph graph, int length, bool periodic, DType dtype, Func<double, double> at) =>
        At(graph, length, periodic, dtype, (i, last) => last == 0 ? 1 : at(i / last));

    /// <summary>By places from 0 to a last one, which a periodic window leaves out.</summary>
    private static Value At(Graph graph, int length, bool periodic, DType dtype, Func<int, double, double> at)
    {
        if (length < 0) throw graph.Error("window", $"the length {length} must not be negative.");
        if (!dtype.IsFloat()) throw graph.Error("window", $"{dtype.Text()} does not hold a window; use float32 or float64.");
        var last = periodic && length > 1 ? length : length - 1;
        double[] values = [.. Enumerable.Range(0, length).Select(i => at(i, last))];
        return Ops.Cast(graph.Constant(values), dtype);
    }
}
