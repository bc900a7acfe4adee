namespace GraphGrad;

/// <summary>log((eˣ - 1)/x), of the mean of e^(x·t) over t from 0 to 1, and its first derivatives, whose closed forms cancel near 0; and log(1 + x)/x.</summary>
internal static class MeanExp
{
    // Within it a power series is taken, which converges up to 2π.
    private const double Near = 2;

    // Bernoulli's numbers B₂, B₄, … B₃₂; (Near/2π)³⁴ is below a rounding.
    private static readonly double[] Bernoulli =
    [
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330, 854513.0 / 138, -236364091.0 / 2730, 8553103.0 / 6,
        -23749461029.0 / 870, 8615841276005.0 / 14322, -7709321041217.0 / 510,
    ];

    /// <summary>The logarithm.</summary>
    public static Value Log(Value x)
    {
        var size = Ops.Abs(x);
        var far = Ops.Maximum(x, 0) + Ops.Log(-Ops.Expm1(-size)) - Ops.Log(size);
        return Ops.Where(size < Near, x * (0.5 + x * Series(x, k => 1.0 / (2 * k))), far);
    }

    /// <summary>Its derivative: the mean of t with the weight e^(x·t).</summary>
    public static Value Slope(Value x)
    {
        var size = Ops.Abs(x);
        var (tail, share) = (Tail(size), 1 / size);
        return Ops.Where(size < Near, 0.5 + x * Series(x, _ => 1), Ops.Where(x > 0, 1 + tail - share, share - tail));
    }

    /// <summary>The second one: the variance of t.</summary>
    public static Value Curvature(Value x)
    {
        var size = Ops.Abs(x);
        var tail = Tail(size);
        return Ops.Where(size < Near, Series(x, k => 2 * k - 1), Ops.Square(1 / size) - tail * (1 + tail));
    }

    /// <summary>log(1 + x)/x; near 0 by 2·artanh(x/(2 + x)).</summary>
    public static Value LogRatio(Value x)
    {
        const int terms = 16;
        var share = x / (2 + x);
        var square = Ops.Square(share);
        var sum = Ops.FullLike(x, 1.0 / (2 * terms + 1));
        for (var k = terms - 1; k >= 0; k--) sum = sum * square + 1.0 / (2 * k + 1);
        return Ops.Where(Ops.Abs(x) < 0.5, 2 / (2 + x) * sum, Ops.Log1p(x) / x);
    }

    /// <summary>1/(eˣ - 1).</summary>
    private static Value Tail(Value size) => Ops.Exp(-size) / -Ops.Expm1(-size);

    /// <summary>Σ weight(k)·B₂ₖ·x^(2k - 2)/(2k)!.</summary>
    private static Value Series(Value x, Func<int, double> weight)
    {
        var coefficients = new double[Bernoulli.Length];
        var factorial = 1.0;
        for (var k = 1; k <= coefficients.Length; k++)
        {
            factorial *= (2 * k - 1) * (2.0 * k);
            coefficients[k - 1] = weight(k) * Bernoulli[k - 1] / factorial;
        }
        var square = Ops.Square(x);
        var sum = Ops.FullLike(x, coefficients[^1]);
        for (var k = coefficients.Length - 2; k >= 0; k--) sum = sum * square + coefficients[k];
        return sum;
    }
}
