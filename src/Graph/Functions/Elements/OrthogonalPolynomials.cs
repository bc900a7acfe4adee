namespace GraphGrad;

// By their recurrences of three terms, which are stable where the polynomials are orthogonal; a graph grows with the degree.
public static partial class Ops
{
    /// <summary>Chebyshev's polynomial of the first kind, elementwise: T(cos t) = cos(n·t).</summary>
    /// <exception cref="GraphException">x is not a float, or the degree is negative.</exception>
    public static Value ChebyshevT(Value x, int degree) => Recurrence("chebyshev_t", x, degree, x, (p, q, _) => (2 * x * p) - q);

    /// <summary>Chebyshev's polynomial of the second kind, elementwise: U(cos t) = sin((n + 1)·t) / sin t.</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value ChebyshevU(Value x, int degree) => Recurrence("chebyshev_u", x, degree, 2 * x, (p, q, _) => (2 * x * p) - q);

    /// <summary>Chebyshev's polynomial of the third kind, elementwise: V(cos t) = cos((n + ½)·t) / cos(t/2).</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value ChebyshevV(Value x, int degree) => Recurrence("chebyshev_v", x, degree, (2 * x) - 1, (p, q, _) => (2 * x * p) - q);

    /// <summary>Chebyshev's polynomial of the fourth kind, elementwise: W(cos t) = sin((n + ½)·t) / sin(t/2).</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value ChebyshevW(Value x, int degree) => Recurrence("chebyshev_w", x, degree, (2 * x) + 1, (p, q, _) => (2 * x * p) - q);

    /// <summary><see cref="ChebyshevT"/> from 0 to 1 instead of -1 to 1, elementwise: at 2x - 1.</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value ShiftedChebyshevT(Value x, int degree) => ChebyshevT((2 * RequireFloat("shifted_chebyshev_t", x)) - 1, degree);

    /// <summary><see cref="ChebyshevU"/> from 0 to 1 instead of -1 to 1, elementwise: at 2x - 1.</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value ShiftedChebyshevU(Value x, int degree) => ChebyshevU((2 * RequireFloat("shifted_chebyshev_u", x)) - 1, degree);

    /// <summary><see cref="ChebyshevV"/> from 0 to 1 instead of -1 to 1, elementwise: at 2x - 1.</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value ShiftedChebyshevV(Value x, int degree) => ChebyshevV((2 * RequireFloat("shifted_chebyshev_v", x)) - 1, degree);

    /// <summary><see cref="ChebyshevW"/> from 0 to 1 instead of -1 to 1, elementwise: at 2x - 1.</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value ShiftedChebyshevW(Value x, int degree) => ChebyshevW((2 * RequireFloat("shifted_chebyshev_w", x)) - 1, degree);

    /// <summary>Hermite's polynomial of the physicists, elementwise, orthogonal with the weight e^-x².</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value HermiteH(Value x, int degree) => Recurrence("hermite_h", x, degree, 2 * x, (p, q, k) => (2 * x * p) - (2.0 * k * q));

    /// <summary>Hermite's polynomial of the statisticians, elementwise, orthogonal with the weight e^(-x²/2).</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value HermiteHe(Value x, int degree) => Recurrence("hermite_he", x, degree, x, (p, q, k) => (x * p) - ((double)k * q));

    /// <summary>Laguerre's polynomial, elementwise, orthogonal with the weight e^-x for positive x.</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value LaguerreL(Value x, int degree) => Recurrence("laguerre_l", x, degree, 1 - x, (p, q, k) => ((((2.0 * k) + 1 - x) * p) - ((double)k * q)) / (k + 1.0));

    /// <summary>Legendre's polynomial, elementwise, orthogonal from -1 to 1.</summary>
    /// <inheritdoc cref="ChebyshevT" path="/exception"/>
    public static Value LegendreP(Value x, int degree) => Recurrence("legendre_p", x, degree, x, (p, q, k) => ((((2.0 * k) + 1) * x * p) - ((double)k * q)) / (k + 1.0));

    /// <param name="function">The name of the function.</param>
    /// <param name="x">Where.</param>
    /// <param name="degree">n.</param>
    /// <param name="first">The polynomial of degree 1; that of degree 0 is 1.</param>
    /// <param name="next">That of degree k + 1, from those of degrees k and k - 1, and k.</param>
    private static Value Recurrence(string function, Value x, int degree, Value first, Func<Value, Value, int, Value> next)
    {
        RequireFloat(function, x);
        if (degree < 0) throw x.Graph.Error(function, $"the degree {degree} for '{x.Name}' must not be negative.");
        var (last, now) = (OnesLike(x), first);
        if (degree == 0) return last;
        for (var k = 1; k < degree; k++) (last, now) = (now, next(now, last, k));
        return now;
    }
}
