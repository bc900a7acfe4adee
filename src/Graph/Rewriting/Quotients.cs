using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Products and quotients as lists of factors.</summary>
internal static class Quotients
{
    /// <summary>x / y where every factor of y but numbers is a factor of x too, with none left of y; null else.</summary>
    public static Value? Cancelled(Match m, Value x, Value y)
    {
        var (above, below) = (new List<Value>(), new List<Value>());
        var number = Factors(m, x, above) / Factors(m, y, below);
        if (below.Count == 0 || !double.IsNormal(number)) return null;
        foreach (var factor in below)
        {
            var found = above.FindIndex(f => m.Same(f, factor));
            if (found < 0) return null;
            above.RemoveAt(found);
        }
        var rest = above.Count == 0 ? Ops.Scalar(x, 1) : above.Aggregate((a, b) => a * b);
        return number == 1 ? rest : rest * number;
    }

    /// <summary>Adds what is multiplied to a list, and returns the number beside it.</summary>
    private static double Factors(Match m, Value value, List<Value> factors)
    {
        if (m.TryNumber(value, out var number)) return number;
        if (m.MayLookInto(value))
        {
            switch (value.Node)
            {
                case { Op: NegateOp, Inputs: [var x] }: return -Factors(m, x, factors);
                case { Op: MultiplyOp, Inputs: [var x, var y] }: return Factors(m, x, factors) * Factors(m, y, factors);
                case { Op: DivideOp, Inputs: [var x, var y] } when m.TryNumber(y, out var divisor): return Factors(m, x, factors) / divisor;
            }
        }
        factors.Add(value);
        return 1;
    }
}
