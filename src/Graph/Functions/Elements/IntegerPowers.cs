namespace GraphGrad;

public static partial class Ops
{
    /// <summary>x to a whole power by repeated squaring, with as many products as the exponent has bits; wraps around as products do.</summary>
    private static Value IntegerPower(Value x, double y)
    {
        if (!(y >= 0) || y != Math.Floor(y) || y > long.MaxValue / 2)
            throw x.Graph.Error("pow", $"'{x.Name}' {x.Type} is raised to the power {y}, which is no whole number from 0 up; cast it to a float with Cast.");
        var rest = (ulong)y;
        var result = FullLike(x, 1);
        for (var square = x; rest > 0; rest >>= 1)
        {
            if ((rest & 1) == 1) result *= square;
            if (rest > 1) square *= square;
        }
        return result;
    }

    /// <summary>Whole powers, one bit of the exponents after the other. Of negative exponents: 0, but 1 of 1, and ±1 of -1.</summary>
    private static Value IntegerPower(Value x, Value y)
    {
        var bits = x.DType == DType.Int32 ? 31 : 63;
        var result = OnesLike(x);
        var square = x;
        for (var bit = 0; bit < bits; bit++)
        {
            result *= Where(Equal(ShiftRight(y, bit) & 1, 0), 1, square);
            if (bit < bits - 1) square *= square;
        }
        var isOdd = NotEqual(y & 1, 0);
        var inverse = Where(Equal(x, 1), 1, Where(Equal(x, -1), Where(isOdd, -1, OnesLike(x)), 0));
        return Where(y < 0, inverse, result);
    }
}
