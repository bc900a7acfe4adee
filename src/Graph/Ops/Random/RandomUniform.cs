namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Random numbers, uniform in [0, 1): multiples of 2^-24 in float32, of 2^-53 in float64. Other ones in each run; the seed is
    /// as for <see cref="RandomBits"/>.
    /// </summary>
    /// <exception cref="GraphException">The type is neither float32 nor float64.</exception>
    public static Value RandomUniform(Graph graph, Shape shape, long? seed = null, DType dtype = DType.Float32)
    {
        RequireFloat(graph, dtype, "random_uniform");
        return dtype == DType.Float32
            ? Fraction(RandomBits(graph, shape, seed, DType.Int32), 8, 24, dtype)
            : Fraction(RandomBits(graph, shape, seed), 11, 53, dtype);
    }

    /// <summary>The <paramref name="count"/> bits from bit <paramref name="from"/> up as a fraction in [0, 1).</summary>
    private static Value Fraction(Value bits, int from, int count, DType dtype) =>
        Cast(And(ShiftRight(bits, bits.Number(from)), bits.Number((1L << count) - 1)), dtype) * Math.ScaleB(1, -count);

    private static void RequireFloat(Graph graph, DType dtype, string function)
    {
        if (!dtype.IsFloat()) throw graph.Error(function, $"{dtype.Text()} does not hold fractions; use float32 or float64, or RandomBits.");
    }
}
