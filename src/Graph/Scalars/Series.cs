namespace GraphGrad.Scalars;

/// <summary>
/// A function of t > 0 near 0 as the sum of its first powers, t^<see cref="Order"/> · (c₀ + c₁·t + c₂·t² + …), of negative order where it has a
/// pole. Each coefficient carries a bound of its rounding error, so that what cancels is known to be zero, and not 1e-17.
/// A function that does not expand in powers (a logarithm of t, an exponential of a pole that grows) is null.
/// </summary>
internal sealed partial class Series
{
    /// <summary>How many coefficients are kept; cancellation uses up the first ones.</summary>
    private const int Terms = 36;

    // A sum below so many times its error bound is zero.
    private const double Doubt = 8;
    private const double Rounding = 1.2e-16;

    private readonly double[] values;
    private readonly double[] errors;

    /// <summary>Coefficients from an order on; leading zeros are dropped.</summary>
    private Series(int order, double[] values, double[] errors, double logarithm = 0)
    {
        Logarithm = logarithm;
        var zeros = 0;
        while (zeros < values.Length && !(Math.Abs(values[zeros]) > Doubt * errors[zeros])) zeros++;
        (this.values, this.errors) = zeros == 0 ? (values, errors) : (values[zeros..], errors[zeros..]);
        Order = values.Length == zeros ? 0 : order + zeros;
    }

    /// <summary>The power of the first term.</summary>
    public int Order { get; }

    /// <summary>How many times log t is added: log x of a function with a zero or a pole. Functions other than sums, multiples and exponentials do not expand then.</summary>
    public double Logarithm { get; }

    /// <summary>Whether it vanishes to all orders that are known.</summary>
    public bool IsZero => values.Length == 0 && Logarithm == 0;

    /// <summary>The coefficients from the first on, as many as are known.</summary>
    public IReadOnlyList<double> Coefficients => values;

    /// <summary>The relative error of the first coefficient.</summary>
    public double LeadingError => values.Length == 0 ? 0 : errors[0] / Math.Abs(values[0]);

    /// <summary>The sign for all small t.</summary>
    public int Sign => HasPole || Logarithm == 0 ? (IsZero ? 0 : Math.Sign(values[0])) : -Math.Sign(Logarithm);

    /// <summary>Its value at t = 0 where it has no pole.</summary>
    private double Limit => Order == 0 && values.Length > 0 ? values[0] : 0;

    private bool HasPole => values.Length > 0 && Order < 0;

    private bool HasLogarithm => Logarithm != 0;

    public static Series Number(double number) => Power(0, number);

    /// <summary>c · t^n.</summary>
    public static Series Power(int order, double coefficient)
    {
        var values = new double[Terms];
        values[0] = coefficient;
        return new(order, values, new double[Terms]);
    }

    public static Series operator -(Series x) => new(x.Order, Array.ConvertAll(x.values, c => -c), x.errors, -x.Logarithm);

    public static Series operator +(Series x, Series y)
    {
        if (x.IsZero) return y;
        if (y.IsZero) return x;
        var logarithm = x.Logarithm + y.Logarithm;
        if (x.values.Length == 0) return new(y.Order, y.values, y.errors, logarithm);
        if (y.values.Length == 0) return new(x.Order, x.values, x.errors, logarithm);
        var order = Math.Min(x.Order, y.Order);
        var count = Math.Min(Terms, Math.Min(x.Order + x.values.Length, y.Order + y.values.Length) - order);
        if (count <= 0) return x.Order < y.Order ? new(x.Order, x.values, x.errors, logarithm) : new(y.Order, y.values, y.errors, logarithm);
        var (values, errors) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var (a, ea) = x.At(order + i);
            var (b, eb) = y.At(order + i);
            values[i] = a + b;
            errors[i] = ea + eb + (Rounding * Math.Abs(values[i]));
        }
        return new(order, values, errors, logarithm);
    }

    public static Series operator -(Series x, Series y) => x + (-y);

    /// <summary>Null for a logarithm times what is no number.</summary>
    public static Series? Product(Series? x, Series? y)
    {
        if (x is null || y is null) return null;
        if (x.IsZero || y.IsZero) return Zero;
        if (x.HasLogarithm && y.IsNumber) return y.HasLogarithm ? null : (new Series(x.Order, x.values, x.errors) * y).WithLogarithm(x.Logarithm * y.Limit);
        return y.HasLogarithm ? x.HasLogarithm ? null : Product(y, x) : x.HasLogarithm ? null : x * y;
    }

    /// <summary>Of two that have no logarithm.</summary>
    public static Series operator *(Series x, Series y)
    {
        if (x.values.Length == 0 || y.values.Length == 0) return Zero;
        var count = Math.Min(x.values.Length, y.values.Length);
        var (values, errors) = (new double[count], new double[count]);
        for (var n = 0; n < count; n++)
        {
            for (var i = 0; i <= n; i++)
            {
                var product = x.values[i] * y.values[n - i];
                values[n] += product;
                errors[n] += (Math.Abs(x.values[i]) * y.errors[n - i]) + (x.errors[i] * (Math.Abs(y.values[n - i]) + y.errors[n - i])) + (2 * Rounding * Math.Abs(product));
            }
            if (n == 0 && IsProductOfPowersOfTwo(x.values[0], y.values[0])) errors[0] -= 2 * Rounding * Math.Abs(values[0]);
        }
        return new(x.Order + y.Order, values, errors);
    }

    /// <summary>Null where the divisor vanishes to all known orders.</summary>
    public static Series? Quotient(Series? x, Series? y)
    {
        if (x is null || y is null || y.IsZero || y.HasLogarithm) return null;
        if (x.HasLogarithm) return y.IsNumber ? Product(x, Number(1 / y.Limit)) : null;
        if (x.IsZero) return x;
        var count = Math.Min(x.values.Length, y.values.Length);
        var (values, errors) = (new double[count], new double[count]);
        for (var n = 0; n < count; n++)
        {
            var (rest, error) = (x.values[n], x.errors[n]);
            for (var i = 1; i <= n; i++)
            {
                var product = y.values[i] * values[n - i];
                rest -= product;
                error += (Math.Abs(y.values[i]) * errors[n - i]) + (y.errors[i] * (Math.Abs(values[n - i]) + errors[n - i])) + (2 * Rounding * Math.Abs(product));
            }
            values[n] = rest / y.values[0];
            errors[n] = (error + (Math.Abs(values[n]) * y.errors[0])) / Math.Abs(y.values[0]) + (Rounding * Math.Abs(values[n]));
            if (values[n] == 0 && error == 0) errors[n] = 0;
        }
        return new(x.Order - y.Order, values, errors);
    }


    private Series WithLogarithm(double logarithm) => new(Order, values, errors, logarithm);

    private static Series Zero => Number(0);

    private (double Value, double Error) At(int power) =>
        power < Order || power - Order >= values.Length ? (0, 0) : (values[power - Order], errors[power - Order]);

    // A power of two times anything is exact.
    private static bool IsProductOfPowersOfTwo(double x, double y) => Math.ScaleB(1, Math.ILogB(x)) == Math.Abs(x) || Math.ScaleB(1, Math.ILogB(y)) == Math.Abs(y);
}
