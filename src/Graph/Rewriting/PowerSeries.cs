using static GraphGrad.Ops;

namespace GraphGrad.Rewriting;

/// <summary>Power series in the place of quotients and differences that cancel near 0.</summary>
internal static class PowerSeries
{
    /// <summary>The first terms of Σ c(k)·x^k, by Horner's scheme.</summary>
    public static Value Of(Value x, int terms, Func<int, double> coefficient)
    {
        var sum = Ops.Scalar(x, coefficient(terms - 1));
        for (var k = terms - 2; k >= 0; k--) sum = (sum * x) + coefficient(k);
        return sum;
    }

    public static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    /// <summary>One form near 0, another elsewhere; each is kept in its range where it is not taken.</summary>
    public static Value Near(Value x, double limit, Func<Value, Value> near, Func<Value, Value> far)
    {
        var isNear = Abs(x) < limit;
        return Where(isNear, near(Where(isNear, x, 0)), far(Where(isNear, 1, x)));
    }
}
