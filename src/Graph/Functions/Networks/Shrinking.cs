namespace GraphGrad;

public static partial class Ops
{
    /// <summary>x where |x| exceeds lambda, elsewhere 0; the gradient is 0 there, both ends included. NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or lambda is negative.</exception>
    public static Value HardShrink(Value x, double lambda = 0.5)
    {
        RequireWidth(x, "hard shrink", lambda);
        return Where(Abs(x) <= lambda, 0, x);
    }

    /// <summary>x moved toward 0 by lambda, and 0 where it would pass it; the gradient is 0 there, both ends included. NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or lambda is negative.</exception>
    public static Value SoftShrink(Value x, double lambda = 0.5)
    {
        RequireWidth(x, "soft shrink", lambda);
        return x - Clip(x, -lambda, lambda);
    }

    /// <summary>x - tanh(x).</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value TanhShrink(Value x) => x - Tanh(x);

    /// <summary>x where it exceeds the threshold, else a number; the gradient there is 0. NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is bool.</exception>
    public static Value Threshold(Value x, double threshold, double value) => Where(x <= threshold, value, x);

    private static void RequireWidth(Value x, string function, double lambda)
    {
        RequireFloat(function, x);
        if (!(lambda >= 0)) throw x.Graph.Error(function, $"lambda for '{x.Name}' is {lambda}; it must not be negative.");
    }
}
