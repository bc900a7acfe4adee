using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>
/// The transform of a length whose prime factors are small, of many signals at once: row j holds the j-th number of each. Passes of one factor each go from one memory to another and leave the
/// result in order (Stockham's, as Cochran and others describe it, "What is the fast Fourier transform?", 1967), so that vectors lie along rows in all of them.
/// </summary>
internal sealed unsafe class FourierPasses<T, TLane>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : unmanaged, ILane<TLane, T>
{
    // A pass of a prime p costs about 2p operations for each number; two transforms of twice the length, which replace it, 80 to 120.
    private const int LargestFactor = 61;

    private readonly List<Step> steps = [];
    private readonly T[] roots;

    /// <summary>Prepares the passes.</summary>
    /// <param name="n">A length that <see cref="Takes"/>.</param>
    public FourierPasses(int n)
    {
        var (factors, count, rest) = (Factors(n), 0, n);
        foreach (var radix in factors)
        {
            var groups = rest / radix;
            steps.Add(new Step(radix, groups, count, count + (2 * groups * (radix - 1))));
            count += (2 * groups * (radix - 1)) + (radix > 5 && radix % 2 == 1 ? 2 * radix : 0);
            rest = groups;
        }
        roots = RootsOfUnity.Table<T>(count);
        rest = n;
        foreach (var step in steps)
        {
            var at = step.Twiddles;
            for (var p = 0; p < step.Groups; p++)
            {
                for (var k = 1; k < step.Radix; k++) Put(ref at, (long)p * k, rest);
            }
            if (step.Radix > 5 && step.Radix % 2 == 1)
            {
                for (var k = 0; k < step.Radix; k++) Put(ref at, k, step.Radix);
            }
            rest = step.Groups;
        }
    }

    /// <summary>Whether all prime factors are small.</summary>
    public static bool Takes(int n) => Factors(n).All(f => f <= LargestFactor);

    /// <summary>Transforms columns.</summary>
    /// <param name="x">n rows, <paramref name="stride"/> apart; not written.</param>
    /// <param name="stride">At least the width.</param>
    /// <param name="first">Memory for n rows without gaps, apart from x and from <paramref name="second"/>.</param>
    /// <param name="second">More of it; may be that of x.</param>
    /// <param name="width">A whole number of vectors.</param>
    /// <param name="twiddles">What each number of the result is multiplied by, laid out as it; or nothing.</param>
    /// <returns>Where the result lies: in x if n is 1, else in one of the two, without gaps.</returns>
    public SplitComplex<T> Run(SplitComplex<T> x, nint stride, SplitComplex<T> first, SplitComplex<T> second, int width, SplitComplex<T> twiddles)
    {
        var (block, run) = (stride, (nint)width);
        foreach (var step in steps)
        {
            var table = RootsOfUnity.Address(roots);
            var pass = new FourierPass<T>(x, first, block, run, step.Groups, table + step.Twiddles, twiddles, table + step.Own, step.Radix);
            if (step.Groups > 1) Butterflies<T, TLane>.Run<TwiddledGroups>(pass);
            else if (twiddles == default) Butterflies<T, TLane>.Run<NoTwiddles>(pass);
            else Butterflies<T, TLane>.Run<TwiddledElements>(pass);
            run *= step.Radix;
            block = run;
            (x, first, second) = (first, second, first);
        }
        return x;
    }

    private void Put(ref int at, long power, int n)
    {
        var (re, im) = RootsOfUnity.Of(power, n);
        roots[at++] = T.CreateChecked(re);
        roots[at++] = T.CreateChecked(im);
    }

    /// <summary>Eights and fours as far as there are any, then primes.</summary>
    private static List<int> Factors(int n)
    {
        var (factors, twos) = (new List<int>(), BitOperations.TrailingZeroCount(n));
        n >>= twos;
        while (twos >= 5 || twos == 3)
        {
            factors.Add(8);
            twos -= 3;
        }
        for (; twos >= 2; twos -= 2) factors.Add(4);
        if (twos == 1) factors.Add(2);
        for (var p = 3; n > 1; p += 2)
        {
            if ((long)p * p > n) p = n;
            for (; n % p == 0; n /= p) factors.Add(p);
        }
        return factors;
    }

    private readonly record struct Step(int Radix, int Groups, int Twiddles, int Own);
}
