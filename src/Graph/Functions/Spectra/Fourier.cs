using GraphGrad.Operations;

namespace GraphGrad;

// Complex numbers are pairs: a last axis of extent 2 holds the real and the imaginary part. Axes are counted without it.
public static partial class Ops
{
    private const int LeastColumns = 8;

    /// <summary>
    /// Fourier's transform of complex numbers along an axis: Σ x[j]·e^(-2πi·jk/n) for each k. A routine of about n·log n steps for every n, with derivatives of every
    /// order.
    /// </summary>
    /// <param name="x">[…, 2], float32 or float64: real and imaginary parts in the last axis.</param>
    /// <param name="axis">The axis, not counting the last one; negative counts from the end.</param>
    /// <param name="length">n: what is more is cut off, what is missing is 0; null for the extent of the axis, which then must be known.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <returns>The shape of x, with the extent n.</returns>
    /// <exception cref="GraphException">x is not float or has no pairs in its last axis, there is no such axis, or n is not known or not positive.</exception>
    public static Value Fft(Value x, int axis = -1, int? length = null, FourierNorm norm = FourierNorm.Backward) => OfPairs("fft", x, axis, length, norm, inverse: false);

    /// <summary>The inverse of <see cref="Fft(Value, int, int?, FourierNorm)"/>: Σ x[k]·e^(2πi·jk/n) / n for each j.</summary>
    /// <inheritdoc cref="Fft(Value, int, int?, FourierNorm)"/>
    public static Value Ifft(Value x, int axis = -1, int? length = null, FourierNorm norm = FourierNorm.Backward) => OfPairs("ifft", x, axis, length, norm, inverse: true);

    /// <summary>Fourier's transform of real numbers along an axis: of the n results the first n/2 + 1, for the others are their conjugates.</summary>
    /// <param name="x">float32 or float64, with at least one axis.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="length">n: what is more is cut off, what is missing is 0; null for the extent of the axis, which then must be known.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <returns>The shape of x, with the extent n/2 + 1, rounded down, and a last axis of real and imaginary parts.</returns>
    /// <exception cref="GraphException">x is not float, there is no such axis, or n is not known or not positive.</exception>
    public static Value Rfft(Value x, int axis = -1, int? length = null, FourierNorm norm = FourierNorm.Backward)
    {
        RequireFloat("rfft", x);
        var place = Axes.Find(x, axis, "rfft");
        var n = LengthOf("rfft", x, place, length);
        using var scope = x.Graph.Scope("rfft");
        return Restored(x.Graph.Add(new FourierOp(FourierKind.FromReal, n, 0, false, Factor(n, norm, inverse: false)), [ToEnd(Cut(x, place, n), place)]), place);
    }

    /// <summary>The inverse of <see cref="Rfft(Value, int, int?, FourierNorm)"/>: real numbers from the first n/2 + 1 of n complex ones, of which the others are the conjugates. What the first, and for even n the last, has of an imaginary part is not read.</summary>
    /// <param name="x">[…, 2], float32 or float64: real and imaginary parts in the last axis.</param>
    /// <param name="axis">The axis, not counting the last one; negative counts from the end.</param>
    /// <param name="length">n; null for 2·(m - 1), m the extent of the axis, which then must be known.</param>
    /// <param name="norm">What the result is divided by.</param>
    /// <returns>The shape of x without the last axis, with the extent n.</returns>
    /// <exception cref="GraphException">x is not float or has no pairs in its last axis, there is no such axis, or n is not known or not positive.</exception>
    public static Value Irfft(Value x, int axis = -1, int? length = null, FourierNorm norm = FourierNorm.Backward)
    {
        var place = RequirePairs("irfft", x, axis);
        if (length is null && x.Shape[place] is { IsConstant: true, Value: var extent }) length = 2 * ((int)extent - 1);
        var n = LengthOf("irfft", x, place, length);
        using var scope = x.Graph.Scope("irfft");
        var real = x.Graph.Add(new FourierOp(FourierKind.ToReal, n, 0, true, Factor(n, norm, inverse: true)), [ToEnd(Cut(x, place, (n / 2) + 1), place, 1)]);
        return Transpose(real, Inserted(real.Rank, place));
    }

