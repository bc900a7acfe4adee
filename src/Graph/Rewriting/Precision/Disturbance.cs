using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A program of float64 in which each rounded result is moved by about 2^-46 of its value, 64 times as much as rounding moves it: where its result
/// differs from the program's own by more than 1e-5, float64 has too few digits for float32. So are digits missed that both types lose
/// alike, as those of 1 - erf(x) beyond 5.9.
/// </summary>
internal static class Disturbance
{
    private const double Size = 1.0 / (1L << 46);

    // Twice as much, so that no two are rounded to the same.
    private const double SizeInFloat32 = 1.0 / (1 << 22);

    // Of 64 times the errors of float64; some of them cancel.
    private const double Tolerance = 1e-5;

    /// <summary>What is lost where a function vanishes: far below float32, and large beside what double has there.</summary>
    public static readonly double Vanished = Math.ScaleB(1, -1000);

    // Nothing in float32, whose least number is 2^-149.
    private static readonly double Nothing = Math.ScaleB(1, -170);

    // As good as random, so that what meets is moved differently. Round by round they grow by fractions of the golden ratio's multiples, no two of which are equal: else steps of the same place
    // in two rounds would be moved alike, and what is left of their difference would show nothing.
    private static readonly double[] Parts = [1, -1.37, 0.71, -0.83, 1.61, 0.93, -1.13, -0.67, 1.29, -1.49, 0.79];
    private const double Golden = 0.6180339887498949;
    private const double Growth = 0.3;

    /// <summary>Whether an op rounds its result: what is selected, negated or compared does not change.</summary>
    public static bool Rounds(Node node) =>
        node.Output.DType.IsFloat() && node.Op is ReduceOp { Kind: ReductionKind.Sum or ReductionKind.Product } or DotOp or CumulateOp or LinearRecurrenceOp or (ElementwiseOp and not (SelectOp or MaximumOp or MinimumOp or NegateOp or AbsOp or SignOp or CastOp));

    /// <summary>The result of an op, disturbed as that of the step of a number.</summary>
    /// <param name="node">The op; where it can leave the range of double towards zero, it is moved from there, too.</param>
    /// <param name="result">Its result.</param>
    /// <param name="step">The step.</param>
    /// <param name="program">The program of a trial, to which all but the last value is added.</param>
    public static Value Of(Node node, Value result, int step, List<Value>? program = null)
    {
        var moved = Move(result, 1 + (Size * Part(step)), program);
        if (!Vanishes(node)) return moved;
        var vanished = result.Graph.Constant(Vanished);
        program?.AddRange([moved, vanished]);
        return moved + vanished;
    }

    private static bool Vanishes(Node node) => node.Op is PowOp or ExpOp or SigmoidOp or ErfcOp or GeluOp or GeluSlopeOp or SechOp or BesselK0Op or BesselK1Op;

    /// <summary>
    /// What the terms of a sum over axes of known extents are multiplied with, each another number: what is moved afterwards, as results are, stays zero where large terms have cancelled and
    /// taken small ones with them. Null if nothing is added, or over a symbolic extent alone.
    /// </summary>
    /// <param name="node">The op that adds what its first input has.</param>
    /// <param name="graph">Where the numbers are made.</param>
    /// <param name="inFloat32">Whether float32 adds, which rounds partial sums, too; the trial's own sums do not.</param>
    public static Value? OfTerms(Node node, Graph graph, bool inFloat32 = false)
    {
        int[] axes = node.Op switch
        {
            ReduceOp { Kind: ReductionKind.Sum } sum => [.. sum.Axes],
            CumulateOp { Kind: CumulationKind.Sum } running => [running.Axis],
            DotOp product => [.. product.LeftContract],
            _ => [],
        };
        var shape = node.Inputs is [] ? [] : node.Inputs[0].Shape.Select((d, axis) => axes.Contains(axis) && d.IsConstant ? (int)d.Value : 1).ToArray();
        var count = shape.AsSpan().Product();
        if (axes.Length == 0 || count == 1) return null;
        var places = Enumerable.Range(0, count);
        return inFloat32
            ? graph.Constant(TensorData.Create<float>([.. places.Select(i => (float)(1 + (Part(i) * SizeInFloat32)))], shape))
            : graph.Constant(TensorData.Create<double>([.. places.Select(i => 1 + (Size * Part(i)))], shape));
    }

    /// <summary>A number about 1 or -1 for each step.</summary>
    public static double Part(int step)
    {
        var (round, place) = Math.DivRem(step, Parts.Length);
        return Parts[place] * (1 + (Growth * ((round * Golden) - Math.Floor(round * Golden))));
    }

    /// <summary>The result of an op times a number; in the program of a trial, to which all but the last value is added.</summary>
    public static Value Move(Value result, double number, List<Value>? program)
    {
        var factor = result.Graph.Constant(number);
        program?.AddRange([result, factor]);
        return result * factor;
    }

    /// <summary>Whether a result is another where the steps before it are disturbed.</summary>
    public static bool Differs(double result, double disturbed) =>
        !disturbed.Equals(result) && (!double.IsFinite(result) || !(Math.Abs(disturbed - result) <= Math.Max(Nothing, Tolerance * Math.Abs(result))));

    /// <summary>How far a result is moved.</summary>
    public static Value SizeOf(Value result) => Ops.Abs(result) * Size;

    /// <summary>A result, and NaN in the place of what is finite and may lack digits.</summary>
    /// <param name="result">The result.</param>
    /// <param name="difference">How far it is from the disturbed one, or a bound of how far the steps before it can move it.</param>
    public static Value WithoutSuspects(Value result, Value difference) =>
        Ops.Where(Ops.Or(difference <= Ops.Maximum(Ops.Abs(result) * Tolerance, Nothing), Ops.Not(Ops.IsFinite(result))), result, double.NaN);

    /// <summary>What <see cref="WithoutSuspects"/> was given as the result, and perhaps has been rounded to float32 since.</summary>
    public static Value Suspected(Value known) => known.Node.Op is CastOp ? Suspected(known.Node.Inputs[0]) : known.Node.Inputs[1];
}
