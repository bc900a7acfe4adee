using System.Numerics;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>Transforms of real signals to the first n/2 + 1 numbers of their spectra, of which the others are the conjugates, and back.</summary>
internal abstract unsafe class RealLines<T>
    where T : unmanaged
{
    /// <summary>Rows of n numbers to rows of n/2 + 1 pairs, Σ x[j]·e^(-2πi·jk/n), times a number.</summary>
    public abstract void Forward(T* from, T* to, int rows, T scale);

    /// <summary>Rows of n/2 + 1 pairs to rows of n numbers, Σ x[k]·e^(2πi·jk/n) over all n of them, times a number. Imaginary parts of what is its own conjugate are not read.</summary>
    public abstract void Backward(T* from, T* to, int rows, T scale);
}

/// <summary>
/// An even length is transformed as half as many complex numbers: of even and odd places E and O is the spectrum E[k] + e^(-2πik/n)·O[k], and both can be told apart in that of E + i·O, as spectra of real
/// signals are their own conjugates backwards. Of an odd length, two signals are transformed as one.
/// </summary>
/// <remarks>Cooley, Lewis and Welch, "The fast Fourier transform algorithm: programming considerations in the calculation of sine, cosine and Laplace transforms", 1970.</remarks>
internal sealed unsafe class RealLines<T, TLane> : RealLines<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    // As many lines are transformed before they are told apart.
    private const int Together = 32;

    private readonly int n, length, kept, pitch;
    private readonly FourierLines<T> lines;
    private readonly T[] roots;
    private readonly T half = T.CreateChecked(0.5);

    public RealLines(int n)
    {
        (this.n, length, kept) = (n, n % 2 == 0 ? n / 2 : n, (n / 2) + 1);
        pitch = FourierTables.Whole(length + 1, TLane.Count);
        lines = FourierTables.Lines<T>(length);
        roots = n % 2 == 0 ? RootsOfUnity.Apart<T>(pitch, k => RootsOfUnity.Of(k, n)) : [];
    }

    private SplitComplex<T> Root => new(RootsOfUnity.Address(roots), RootsOfUnity.Address(roots) + pitch);

    public override void Forward(T* from, T* to, int rows, T scale)
    {
        if (n % 2 == 0) ForwardEven(from, to, rows, scale * half);
        else ForwardOdd(from, to, rows, scale * half);
    }

    public override void Backward(T* from, T* to, int rows, T scale)
    {
        if (n % 2 == 0) BackwardEven(from, to, rows, scale);
        else BackwardOdd(from, to, rows, scale);
    }

    private void ForwardEven(T* from, T* to, int rows, T scale)
    {
        var together = Math.Min(rows, Together);
        using var memory = new FourierMemory<T>(2 * pitch * (together + 2));
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (z, mirrored, result) = (free.Take(pitch * together), free.Take(pitch), free.Take(pitch));
            for (nint row = 0; row < rows; row += together)
            {
                var count = (int)Math.Min(together, rows - row);
                lines.Rows(ComplexView<T>.Pairs(from + (row * n), false), length, ComplexView<T>.Apart(z), pitch, count, T.One);
                for (var i = 0; i < count; i++)
                {
                    var x = z.From((nint)i * pitch);
                    (x.Re[length], x.Im[length]) = (*x.Re, *x.Im);
                    Mirror(x, mirrored, length + 1);
                    Untangle(x, mirrored, Root, result, pitch);
                    ComplexView<T>.Pairs(to, false).Store((row + i) * kept, kept, result, scale);
                }
            }
        }
    }

    private void BackwardEven(T* from, T* to, int rows, T scale)
    {
        var together = Math.Min(rows, Together);
        using var memory = new FourierMemory<T>(2 * pitch * (together + 2));
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (z, mirrored, x) = (free.Take(pitch * together), free.Take(pitch), free.Take(pitch));
            for (nint row = 0; row < rows; row += together)
            {
                var count = (int)Math.Min(together, rows - row);
                for (var i = 0; i < count; i++)
                {
                    ComplexView<T>.Pairs(from, false).Load((row + i) * kept, kept, x);
                    *x.Im = x.Im[length] = T.Zero;
                    Mirror(x, mirrored, kept);
                    Join(x, mirrored, Root, z.From((nint)i * pitch), pitch);
                }
                lines.Rows(ComplexView<T>.Apart(z.Exchanged), pitch, ComplexView<T>.Pairs(to + (row * n), true), length, count, scale);
            }
        }
    }

    private void ForwardOdd(T* from, T* to, int rows, T scale)
    {
        using var memory = new FourierMemory<T>(8 * pitch);
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (z, mirrored, first, second) = (free.Take(pitch), free.Take(pitch), free.Take(pitch), free.Take(pitch));
            var target = ComplexView<T>.Pairs(to, false);
            for (nint row = 0; row < rows; row += 2)
            {
                var isPair = row + 1 < rows;
                var signal = from + (row * n);
                lines.Rows(ComplexView<T>.Apart(signal, isPair ? signal + n : null), 0, ComplexView<T>.Apart(z), 0, 1, T.One);
                (z.Re[n], z.Im[n]) = (*z.Re, *z.Im);
                Mirror(z, mirrored, n + 1);
                Separate(z, mirrored, first, second, FourierTables.Whole(kept, TLane.Count));
                target.Store(row * kept, kept, first, scale);
                if (isPair) target.Store((row + 1) * kept, kept, second, scale);
            }
        }
    }

    private void BackwardOdd(T* from, T* to, int rows, T scale)
    {
        using var memory = new FourierMemory<T>(8 * pitch);
        fixed (T* start = memory.Span)
        {
            var free = memory.Begin(start);
            var (z, mirrored, a, b) = (free.Take(pitch), free.Take(pitch), free.Take(pitch), free.Take(pitch));
            var source = ComplexView<T>.Pairs(from, false);
            for (nint row = 0; row < rows; row += 2)
            {
                var isPair = row + 1 < rows;
                source.Load(row * kept, kept, a);
                if (isPair) source.Load((row + 1) * kept, kept, b);
                else b.Clear(0, kept);
                *a.Im = *b.Im = T.Zero;
                // B + i·A with its parts exchanged, and its conjugate backwards.
                for (var k = 0; k < kept; k++)
                {
                    (z.Re[k], z.Im[k]) = (a.Re[k] + b.Im[k], b.Re[k] - a.Im[k]);
                    (mirrored.Re[k], mirrored.Im[k]) = (a.Re[k] - b.Im[k], b.Re[k] + a.Im[k]);
                }
                Mirror(mirrored.From(1), z.From(kept), n - kept);
                var signal = to + (row * n);
                lines.Rows(ComplexView<T>.Apart(z), 0, ComplexView<T>.Apart(signal, isPair ? signal + n : null), 0, 1, scale);
            }
        }
    }

    private static void Mirror(SplitComplex<T> from, SplitComplex<T> to, int count)
    {
        ComplexMoves.Reverse(from.Re, to.Re, count);
        ComplexMoves.Reverse(from.Im, to.Im, count);
    }

    /// <summary>Twice E + w·O, with E what is its own conjugate backwards in z, and i·O the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Untangle(SplitComplex<T> z, SplitComplex<T> mirrored, SplitComplex<T> root, SplitComplex<T> result, int count)
    {
        for (var k = 0; k < count; k += TLane.Count)
        {
            TLane zr = TLane.Load(z.Re + k), zi = TLane.Load(z.Im + k), mr = TLane.Load(mirrored.Re + k), mi = TLane.Load(mirrored.Im + k);
            TLane c = TLane.Load(root.Re + k), s = TLane.Load(root.Im + k), or = zi + mi, oi = mr - zr;
            TLane.MultiplyAdd(c, or, TLane.MultiplyAdd(-s, oi, zr + mr)).Store(result.Re + k);
            TLane.MultiplyAdd(c, oi, TLane.MultiplyAdd(s, or, zi - mi)).Store(result.Im + k);
        }
    }

    /// <summary>Twice E and twice O.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Separate(SplitComplex<T> z, SplitComplex<T> mirrored, SplitComplex<T> first, SplitComplex<T> second, int count)
    {
        for (var k = 0; k < count; k += TLane.Count)
        {
            TLane zr = TLane.Load(z.Re + k), zi = TLane.Load(z.Im + k), mr = TLane.Load(mirrored.Re + k), mi = TLane.Load(mirrored.Im + k);
            (zr + mr).Store(first.Re + k);
            (zi - mi).Store(first.Im + k);
            (zi + mi).Store(second.Re + k);
            (mr - zr).Store(second.Im + k);
        }
    }

    /// <summary>E + i·O of a spectrum E + w·O.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Join(SplitComplex<T> x, SplitComplex<T> mirrored, SplitComplex<T> root, SplitComplex<T> z, int count)
    {
        for (var k = 0; k < count; k += TLane.Count)
        {
            TLane xr = TLane.Load(x.Re + k), xi = TLane.Load(x.Im + k), mr = TLane.Load(mirrored.Re + k), mi = TLane.Load(mirrored.Im + k);
            TLane c = TLane.Load(root.Re + k), s = TLane.Load(root.Im + k), dr = xr - mr, di = xi + mi;
            TLane.MultiplyAdd(s, dr, TLane.MultiplyAdd(-c, di, xr + mr)).Store(z.Re + k);
            TLane.MultiplyAdd(c, dr, TLane.MultiplyAdd(s, di, xi - mi)).Store(z.Im + k);
        }
    }
}
