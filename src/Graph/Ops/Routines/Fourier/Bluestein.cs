using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>
/// What makes a transform of any length a convolution, by transforms of a length with small factors (Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970):
/// jk = (j² + k² - (k - j)²) / 2, so with w[j] = e^(-πi·j²/n) it is w[k] · Σ (x[j]·w[j]) · 1/w[k - j].
/// </summary>
internal sealed unsafe class Bluestein<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] own, kernel;
    private readonly int n;

    /// <summary>The factors of a length and the spectrum of the kernel.</summary>
    /// <param name="n">The length.</param>
    /// <param name="length">That of the convolution, at least 2n - 1.</param>
    public Bluestein(int n, int length)
    {
        (this.n, Length) = (n, length);
        own = RootsOfUnity.Apart<T>(n, j => RootsOfUnity.Of((long)j * j, 2L * n));
        var signal = new double[2 * length];
        for (var j = 0; j < n; j++)
        {
            var (re, im) = RootsOfUnity.Of((long)j * j, 2L * n);
            (signal[2 * j], signal[(2 * j) + 1]) = (re, -im);
            if (j > 0) (signal[2 * (length - j)], signal[(2 * (length - j)) + 1]) = (re, -im);
        }
        var spectrum = new double[2 * length];
        fixed (double* from = signal, to = spectrum)
        {
            FourierTables.Lines<double>(length).Rows(ComplexView<double>.Pairs(from, false), 0, ComplexView<double>.Pairs(to, false), 0, 1, 1.0 / length);
        }
        kernel = RootsOfUnity.Apart<T>(length, k => (spectrum[2 * k], spectrum[(2 * k) + 1]));
    }

    public int Length { get; }

    /// <summary>w.</summary>
    public SplitComplex<T> Own => new(RootsOfUnity.Address(own), RootsOfUnity.Address(own) + n);

    /// <summary>The spectrum of 1/w, over the length.</summary>
    public SplitComplex<T> Kernel => new(RootsOfUnity.Address(kernel), RootsOfUnity.Address(kernel) + Length);
}

/// <summary>Lengths of large prime factors, of many signals at once.</summary>
internal sealed unsafe class BluesteinStrips<T, TLane>(int n, int length) : FourierStrips<T, TLane>(n)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    private readonly Bluestein<T> bluestein = new(n, length);
    private readonly FourierPasses<T, TLane> passes = new(length);
    private readonly int n = n;

    protected override int Rooms => bluestein.Length;

    protected override SplitComplex<T> Strip(SplitComplex<T> x, SplitComplex<T> first, int width)
    {
        Twiddles<T, TLane>.Rows(x, bluestein.Own, n, width);
        x.Clear((nint)n * width, (bluestein.Length - n) * width);
        var spectrum = passes.Run(x, width, first, x, width, default);
        Twiddles<T, TLane>.Rows(spectrum, bluestein.Kernel, bluestein.Length, width);
        var sums = passes.Run(spectrum.Exchanged, width, (spectrum == x ? first : x).Exchanged, spectrum.Exchanged, width, default).Exchanged;
        Twiddles<T, TLane>.Rows(sums, bluestein.Own, n, width);
        return sums;
    }
}

/// <summary>Lengths of large prime factors, of one signal after the other.</summary>
internal sealed unsafe class BluesteinLines<T, TLane>(int n, int length) : FourierLines<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    private readonly Bluestein<T> bluestein = new(n, length);
    private readonly FourierLines<T> whole = FourierTables.Lines<T>(length);

    public override void Rows(ComplexView<T> from, nint fromPitch, ComplexView<T> to, nint toPitch, int rows, T scale)
    {
        using var memory = new FourierMemory<T>(4 * bluestein.Length);
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (x, y) = (free.Take(bluestein.Length), free.Take(bluestein.Length));
            for (nint row = 0; row < rows; row++)
            {
                from.Load(row * fromPitch, n, x);
                Twiddles<T, TLane>.Numbers(x, bluestein.Own, n);
                x.Clear(n, bluestein.Length - n);
                whole.Rows(ComplexView<T>.Apart(x), 0, ComplexView<T>.Apart(y), 0, 1, T.One);
                Twiddles<T, TLane>.Numbers(y, bluestein.Kernel, bluestein.Length);
                whole.Rows(ComplexView<T>.Apart(y.Exchanged), 0, ComplexView<T>.Apart(x.Exchanged), 0, 1, T.One);
                Twiddles<T, TLane>.Numbers(x, bluestein.Own, n);
                to.Store(row * toPitch, n, x, scale);
            }
        }
    }
}
