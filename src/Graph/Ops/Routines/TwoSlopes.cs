namespace GraphGrad.Operations;

/// <summary>A number with its derivatives by two parameters, which may be one twice, and by both.</summary>
internal readonly record struct TwoSlopes(double Value, double First = 0, double Second = 0, double Both = 0)
{
    /// <summary>The mixed derivative of the logarithm.</summary>
    public double OfLog => (Both / Value) - (First / Value * (Second / Value));

    public static implicit operator TwoSlopes(double number) => new(number);

    public static TwoSlopes operator +(TwoSlopes x, TwoSlopes y) => new(x.Value + y.Value, x.First + y.First, x.Second + y.Second, x.Both + y.Both);

    public static TwoSlopes operator -(TwoSlopes x, TwoSlopes y) => new(x.Value - y.Value, x.First - y.First, x.Second - y.Second, x.Both - y.Both);

    public static TwoSlopes operator *(TwoSlopes x, TwoSlopes y) =>
        new(x.Value * y.Value, (x.First * y.Value) + (x.Value * y.First), (x.Second * y.Value) + (x.Value * y.Second), (x.Both * y.Value) + (x.First * y.Second) + (x.Second * y.First) + (x.Value * y.Both));

    public static TwoSlopes operator /(TwoSlopes x, TwoSlopes y)
    {
        var inverse = 1 / y.Value;
        var (value, first, second) = (x.Value * inverse, -y.First * inverse, -y.Second * inverse);
        // Of x/y with the logarithmic derivatives of 1/y.
        var both = (2 * first * second) - (y.Both * inverse);
        return new(value, (x.First * inverse) + (value * first), (x.Second * inverse) + (value * second), (x.Both * inverse) + (x.First * inverse * second) + (x.Second * inverse * first) + (value * both));
    }

    /// <summary>The mixed derivative of e^t·x by those of t.</summary>
    public double TimesExp(double first, double second, double both) => (((first * second) + both) * Value) + (first * Second) + (second * First) + Both;
}
