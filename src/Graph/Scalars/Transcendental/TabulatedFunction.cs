namespace GraphGrad.Scalars;

/// <summary>
/// A float32 function of numbers from 0 to about 15, expanded near sixteen centers, which tables hold, in x - center, which is exact. Except next to a root, the centers are floats at which the
/// values are floats, too, to a tenth of a unit in the last place (Gal, "Computing elementary functions: a new approach for achieving high accuracy and good performance", 1986). Coefficients are
/// fitted for the least relative error by Lawson's algorithm.
/// </summary>
/// <param name="rate">rate·x + shift is between 1 and 16: its exponent and two bits more are the place in the tables.</param>
/// <param name="shift">See the rate.</param>
/// <param name="centers">The centers.</param>
/// <param name="coefficients">From the highest power down.</param>
internal sealed class TabulatedFunction(float rate, float shift, LookupTable centers, params LookupTable[] coefficients)
{
    // All of the significand but its first two bits; of the exponent two bits count.
    private const int LowBits = 21;

    public Scalar Of(ScalarBuilder b, Scalar x)
    {
        var shifted = rate == 1 ? b.Add(x, b.Float32(shift)) : b.FusedMultiplyAdd(x, b.Float32(rate), b.Float32(shift));
        var place = b.ShiftRightArithmetic(b.Bitcast(DType.Int32, shifted), b.Int32(LowBits));
        var distance = b.Subtract(x, b.Lookup(centers, place));
        var sum = b.Lookup(coefficients[0], place);
        foreach (var table in coefficients.AsSpan(1)) sum = b.FusedMultiplyAdd(sum, distance, b.Lookup(table, place));
        return sum;
    }
}
