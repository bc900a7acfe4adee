namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Random numbers from the normal distribution with mean 0 and variance 1, by the method of Box and Muller (1958): with u and v
    /// uniform, sqrt(-2 log(1 - u)) · cos(2πv). No number lies further from 0 than 5.8 in float32, 8.6 in float64. Other ones in each run; the
    /// seed is as for <see cref="RandomBits"/>.
    /// </summary>
    /// <exception cref="GraphException">The type is neither float32 nor float64.</exception>
    public static Value RandomNormal(Graph graph, Shape shape, long? seed = null, DType dtype = DType.Float32)
    {
        RequireFloat(graph, dtype, "random_normal");
        var key = seed ?? DefaultSeed(graph);
        var bits = RandomBits(graph, shape, key);
        // In float32 the two halves of 64 bits are enough for both numbers; in float64 each takes a draw of its own.
        var (u, v) = dtype == DType.Float32
            ? (Fraction(bits, 8, 24, dtype), Fraction(bits, 40, 24, dtype))
            : (Fraction(bits, 11, 53, dtype), Fraction(RandomBits(graph, shape, Mix(key)), 11, 53, dtype));
        return Sqrt(-2 * Log(1 - u)) * Cos(2 * Math.PI * v);
    }
}
