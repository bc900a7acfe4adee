using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>
/// What makes a transform of any length a convolution, by transforms of a length with small factors (Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970):
/// jk = (j² + k² - (k - j)²) / 2, so with w[j] = e^(-πi·j²/n) it is w[k] · Σ (x[j]·w[j]) · 1/w[k - j].
/// </summary>
internal sealed unsafe class Chirp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] own, kernel;
    private readonly int n;

    /// <summary>The factors of a length and the spectrum of the kernel.</summary>
    /// <param name="n">The length.</param>
    /// <param name="length">That of the convolution, at least 2n - 1.</param>
    public Chirp(int n, int length)
    {
        (this.n, Length) = (n, length);
        own = Roots.Apart<T>(n, j => Roots.Of((long)j * j, 2L * n));
        var signal = new double[2 * length];
        for (var j = 0; j < n; j++)
        {
            var (re, im) = Roots.Of((long)j * j, 2L * n);
            (signal[2 * j], signal[(2 * j) + 1]) = (re, -im);
            if (j > 0) (signal[2 * (length - j)], signal[(2 * (length - j)) + 1]) = (re, -im);
        }
        var spectrum = new double[2 * length];
        fixed (double* from = signal, to = spectrum)
        {
            FourierTables.Lines<double>(length).Rows(Complexes<double>.Pairs(from, false), 0, Complexes<double>.Pairs(to, false), 0, 1, 1.0 / length);
        }
        kernel = Roots.Apart<T>(length, k => (spectrum[2 * k], spectrum[(2 * k) + 1]));
    }

    public int Length { get; }

    /// <summary>w.</summary>
    public Parts<T> Own => new(Roots.Address(own), Roots.Address(own) + n);

    /// <summary>The spectrum of 1/w, over the length.</summary>
    public Parts<T> Kernel => new(Roots.Address(kernel), Roots.Address(kernel) + Length);
}

/// <summary>Lengths of large prime factors, of many signals at once.</summary>
internal sealed unsafe class ChirpStrips<T, TLane>(int n, int length) : FourierStrips<T, TLane>(n)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    private readonly Chirp<T> chirp = new(n, length);
    private readonly FourierPasses<T, TLane> passes = new(length);
    private readonly int n = n;

    protected override int Rooms => chirp.Length;

    protected override Parts<T> Strip(Parts<T> x, Parts<T> first, int width)
    {
        Turns<T, TLane>.Rows(x, chirp.Own, n, width);
        x.Clear((nint)n * width, (chirp.Length - n) * width);
        var spectrum = passes.Run(x, width, first, x, width, default);
        Turns<T, TLane>.Rows(spectrum, chirp.Kernel, chirp.Length, width);
        var sums = passes.Run(spectrum.Exchanged, width, (spectrum == x ? first : x).Exchanged, spectrum.Exchanged, width, default).Exchanged;
        Turns<T, TLane>.Rows(sums, chirp.Own, n, width);
        return sums;
    }
}

/// <summary>Lengths of large prime factors, of one signal after the other.</summary>
internal sealed unsafe class ChirpLines<T, TLane>(int n, int length) : FourierLines<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    private readonly Chirp<T> chirp = new(n, length);
    private readonly FourierLines<T> whole = FourierTables.Lines<T>(length);

    public override void Rows(Complexes<T> from, nint fromPitch, Complexes<T> to, nint toPitch, int rows, T scale)
    {
        using var memory = new FourierMemory<T>(4 * chirp.Length);
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (x, y) = (free.Take(chirp.Length), free.Take(chirp.Length));
            for (nint row = 0; row < rows; row++)
            {
                from.Load(row * fromPitch, n, x);
                Turns<T, TLane>.Numbers(x, chirp.Own, n);
                x.Clear(n, chirp.Length - n);
                whole.Rows(Complexes<T>.Apart(x), 0, Complexes<T>.Apart(y), 0, 1, T.One);
                Turns<T, TLane>.Numbers(y, chirp.Kernel, chirp.Length);
                whole.Rows(Complexes<T>.Apart(y.Exchanged), 0, Complexes<T>.Apart(x.Exchanged), 0, 1, T.One);
                Turns<T, TLane>.Numbers(x, chirp.Own, n);
                to.Store(row * toPitch, n, x, scale);
            }
        }
    }
}
