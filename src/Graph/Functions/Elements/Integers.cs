using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The greatest common divisor of |x| and |y|, elementwise with broadcasting, by Euclid's algorithm: one loop in the plan. gcd(0, y) = |y|.</summary>
    /// <exception cref="GraphException">The types differ or are not integers, or the shapes do not broadcast.</exception>
    public static Value Gcd(Value x, Value y)
    {
        RequireWhole("gcd", x, y);
        var (a, b) = (Abs(x) + ZerosLike(y), Abs(y) + ZerosLike(x));
        return While(
            c => Any(NotEqual(c[1], 0)),
            c =>
            {
                var goesOn = NotEqual(c[1], 0);
                return [Where(goesOn, c[1], c[0]), Where(goesOn, c[0] % Where(goesOn, c[1], 1), 0)];
            },
            [a, b])[0];
    }

    /// <summary>The greatest common divisor of |x| and a number; see <see cref="Gcd(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">x is not an integer, or its type does not hold the number.</exception>
    public static Value Gcd(Value x, long y) => Gcd(x, x.Number(y));

    /// <summary>The least common multiple of |x| and |y|, elementwise with broadcasting; 0 if either is 0. It wraps.</summary>
    /// <exception cref="GraphException">The types differ or are not integers, or the shapes do not broadcast.</exception>
    public static Value Lcm(Value x, Value y)
    {
        RequireWhole("lcm", x, y);
        var divisor = Gcd(x, y);
        return Abs(x / Where(Equal(divisor, 0), 1, divisor) * y);
    }

    /// <summary>The least common multiple of |x| and a number; see <see cref="Lcm(Value, Value)"/>.</summary>
    /// <exception cref="GraphException">x is not an integer, or its type does not hold the number.</exception>
    public static Value Lcm(Value x, long y) => Lcm(x, x.Number(y));

    private static void RequireWhole(string function, Value x, Value y)
    {
        if (!x.DType.IsInteger()) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} is not int32 or int64; cast it with Cast.");
        if (y.DType != x.DType) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} and '{y.Name}' {y.Type} differ in element type; cast one of them with Cast.");
        if (!Broadcasting.TryUnite(x.Shape, y.Shape, out _, out var why)) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} and '{y.Name}' {y.Type} do not broadcast: {why}");
    }
}
