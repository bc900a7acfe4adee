using System.Globalization;
using System.Numerics;

namespace GraphGrad.Scalars;

/// <summary>
/// Reduction of float64 angles from 2 to the largest, to 2^-85 turns (Payne and Hanek, 1983). x = y·2^s with y a whole
/// number and s one of eight, so only the fraction of 2^s/(2π) matters: five words of 53 bits, chosen by three bits of the
/// exponent of x. About a hundred instructions, which take no branch.
/// </summary>
internal static class LargeAngles
{
    private const int WordBits = 53;
    private const int Words = 5;

    // s = 128·j + Least, j the exponent's bits 7 to 9.
    private const int Least = -51;
    private const int ClassBit = 52 + 7;
    private const int ClassBits = 3;

    // 1/(2π), its fraction in hexadecimal.
    private static readonly BigInteger Turn = BigInteger.Parse(
        "0"
        + "28BE60DB9391054A7F09D5F47D4D377036D8A5664F10E4107F9458EAF7AEF1586DC91B8E9093"
        + "74B801924BBA827464873F877AC72C4A69CFBA208D7D4BAED1213A671C09AD17DF904E64758E"
        + "60D4CE7D272117E2EF7E4A0EC7FE25FFF7816603FBCBC462D6829B47DB4D9FB3C9F2C26DD3D1"
        + "8FD9A797FA8B5D49EEB1FAF97C5ECF41CE7DE294A4BA9AFED7EC47E357421580CC11BF1EDAEA",
        NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    private const int TurnBits = 4 * 304;

    // By word, and by the class of the exponent.
    private static readonly double[][] WordsOfTurn = [.. Enumerable.Range(0, Words).Select(word => Enumerable.Range(0, 1 << ClassBits).Select(chosen => WordOf(word, chosen)).ToArray())];

    /// <summary>The reduction of a finite x beyond ±2; anything for other x.</summary>
    public static Quadrant ToQuadrant(ScalarBuilder b, Scalar x)
    {
        var bits = b.Bitcast(DType.Int64, x);
        // The exponent without its class: y's least bit is at least 1, and y is below 2^180.
        var kept = b.And(bits, b.Int64(~(0xFL << ClassBit)));
        var y = b.Bitcast(DType.Float64, b.Add(kept, b.Int64((1024L - Least) << 52)));
        var taken = new Scalar[ClassBits];
        for (var bit = 0; bit < ClassBits; bit++)
            taken[bit] = b.NotEqual(b.And(bits, b.Int64(1L << (ClassBit + bit))), b.Int64(0));

        // The products with the words in descending order; whole turns are dropped from what may hold any.
        var parts = new Scalar[(2 * Words) - 1];
        for (var word = 0; word < Words; word++)
        {
            var factor = Word(b, taken, word, ClassBits, 0);
            var product = b.Multiply(y, factor);
            parts[2 * word] = product;
            if (word + 1 < Words) parts[(2 * word) + 1] = b.FusedMultiplyAdd(y, factor, b.Negate(product));
        }
        for (var i = 0; i < parts.Length - 2; i++) parts[i] = Fraction(b, parts[i]);

        // Both are multiples of 2^-53 below 1/2, so their sum is exact.
        var turns = Fraction(b, b.Add(parts[0], parts[1]));
        var rest = b.Add(parts[^2], parts[^1]);
        foreach (var part in parts[2..^2])
        {
            (turns, var error) = Sum(b, turns, part);
            rest = b.Add(rest, error);
        }
        var shift = b.Float64(FloatFormat.Of(DType.Float64).RoundingShift);
        var shifted = b.FusedMultiplyAdd(turns, b.Float64(4), shift);
        var fraction = b.FusedMultiplyAdd(b.Subtract(shifted, shift), b.Float64(-0.25), turns);
        var (high, low) = Sum(b, fraction, rest);
        var r = b.Multiply(high, b.Float64(2 * Math.PI));
        var lost = b.FusedMultiplyAdd(high, b.Float64(2 * Math.PI), b.Negate(r));
        // 2π less its float64.
        lost = b.FusedMultiplyAdd(high, b.Float64(2.4492935982947064e-16), lost);
        return new(b.Bitcast(DType.Int64, shifted), r, b.FusedMultiplyAdd(low, b.Float64(2 * Math.PI), lost));
    }

    /// <summary>A word of the fraction of 2^s/(2π), s by the bits of the exponent from the highest down.</summary>
    private static Scalar Word(ScalarBuilder b, Scalar[] taken, int word, int bits, int chosen)
    {
        if (bits > 0)
        {
            var bit = bits - 1;
            return b.Select(taken[bit], Word(b, taken, word, bit, chosen | (1 << bit)), Word(b, taken, word, bit, chosen));
        }
        return b.Float64(WordsOfTurn[word][chosen]);
    }

    private static double WordOf(int word, int chosen)
    {
        var end = (128 * chosen) + Least + (WordBits * (word + 1));
        var digits = (long)((Turn >> (TurnBits - end)) & ((BigInteger.One << WordBits) - 1));
        return Math.ScaleB(digits, -WordBits * (word + 1));
    }

    private static Scalar Fraction(ScalarBuilder b, Scalar x) => b.Subtract(x, b.RoundToEven(x));

    /// <summary>x + y exactly, in two parts (Knuth).</summary>
    private static (Scalar Sum, Scalar Error) Sum(ScalarBuilder b, Scalar x, Scalar y)
    {
        var sum = b.Add(x, y);
        var second = b.Subtract(sum, x);
        var first = b.Subtract(sum, second);
        return (sum, b.Add(b.Subtract(x, first), b.Subtract(y, second)));
    }
}
