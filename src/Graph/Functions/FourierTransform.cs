namespace GraphGrad;

/// <summary>
/// The discrete Fourier transform along the last axis, of values that hold real and imaginary parts apart: […, 2, n]. An n with factors is transformed by products with small matrices, one for
/// each factor (Cooley and Tukey, 1965), a large prime through a convolution of a length with factors (Bluestein, 1970): n·log n steps for every n.
/// </summary>
internal static class FourierTransform
{
    // A product with a matrix of this many rows costs less than two steps with smaller ones.
    private const int LargestRadix = 16;
    private const int LargestDirect = 128;

    /// <summary>Σ x[j]·e^(∓2πi·jk/n).</summary>
    /// <param name="x">[…, n] if it is real, else […, 2, n].</param>
    /// <param name="n">The extent of the last axis.</param>
    /// <param name="inverse">Whether the exponent is positive; nothing is divided by n.</param>
    /// <param name="isReal">Whether there are no imaginary parts.</param>
    /// <returns>[…, 2, n].</returns>
    public static Value Of(Value x, int n, bool inverse, bool isReal)
    {
        Dim[] lead = [.. x.Shape.Dims[..^(isReal ? 1 : 2)]];
        var parts = isReal ? 1 : 2;
        var radix = Radix(n);
        if (radix == n && n <= LargestDirect)
        {
            var rows = Reshaped(x, lead, parts * n);
            return Reshaped(Ops.MatMul(rows, Ops.SwapLast(Matrix(x, n, inverse, isReal))), lead, 2, n);
        }
        if (radix == n) return Convolved(isReal ? WithoutImaginaryParts(x) : x, lead, n, inverse);
        // j = j₁·m + j₂ and k = k₁ + p·k₂: over j₁, times e^(∓2πi·j₂k₁/n), then over j₂.
        var (p, m) = (radix, n / radix);
        Value first;
        if (p <= LargestDirect)
        {
            first = Reshaped(Ops.MatMul(Matrix(x, p, inverse, isReal), Reshaped(x, lead, parts * p, m)), lead, 2, p, m);
        }
        else
        {
            var split = Reshaped(isReal ? WithoutImaginaryParts(x) : x, lead, 2, p, m);
            first = Moved(Of(Moved(split, lead.Length, 2, 0, 1), p, inverse, isReal: false), lead.Length, 1, 2, 0);
        }
        var turned = Times(first, Roots(x, inverse, n, [p, m], (a, b) => (long)a * b), lead.Length);
        var second = Of(Moved(turned, lead.Length, 1, 0, 2), m, inverse, isReal: false);
        return Reshaped(Moved(second, lead.Length, 1, 2, 0), lead, 2, n);
    }

    /// <summary>The product of complex numbers with others, along the axis of the parts; the second has that axis next to the last ones.</summary>
    public static Value Times(Value x, Value y, int axis)
    {
        var (re, im) = (Ops.Slice(x, axis, 0, 1), Ops.Slice(x, axis, 1, 1));
        var own = y.Rank - x.Rank + axis;
        var (c, s) = (Ops.Slice(y, own, 0, 1), Ops.Slice(y, own, 1, 1));
        return Ops.Concat([(re * c) - (im * s), (re * s) + (im * c)], axis);
    }

    /// <summary>The largest divisor that one product takes; of a number without small ones, its smallest prime factor.</summary>
    private static int Radix(int n)
    {
        if (n <= 2 * LargestRadix) return n;
        for (var p = LargestRadix; p > 1; p--)
        {
            if (n % p == 0) return p;
        }
        for (var p = LargestRadix + 1; (long)p * p <= n; p++)
        {
            if (n % p == 0) return p;
        }
        return n;
    }

    // jk = (j² + k² - (k - j)²) / 2: with w[j] = e^(∓πi·j²/n) the transform is w[k] · Σ (x[j]·w[j]) · 1/w[k - j].
    private static Value Convolved(Value x, Dim[] lead, int n, bool inverse)
    {
        var length = 1;
        while (length < (2 * n) - 1) length *= 2;
        var chirp = Roots(x, inverse, 2 * n, [1, n], (_, j) => (long)j * j);
        var kernel = new (double Re, double Im)[length];
        for (var j = 0; j < n; j++)
        {
            var (re, im) = Root((long)j * j, 2 * n, !inverse);
            kernel[j] = (re, im);
            if (j > 0) kernel[length - j] = (re, im);
        }
        var spectrum = Transformed(kernel);
        var factors = Constant(x, [2, 1, length], [.. spectrum.Select(z => z.Re / length), .. spectrum.Select(z => z.Im / length)]);
        var product = Times(Ops.Reshape(x, new Shape([.. lead, 2, 1, n])), chirp, lead.Length);
        Dim[] none = [.. Enumerable.Repeat((Dim)0, lead.Length + 2)];
        var padded = Reshaped(Ops.Pad(product, [.. none, 0], [.. none, length - n]), lead, 2, length);
        var transformed = Ops.Reshape(Of(padded, length, inverse: false, isReal: false), new Shape([.. lead, 2, 1, length]));
        var sums = Of(Reshaped(Times(transformed, factors, lead.Length), lead, 2, length), length, inverse: true, isReal: false);
        var kept = Ops.Reshape(Ops.Slice(sums, -1, 0, n), new Shape([.. lead, 2, 1, n]));
        return Reshaped(Times(kept, chirp, lead.Length), lead, 2, n);
    }

