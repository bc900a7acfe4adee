using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Whether the body of a loop waits for its own results: its longest chain of instructions, each of which needs the one before, takes longer than a core that computes
/// several turns of the loop at a time can hide.
/// </summary>
internal static class LatencyBound
{
    // How many instructions a core looks ahead along chains, and how many it starts in a cycle: fitted to 90 kernels on Zen 5, where chains of up to some 55 cycles
    // gain nothing from a second vector beside them.
    private const double Window = 150;
    private const double PerCycle = 3;
    private const double LeastGain = 1.1;

    /// <param name="values">What a turn of the loop computes.</param>
    /// <param name="isInside">Whether a scalar changes from turn to turn; others are computed before the loop.</param>
    /// <param name="registers">How many registers the lanes of a type take.</param>
    public static bool Holds(IEnumerable<Scalar> values, Func<Scalar, bool> isInside, Func<DType, int> registers)
    {
        var ready = new Dictionary<Scalar, double>();
        var (instructions, divider, longest) = (0, 0.0, 0.0);
        foreach (var value in values) longest = Math.Max(longest, Ready(value));
        return longest * Math.Min(1, instructions / Window) > LeastGain * Math.Max(instructions / PerCycle, divider);

        // When a value is there, if nothing but its arguments holds it up.
        double Ready(Scalar scalar)
        {
            if (scalar.IsConstant || !isInside(scalar)) return 0;
            if (ready.TryGetValue(scalar, out var known)) return known;
            var (latency, busy) = Cost(scalar);
            var count = registers(scalar.Type);
            if (scalar.Op != ScalarOp.Bitcast) instructions += count;
            divider += busy * count;
            var at = 0.0;
            for (var i = 0; i < scalar.Arguments.Length; i++)
            {
                if (Waits(scalar, i)) at = Math.Max(at, Ready(scalar.Arguments[i]));
            }
            ready.Add(scalar, at += latency);
            return at;
        }
    }

    /// <summary>Whether a value waits for an argument: not for an address, which loops count up, nor for what is rare, which a branch foresees.</summary>
    private static bool Waits(Scalar scalar, int argument) => scalar.Op switch
    {
        ScalarOp.Load => argument == 2,
        ScalarOp.SelectRare => argument != 1,
        _ => true,
    };

    /// <summary>Cycles until a result is there, and for how long a quotient or a root keeps others waiting.</summary>
    private static (double Latency, double Busy) Cost(Scalar scalar) => scalar.Op switch
    {
        ScalarOp.Load => (6, 0),
        ScalarOp.Divide when scalar.Type.IsFloat() => (12, scalar.Type == DType.Float32 ? 3 : 6),
        ScalarOp.SquareRoot => (18, scalar.Type == DType.Float32 ? 5 : 10),
        ScalarOp.FusedMultiplyAdd or ScalarOp.Multiply or ScalarOp.Lookup or ScalarOp.Convert or ScalarOp.Equal or ScalarOp.LessThan or ScalarOp.LessOrEqual => (4, 0),
        ScalarOp.Add or ScalarOp.Subtract when scalar.Type.IsFloat() => (3, 0),
        ScalarOp.Select or ScalarOp.SelectRare or ScalarOp.Minimum or ScalarOp.Maximum => (2, 0),
        ScalarOp.Bitcast => (0, 0),
        _ => (1, 0),
    };
}
