using System.Numerics;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>Passes of Fourier's transform by radix, all numbers of a group in registers.</summary>
internal static unsafe class Butterflies<T, TLane>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    private static readonly T HalfRoot = T.CreateChecked(Math.Sqrt(0.5));
    private static readonly T ThirdSine = T.CreateChecked(Math.Sqrt(0.75));
    private static readonly T FifthCosine = T.CreateChecked(Math.Cos(0.4 * Math.PI)), FifthSine = T.CreateChecked(Math.Sin(0.4 * Math.PI));
    private static readonly T TenthCosine = T.CreateChecked(Math.Cos(0.8 * Math.PI)), TenthSine = T.CreateChecked(Math.Sin(0.8 * Math.PI));

    public static void Run<TTwiddling>(FourierPass<T> pass)
        where TTwiddling : struct, ITwiddling
    {
        switch (pass.Radix)
        {
            case 2: Two<TTwiddling>(pass); break;
            case 3: Three<TTwiddling>(pass); break;
            case 4: Four<TTwiddling>(pass); break;
            case 5: Five<TTwiddling>(pass); break;
            case 8: Eight<TTwiddling>(pass); break;
            default: Odd<TTwiddling>(pass); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<TTwiddling>(FourierPass<T> pass)
        where TTwiddling : struct, ITwiddling
    {
        var far = pass.Groups * pass.Block;
        T* yr = pass.Y.Re, yi = pass.Y.Im, nr = pass.ElementTwiddles.Re, ni = pass.ElementTwiddles.Im;
        var run = pass.Run;
        for (var p = 0; p < pass.Groups; p++)
        {
            T* xr = pass.X.Re + (p * pass.Block), xi = pass.X.Im + (p * pass.Block);
            var row = p * 2 * run;
            var twiddles = pass.GroupTwiddles + (p * 2);
            for (nint i = 0; i < pass.Run; i += TLane.Count, xr += TLane.Count, xi += TLane.Count, row += TLane.Count)
            {
                TLane ar = TLane.Load(xr), ai = TLane.Load(xi), br = TLane.Load(xr + far), bi = TLane.Load(xi + far);
                PutFirst<TTwiddling>(ar + br, ai + bi, yr, yi, nr, ni, row);
                Put<TTwiddling>(ar - br, ai - bi, yr, yi, nr, ni, row + run, twiddles, 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three<TTwiddling>(FourierPass<T> pass)
        where TTwiddling : struct, ITwiddling
    {
        var (far, sine, half) = (pass.Groups * pass.Block, TLane.Fill(ThirdSine), TLane.Fill(T.CreateChecked(-0.5)));
        T* yr = pass.Y.Re, yi = pass.Y.Im, nr = pass.ElementTwiddles.Re, ni = pass.ElementTwiddles.Im;
        var run = pass.Run;
        for (var p = 0; p < pass.Groups; p++)
        {
            T* xr = pass.X.Re + (p * pass.Block), xi = pass.X.Im + (p * pass.Block);
            var row = p * 3 * run;
            var twiddles = pass.GroupTwiddles + (p * 4);
            for (nint i = 0; i < pass.Run; i += TLane.Count, xr += TLane.Count, xi += TLane.Count, row += TLane.Count)
            {
                TLane ar = TLane.Load(xr), ai = TLane.Load(xi), br = TLane.Load(xr + far), bi = TLane.Load(xi + far), cr = TLane.Load(xr + (2 * far)), ci = TLane.Load(xi + (2 * far));
                TLane sr = br + cr, si = bi + ci, dr = (br - cr) * sine, di = (bi - ci) * sine;
                TLane mr = TLane.MultiplyAdd(sr, half, ar), mi = TLane.MultiplyAdd(si, half, ai);
                PutFirst<TTwiddling>(ar + sr, ai + si, yr, yi, nr, ni, row);
                Put<TTwiddling>(mr + di, mi - dr, yr, yi, nr, ni, row + run, twiddles, 0);
                Put<TTwiddling>(mr - di, mi + dr, yr, yi, nr, ni, row + (2 * run), twiddles, 1);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TTwiddling>(FourierPass<T> pass)
        where TTwiddling : struct, ITwiddling
    {
        var far = pass.Groups * pass.Block;
        T* yr = pass.Y.Re, yi = pass.Y.Im, nr = pass.ElementTwiddles.Re, ni = pass.ElementTwiddles.Im;
        var run = pass.Run;
        for (var p = 0; p < pass.Groups; p++)
        {
            T* xr = pass.X.Re + (p * pass.Block), xi = pass.X.Im + (p * pass.Block);
            var row = p * 4 * run;
            var twiddles = pass.GroupTwiddles + (p * 6);
            for (nint i = 0; i < pass.Run; i += TLane.Count, xr += TLane.Count, xi += TLane.Count, row += TLane.Count)
            {
                TLane ar = TLane.Load(xr), ai = TLane.Load(xi), br = TLane.Load(xr + far), bi = TLane.Load(xi + far);
                TLane cr = TLane.Load(xr + (2 * far)), ci = TLane.Load(xi + (2 * far)), dr = TLane.Load(xr + (3 * far)), di = TLane.Load(xi + (3 * far));
                TLane er = ar + cr, ei = ai + ci, fr = ar - cr, fi = ai - ci, gr = br + dr, gi = bi + di, hr = br - dr, hi = bi - di;
                PutFirst<TTwiddling>(er + gr, ei + gi, yr, yi, nr, ni, row);
                Put<TTwiddling>(fr + hi, fi - hr, yr, yi, nr, ni, row + run, twiddles, 0);
                Put<TTwiddling>(er - gr, ei - gi, yr, yi, nr, ni, row + (2 * run), twiddles, 1);
                Put<TTwiddling>(fr - hi, fi + hr, yr, yi, nr, ni, row + (3 * run), twiddles, 2);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Five<TTwiddling>(FourierPass<T> pass)
        where TTwiddling : struct, ITwiddling
    {
        var far = pass.Groups * pass.Block;
        TLane c1 = TLane.Fill(FifthCosine), c2 = TLane.Fill(TenthCosine), s1 = TLane.Fill(FifthSine), s2 = TLane.Fill(TenthSine);
        T* yr = pass.Y.Re, yi = pass.Y.Im, nr = pass.ElementTwiddles.Re, ni = pass.ElementTwiddles.Im;
        var run = pass.Run;
        for (var p = 0; p < pass.Groups; p++)
        {
            T* xr = pass.X.Re + (p * pass.Block), xi = pass.X.Im + (p * pass.Block);
            var row = p * 5 * run;
            var twiddles = pass.GroupTwiddles + (p * 8);
            for (nint i = 0; i < pass.Run; i += TLane.Count, xr += TLane.Count, xi += TLane.Count, row += TLane.Count)
            {
                TLane ar = TLane.Load(xr), ai = TLane.Load(xi), br = TLane.Load(xr + far), bi = TLane.Load(xi + far), cr = TLane.Load(xr + (2 * far)), ci = TLane.Load(xi + (2 * far));
                TLane dr = TLane.Load(xr + (3 * far)), di = TLane.Load(xi + (3 * far)), er = TLane.Load(xr + (4 * far)), ei = TLane.Load(xi + (4 * far));
                // Sums and differences of the first and the last, and of the two between.
                TLane tr = br + er, ti = bi + ei, ur = cr + dr, ui = ci + di, vr = br - er, vi = bi - ei, wr = cr - dr, wi = ci - di;
                PutFirst<TTwiddling>(ar + tr + ur, ai + ti + ui, yr, yi, nr, ni, row);
                TLane fr = TLane.MultiplyAdd(c2, ur, TLane.MultiplyAdd(c1, tr, ar)), fi = TLane.MultiplyAdd(c2, ui, TLane.MultiplyAdd(c1, ti, ai));
                TLane gr = TLane.MultiplyAdd(s2, wr, s1 * vr), gi = TLane.MultiplyAdd(s2, wi, s1 * vi);
                Put<TTwiddling>(fr + gi, fi - gr, yr, yi, nr, ni, row + run, twiddles, 0);
                Put<TTwiddling>(fr - gi, fi + gr, yr, yi, nr, ni, row + (4 * run), twiddles, 3);
                TLane hr = TLane.MultiplyAdd(c1, ur, TLane.MultiplyAdd(c2, tr, ar)), hi = TLane.MultiplyAdd(c1, ui, TLane.MultiplyAdd(c2, ti, ai));
                TLane kr = TLane.MultiplyAdd(-s1, wr, s2 * vr), ki = TLane.MultiplyAdd(-s1, wi, s2 * vi);
                Put<TTwiddling>(hr + ki, hi - kr, yr, yi, nr, ni, row + (2 * run), twiddles, 1);
                Put<TTwiddling>(hr - ki, hi + kr, yr, yi, nr, ni, row + (3 * run), twiddles, 2);
            }
        }
    }

    // Two fours, of the even and the odd rows; the odd ones are turned by eighths before both are added and subtracted.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight<TTwiddling>(FourierPass<T> pass)
        where TTwiddling : struct, ITwiddling
    {
        var (far, eighth) = (pass.Groups * pass.Block, TLane.Fill(HalfRoot));
        T* yr = pass.Y.Re, yi = pass.Y.Im, nr = pass.ElementTwiddles.Re, ni = pass.ElementTwiddles.Im;
        var run = pass.Run;
        for (var p = 0; p < pass.Groups; p++)
        {
            T* xr = pass.X.Re + (p * pass.Block), xi = pass.X.Im + (p * pass.Block);
            var row = p * 8 * run;
            var twiddles = pass.GroupTwiddles + (p * 14);
            for (nint i = 0; i < pass.Run; i += TLane.Count, xr += TLane.Count, xi += TLane.Count, row += TLane.Count)
            {
                TLane ar = TLane.Load(xr + far), ai = TLane.Load(xi + far), br = TLane.Load(xr + (3 * far)), bi = TLane.Load(xi + (3 * far));
                TLane cr = TLane.Load(xr + (5 * far)), ci = TLane.Load(xi + (5 * far)), dr = TLane.Load(xr + (7 * far)), di = TLane.Load(xi + (7 * far));
                TLane er = ar + cr, ei = ai + ci, fr = ar - cr, fi = ai - ci, gr = br + dr, gi = bi + di, hr = br - dr, hi = bi - di;
                // Odd rows by 1, (1 - i)·√½, -i and (-1 - i)·√½.
                TLane o0r = er + gr, o0i = ei + gi, o2r = ei - gi, o2i = gr - er;
                TLane sr = fr + hi, si = fi - hr, tr = fr - hi, ti = fi + hr;
                TLane o1r = (sr + si) * eighth, o1i = (si - sr) * eighth, o3r = (ti - tr) * eighth, o3i = (tr + ti) * -eighth;
                ar = TLane.Load(xr);
                ai = TLane.Load(xi);
                br = TLane.Load(xr + (2 * far));
                bi = TLane.Load(xi + (2 * far));
                cr = TLane.Load(xr + (4 * far));
                ci = TLane.Load(xi + (4 * far));
                dr = TLane.Load(xr + (6 * far));
                di = TLane.Load(xi + (6 * far));
                er = ar + cr;
                ei = ai + ci;
                fr = ar - cr;
                fi = ai - ci;
                gr = br + dr;
                gi = bi + di;
                hr = br - dr;
                hi = bi - di;
                TLane e0r = er + gr, e0i = ei + gi, e2r = er - gr, e2i = ei - gi;
                PutFirst<TTwiddling>(e0r + o0r, e0i + o0i, yr, yi, nr, ni, row);
                Put<TTwiddling>(e0r - o0r, e0i - o0i, yr, yi, nr, ni, row + (4 * run), twiddles, 3);
                Put<TTwiddling>(e2r + o2r, e2i + o2i, yr, yi, nr, ni, row + (2 * run), twiddles, 1);
                Put<TTwiddling>(e2r - o2r, e2i - o2i, yr, yi, nr, ni, row + (6 * run), twiddles, 5);
                TLane e1r = fr + hi, e1i = fi - hr, e3r = fr - hi, e3i = fi + hr;
                Put<TTwiddling>(e1r + o1r, e1i + o1i, yr, yi, nr, ni, row + run, twiddles, 0);
                Put<TTwiddling>(e1r - o1r, e1i - o1i, yr, yi, nr, ni, row + (5 * run), twiddles, 4);
                Put<TTwiddling>(e3r + o3r, e3i + o3i, yr, yi, nr, ni, row + (3 * run), twiddles, 2);
                Put<TTwiddling>(e3r - o3r, e3i - o3i, yr, yi, nr, ni, row + (7 * run), twiddles, 6);
            }
        }
    }

    /// <summary>Any odd radix: row k and the one as far from the end are the sum and the difference of what sums and differences of such rows of x, times cosines and sines, add up to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Odd<TTwiddling>(FourierPass<T> pass)
        where TTwiddling : struct, ITwiddling
    {
        var (far, radix, half) = (pass.Groups * pass.Block, pass.Radix, pass.Radix / 2);
        var memory = stackalloc T[((4 * half) + 1) * TLane.Count];
        var numbers = Elimination.Aligned(memory, TLane.Count);
        T* yr = pass.Y.Re, yi = pass.Y.Im, nr = pass.ElementTwiddles.Re, ni = pass.ElementTwiddles.Im;
        var run = pass.Run;
        for (var p = 0; p < pass.Groups; p++)
        {
            T* xr = pass.X.Re + (p * pass.Block), xi = pass.X.Im + (p * pass.Block);
            var row = p * radix * run;
            var twiddles = pass.GroupTwiddles + (p * 2 * (radix - 1));
            for (nint i = 0; i < pass.Run; i += TLane.Count, xr += TLane.Count, xi += TLane.Count, row += TLane.Count)
            {
                TLane ar = TLane.Load(xr), ai = TLane.Load(xi), wholeRe = ar, wholeIm = ai;
                var at = numbers;
                for (var j = 1; j <= half; j++, at += 4 * TLane.Count)
                {
                    TLane br = TLane.Load(xr + (j * far)), bi = TLane.Load(xi + (j * far)), cr = TLane.Load(xr + ((radix - j) * far)), ci = TLane.Load(xi + ((radix - j) * far));
                    TLane sumRe = br + cr, sumIm = bi + ci;
                    wholeRe += sumRe;
                    wholeIm += sumIm;
                    sumRe.Store(at);
                    sumIm.Store(at + TLane.Count);
                    (br - cr).Store(at + (2 * TLane.Count));
                    (bi - ci).Store(at + (3 * TLane.Count));
                }
                PutFirst<TTwiddling>(wholeRe, wholeIm, yr, yi, nr, ni, row);
                for (var k = 1; k <= half; k++)
                {
                    TLane fr = ar, fi = ai, gr = default, gi = default;
                    at = numbers;
                    var power = 0;
                    for (var j = 1; j <= half; j++, at += 4 * TLane.Count)
                    {
                        power += k;
                        if (power >= radix) power -= radix;
                        TLane cosine = TLane.Fill(pass.Own[2 * power]), sine = TLane.Fill(-pass.Own[(2 * power) + 1]);
                        fr = TLane.MultiplyAdd(cosine, TLane.Load(at), fr);
                        fi = TLane.MultiplyAdd(cosine, TLane.Load(at + TLane.Count), fi);
                        gr = TLane.MultiplyAdd(sine, TLane.Load(at + (2 * TLane.Count)), gr);
                        gi = TLane.MultiplyAdd(sine, TLane.Load(at + (3 * TLane.Count)), gi);
                    }
                    Put<TTwiddling>(fr + gi, fi - gr, yr, yi, nr, ni, row + (k * run), twiddles, k - 1);
                    Put<TTwiddling>(fr - gi, fi + gr, yr, yi, nr, ni, row + ((radix - k) * run), twiddles, radix - k - 1);
                }
            }
        }
    }

    /// <summary>A group's first row, which has no twiddle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutFirst<TTwiddling>(TLane re, TLane im, T* yr, T* yi, T* nr, T* ni, nint at)
    {
        if (typeof(TTwiddling) == typeof(TwiddledElements)) Put<TwiddledElements>(re, im, yr, yi, nr, ni, at, null, 0);
        else Put<NoTwiddles>(re, im, yr, yi, nr, ni, at, null, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TTwiddling>(TLane re, TLane im, T* yr, T* yi, T* nr, T* ni, nint at, T* groupTwiddles, int number)
    {
        if (typeof(TTwiddling) == typeof(NoTwiddles))
        {
            re.Store(yr + at);
            im.Store(yi + at);
            return;
        }
        TLane c, s;
        if (typeof(TTwiddling) == typeof(TwiddledGroups)) (c, s) = (TLane.Fill(groupTwiddles[2 * number]), TLane.Fill(groupTwiddles[(2 * number) + 1]));
        else (c, s) = (TLane.Load(nr + at), TLane.Load(ni + at));
        TLane.MultiplyAdd(re, c, -(im * s)).Store(yr + at);
        TLane.MultiplyAdd(re, s, im * c).Store(yi + at);
    }
}