    private static Value WithoutImaginaryParts(Value x) => Ops.Concat([Ops.ExpandDims(x, -2), Ops.ExpandDims(Ops.ZerosLike(x), -2)], -2);

    /// <summary>The matrix of the transform, of real and imaginary parts below each other: [2n, 2n], or [2n, n] of real numbers.</summary>
    private static Value Matrix(Value x, int n, bool inverse, bool isReal)
    {
        var columns = isReal ? n : 2 * n;
        var elements = new double[2 * n * columns];
        for (var k = 0; k < n; k++)
        {
            for (var j = 0; j < n; j++)
            {
                var (re, im) = Root((long)j * k, n, inverse);
                elements[(k * columns) + j] = re;
                elements[((n + k) * columns) + j] = im;
                if (isReal) continue;
                elements[(k * columns) + n + j] = -im;
                elements[((n + k) * columns) + n + j] = re;
            }
        }
        return Constant(x, [2 * n, columns], elements);
    }

    /// <summary>e^(∓2πi·power/n) over two axes: [2, …].</summary>
    private static Value Roots(Value x, bool inverse, int n, int[] extents, Func<int, int, long> power)
    {
        var count = extents[0] * extents[1];
        var roots = Enumerable.Range(0, count).Select(i => Root(power(i / extents[1], i % extents[1]), n, inverse)).ToArray();
        return Constant(x, [2, extents[0], extents[1]], [.. roots.Select(r => r.Re), .. roots.Select(r => r.Im)]);
    }

    /// <summary>e^(∓2πi·power/n), from angles of at most an eighth of a turn, so that quarters are exact.</summary>
    private static (double Re, double Im) Root(long power, int n, bool inverse)
    {
        // In eighths of 1/n turns, from 0 to 8n.
        var turn = power % n * 8;
        var octant = (int)(turn / n);
        var rest = (octant % 2 == 0 ? turn - ((long)octant * n) : ((octant + 1L) * n) - turn) / (double)n;
        var (sin, cos) = Math.SinCos(rest * Math.PI / 4);
        if (octant % 4 is 1 or 2) (sin, cos) = (cos, sin);
        var (re, im) = (octant is >= 2 and < 6 ? -cos : cos, octant >= 4 ? -sin : sin);
        return (re, inverse ? im : -im);
    }

    /// <summary>The transform of a length that is a power of two, in double precision.</summary>
    private static (double Re, double Im)[] Transformed((double Re, double Im)[] x)
    {
        var n = x.Length;
        if (n == 1) return x;
        var (even, odd) = (Transformed([.. x.Where((_, i) => i % 2 == 0)]), Transformed([.. x.Where((_, i) => i % 2 == 1)]));
        var result = new (double Re, double Im)[n];
        for (var k = 0; k < n / 2; k++)
        {
            var (c, s) = Root(k, n, inverse: false);
            var (re, im) = ((odd[k].Re * c) - (odd[k].Im * s), (odd[k].Re * s) + (odd[k].Im * c));
            result[k] = (even[k].Re + re, even[k].Im + im);
            result[k + (n / 2)] = (even[k].Re - re, even[k].Im - im);
        }
        return result;
    }

    private static Value Constant(Value x, int[] extents, double[] elements) => x.Graph.Constant(
        x.DType == DType.Float32 ? TensorData.Create<float>(Array.ConvertAll(elements, e => (float)e), extents) : TensorData.Create<double>(elements, extents));

    private static Value Reshaped(Value x, Dim[] lead, params ReadOnlySpan<Dim> last) => Ops.Reshape(x, new Shape([.. lead, .. last]));

    /// <summary>The last three axes in another order.</summary>
    private static Value Moved(Value x, int lead, int first, int second, int third) =>
        Ops.Transpose(x, [.. Enumerable.Range(0, lead), lead + first, lead + second, lead + third]);
}
