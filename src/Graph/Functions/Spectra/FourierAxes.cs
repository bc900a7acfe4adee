using GraphGrad.Operations;

namespace GraphGrad;

// Transforms along several axes, those of numbers that mirror their conjugates, and the frequencies to which their results belong.
public static partial class Ops
{
    /// <summary>Fourier transforms along several axes, one after the other.</summary>
    /// <param name="x">[…, 2] of a float type: real and imaginary parts.</param>
    /// <param name="axes">Which, counted without the axis of the pairs.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <exception cref="GraphException">There are no pairs in the last axis, or an axis is out of range, named twice, or of unknown extent.</exception>
    public static Value Fft(Value x, int[] axes, FourierNorm norm = FourierNorm.Backward) =>
        AxesOfPairs("fft", x, axes).AsEnumerable().Reverse().Aggregate(x, (result, axis) => Fft(result, axis, norm: norm));

    /// <summary>Inverse Fourier transforms along several axes, one after the other.</summary>
    /// <inheritdoc cref="Fft(Value, int[], FourierNorm)" path="/*[not(self::summary)]"/>
    public static Value Ifft(Value x, int[] axes, FourierNorm norm = FourierNorm.Backward) =>
        AxesOfPairs("ifft", x, axes).AsEnumerable().Reverse().Aggregate(x, (result, axis) => Ifft(result, axis, norm: norm));

    /// <summary>Fourier transforms of real numbers along several axes. The last of them keeps the n/2 + 1 frequencies that are not conjugates of others.</summary>
    /// <param name="x">A float.</param>
    /// <param name="axes">Which.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <exception cref="GraphException">x is no float, or an axis is out of range, named twice, or of unknown extent, or none is given.</exception>
    public static Value Rfft(Value x, int[] axes, FourierNorm norm = FourierNorm.Backward)
    {
        var places = AtLeastOne("rfft", x, Axes.Find(x, axes, "rfft"));
        return Fft(Rfft(x, places[^1], norm: norm), places[..^1], norm);
    }

    /// <summary>The inverse of <see cref="Rfft(Value, int[], FourierNorm)"/>: real numbers of the frequencies that are not conjugates of others.</summary>
    /// <param name="x">[…, 2] of a float type: real and imaginary parts.</param>
    /// <param name="axes">Which, counted without the axis of the pairs; the last one has the n/2 + 1 frequencies.</param>
    /// <param name="length">n; by default the even one.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <exception cref="GraphException">There are no pairs in the last axis, or an axis is out of range, named twice, or of unknown extent, or none is given.</exception>
    public static Value Irfft(Value x, int[] axes, int? length = null, FourierNorm norm = FourierNorm.Backward)
    {
        var places = AtLeastOne("irfft", x, AxesOfPairs("irfft", x, axes));
        return Irfft(Ifft(x, places[..^1], norm), places[^1], length, norm);
    }

    /// <summary>The Fourier transform of numbers that are the conjugates of their mirror images, which is real. Only the first half of them is given.</summary>
    /// <param name="x">[…, 2] of a float type: real and imaginary parts.</param>
    /// <param name="axis">The axis, counted without that of the pairs.</param>
    /// <param name="length">The length of the result; by default 2·(n - 1) for n given numbers.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <exception cref="GraphException">There are no pairs in the last axis, the axis is out of range or of unknown extent, or the length is not positive.</exception>
    public static Value Hfft(Value x, int axis = -1, int? length = null, FourierNorm norm = FourierNorm.Backward)
    {
        RequirePairs("hfft", x, axis);
        return Irfft(Conjugate(x), axis, length, Opposite(norm));
    }

    /// <summary>The inverse of <see cref="Hfft(Value, int, int?, FourierNorm)"/>: of real numbers the first n/2 + 1 of the numbers whose transform they are.</summary>
    /// <param name="x">A float.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="length">n: the axis is cut, or extended by zeros; by default its extent.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <exception cref="GraphException">x is no float, the axis is out of range or of unknown extent, or the length is not positive.</exception>
    public static Value Ihfft(Value x, int axis = -1, int? length = null, FourierNorm norm = FourierNorm.Backward) =>
        Conjugate(Rfft(x, axis, length, Opposite(norm)));

    /// <summary>As <see cref="Hfft(Value, int, int?, FourierNorm)"/>, of numbers whose mirror images on several axes are their conjugates. Of the last axis only the first half is given.</summary>
    /// <param name="x">[…, 2] of a float type: real and imaginary parts.</param>
    /// <param name="axes">Which, counted without the axis of the pairs.</param>
    /// <param name="length">The extent of the last of the axes in the result; by default 2·(n - 1) for n given numbers.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <exception cref="GraphException">There are no pairs in the last axis, or an axis is out of range, named twice, or of unknown extent, or none is given, or the length is not positive.</exception>
    public static Value Hfft(Value x, int[] axes, int? length = null, FourierNorm norm = FourierNorm.Backward)
    {
        var places = AtLeastOne("hfft", x, AxesOfPairs("hfft", x, axes));
        return Hfft(Fft(x, places[..^1], norm), places[^1], length, norm);
    }