    /// <summary>The product of complex numbers, as pairs in the last axis, elementwise with broadcasting.</summary>
    /// <param name="x">[…, 2], a float.</param>
    /// <param name="y">[…, 2] of the same type.</param>
    /// <exception cref="GraphException">There are no pairs in the last axes, types differ, or the shapes do not broadcast.</exception>
    public static Value ComplexMultiply(Value x, Value y)
    {
        RequirePairs("complex_multiply", x);
        RequirePairs("complex_multiply", y);
        var (a, b, c, d) = (Slice(x, -1, 0, 1), Slice(x, -1, 1, 1), Slice(y, -1, 0, 1), Slice(y, -1, 1, 1));
        return Concat([(a * c) - (b * d), (a * d) + (b * c)], -1);
    }

    private static Value OfPairs(string function, Value x, int axis, int? length, FourierNorm norm, bool inverse)
    {
        var place = RequirePairs(function, x, axis);
        var n = LengthOf(function, x, place, length);
        using var scope = x.Graph.Scope(function);
        var (signals, factor) = (Cut(x, place, n), Factor(n, norm, inverse));
        var behind = x.Rank - 2 - place;
        // Few columns would leave lanes idle.
        var columns = new Shape([.. signals.Shape.Dims[(place + 1)..^1]]).ElementCount;
        var areFew = behind > 0 && columns is { IsConstant: true, Value: < LeastColumns };
        if (!areFew) return x.Graph.Add(new FourierOp(FourierKind.Pairs, n, behind, inverse, factor), [signals]);
        return Restored(x.Graph.Add(new FourierOp(FourierKind.Pairs, n, 0, inverse, factor), [ToEnd(signals, place, 1)]), place);
    }

    private static double Factor(int n, FourierNorm norm, bool inverse) => norm switch
    {
        FourierNorm.Orthonormal => 1 / Math.Sqrt(n),
        FourierNorm.Forward when !inverse => 1.0 / n,
        FourierNorm.Backward when inverse => 1.0 / n,
        _ => 1,
    };

    private static int RequirePairs(string function, Value x, int axis)
    {
        RequirePairs(function, x);
        var axes = x.Rank - 1;
        if (axis < -axes || axis >= axes) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} has no axis {axis} before that of the pairs; axes are 0 … {axes - 1}, or {-axes} … -1 counted from the end.");
        return axis < 0 ? axis + axes : axis;
    }

    private static void RequirePairs(string function, Value x)
    {
        RequireFloat(function, x);
        if (x.Rank == 0 || !x.Shape[^1].Is(2)) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} does not hold complex numbers: its last axis must have the real and the imaginary part. Stack them there.");
    }

    private static int LengthOf(string function, Value x, int axis, int? length)
    {
        if (length is null && !x.Shape[axis].IsConstant) throw x.Graph.Error(function, $"axis {axis} of '{x.Name}' {x.Type} has the unknown extent {x.Shape[axis]}; give a length.");
        var n = length ?? (int)x.Shape[axis].Value;
        return n > 0 ? n : throw x.Graph.Error(function, $"the length {n} for '{x.Name}' {x.Type} must be positive.");
    }

    /// <summary>The first n elements of an axis, with zeros for those that it lacks.</summary>
    private static Value Cut(Value x, int axis, int n)
    {
        if (!x.Shape[axis].IsConstant) return Slice(x, axis, 0, n);
        var extent = (int)x.Shape[axis].Value;
        if (extent > n) return Slice(x, axis, 0, n);
        if (extent == n) return x;
        var (low, high) = (new Dim[x.Rank], new Dim[x.Rank]);
        Array.Fill(low, 0);
        Array.Fill(high, 0);
        high[axis] = n - extent;
        return Pad(x, low, high);
    }

    /// <summary>An axis moved behind all others, but for so many.</summary>
    private static Value ToEnd(Value x, int axis, int behind = 0) =>
        Transpose(x, [.. Enumerable.Range(0, x.Rank - behind).Where(a => a != axis), axis, .. Enumerable.Range(x.Rank - behind, behind)]);

    /// <summary>The last axis before that of the pairs, moved back to its place.</summary>
    private static Value Restored(Value x, int place) => Transpose(x, [.. Inserted(x.Rank - 1, place), x.Rank - 1]);

    private static int[] Inserted(int rank, int place) => [.. Enumerable.Range(0, place), rank - 1, .. Enumerable.Range(place, rank - 1 - place)];
}