    /// <summary>The inverse of <see cref="Hfft(Value, int[], int?, FourierNorm)"/>: of real numbers those whose transform they are, of the last axis the first n/2 + 1.</summary>
    /// <param name="x">A float.</param>
    /// <param name="axes">Which.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <exception cref="GraphException">x is no float, or an axis is out of range, named twice, or of unknown extent, or none is given.</exception>
    public static Value Ihfft(Value x, int[] axes, FourierNorm norm = FourierNorm.Backward)
    {
        var places = AtLeastOne("ihfft", x, Axes.Find(x, axes, "ihfft"));
        return Ifft(Ihfft(x, places[^1], norm: norm), places[..^1], norm);
    }

    /// <summary>The frequencies of a Fourier transform's results, in cycles: 0, 1, …, then the negative ones, divided by n·distance.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="length">n.</param>
    /// <param name="distance">The time between two samples.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">The length is not positive, the distance is 0 or NaN, or the type is no float.</exception>
    public static Value FftFrequencies(Graph graph, int length, double distance = 1, DType dtype = DType.Float32) =>
        Frequencies(graph, "fft_frequencies", length, distance, dtype, [.. Enumerable.Range(0, length < 0 ? 0 : length).Select(k => k < (length + 1) / 2 ? k : k - length)]);

    /// <summary>As <see cref="FftFrequencies"/>, of the n/2 + 1 results of <see cref="Rfft(Value, int, int?, FourierNorm)"/>.</summary>
    /// <inheritdoc cref="FftFrequencies" path="/*[not(self::summary)]"/>
    public static Value RfftFrequencies(Graph graph, int length, double distance = 1, DType dtype = DType.Float32) =>
        Frequencies(graph, "rfft_frequencies", length, distance, dtype, [.. Enumerable.Range(0, length < 0 ? 0 : (length / 2) + 1)]);

    /// <summary>Moves the frequency 0 of a transform's result to the middle of each axis.</summary>
    /// <param name="x">A tensor; if it holds pairs, leave their axis out.</param>
    /// <param name="axes">Which; all if none is named.</param>
    /// <exception cref="GraphException">An axis is out of range, named twice, or of unknown extent.</exception>
    public static Value FftShift(Value x, params int[] axes) => Shifted(x, "fft_shift", axes, n => n / 2);

    /// <summary>The inverse of <see cref="FftShift"/>: moves what is in the middle of each axis to its beginning.</summary>
    /// <inheritdoc cref="FftShift" path="/*[not(self::summary)]"/>
    public static Value IfftShift(Value x, params int[] axes) => Shifted(x, "ifft_shift", axes, n => -(n / 2));

    private static Value Shifted(Value x, string function, int[] axes, Func<int, int> shift)
    {
        var places = axes.Length > 0 ? Axes.Find(x, axes, function) : [.. Enumerable.Range(0, x.Rank)];
        foreach (var axis in places)
        {
            if (!x.Shape[axis].IsConstant) throw x.Graph.Error(function, $"axis {axis} of '{x.Name}' {x.Type} has the unknown extent {x.Shape[axis]}; only of a known one the middle is known.");
        }
        return Roll(x, [.. places.Select(place => shift((int)x.Shape[place].Value))], places);
    }

    private static Value Frequencies(Graph graph, string function, int length, double distance, DType dtype, int[] cycles)
    {
        if (length < 1 || !(Math.Abs(distance) > 0) || !dtype.IsFloat())
            throw graph.Error(function, $"the length {length} must be positive, the distance {distance} not 0, and the type {dtype.Text()} float32 or float64.");
        return Cast(graph.Constant(Array.ConvertAll(cycles, k => k / (length * distance))), dtype);
    }

    private static FourierNorm Opposite(FourierNorm norm) => norm switch
    {
        FourierNorm.Backward => FourierNorm.Forward,
        FourierNorm.Forward => FourierNorm.Backward,
        _ => norm,
    };

    private static Value Conjugate(Value x) => Concat([Slice(x, -1, 0, 1), -Slice(x, -1, 1, 1)], -1);

    private static int[] AxesOfPairs(string function, Value x, int[] axes)
    {
        int[] places = [.. axes.Select(axis => RequirePairs(function, x, axis))];
        return places.Distinct().Count() == places.Length ? places : throw x.Graph.Error(function, $"an axis of '{x.Name}' {x.Type} is named twice among {string.Join(", ", axes)}.");
    }

    private static int[] AtLeastOne(string function, Value x, int[] places) =>
        places.Length > 0 ? places : throw x.Graph.Error(function, $"no axis of '{x.Name}' {x.Type} is given; name at least one.");
}
