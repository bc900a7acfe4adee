using System.Numerics;
using GraphGrad.Rewriting.Precision;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// A whole program of few ops in double-double arithmetic, rounded once to float64. The first two inputs are its result in float64 as it is, and disturbed
/// (<see cref="Disturbance"/>): where these agree, float64 has enough digits, and is taken. Passes put it in the place of what loses its digits in float64, too, when
/// everything is differentiated and batched.
/// </summary>
/// <param name="Program">The program.</param>
/// <param name="Shape">The shape of its result.</param>
/// <param name="MayGoOn">Whether elements are computed in multi-precision arithmetic where the bound of their error says that double-double arithmetic has too few digits.</param>
internal sealed record DoubleDoubleOp(DoubleDoubleProgram Program, Shape Shape, bool MayGoOn) : RoutineOp
{
    // Some ten operations on doubles, one element at a time.
    private const int CostOfOp = 40;

    public override string Name => "double_double";

    public override string Attributes => $"{Program.Count} ops";

    public override int Cost => Program.Count * CostOfOp;

    public override TensorType[] Infer(InferContext context) => [new TensorType(DType.Float64, Shape)];

    public override Gradient[] Vjp(VjpContext context) => throw TooLate();

    public override Gradient Jvp(JvpContext context) => throw TooLate();

    public override Value Batch(BatchContext context) => throw TooLate();

    public override void Evaluate(EvaluationContext context)
    {
        var output = context.Output.Span<double>();
        context.Inputs[0].Span<double>().CopyTo(output);
        var places = Suspects(output, context.Inputs[1].Span<double>());
        if (places.Length == 0) return;
        double[][] leaves = [.. context.Inputs.Skip(2).Select(Elements)];
        var numbers = Array.ConvertAll(leaves, x => Array.ConvertAll(x, e => (DoubleDouble)e));
        if (!Program.IsPointwise) places = [.. Enumerable.Range(0, output.Length)];
        var (results, errors, _) = Program.IsPointwise ? Program.RunAt(places, numbers, context.Binding) : Program.Run(numbers, context.Binding);
        for (var i = 0; i < places.Length; i++) Take(output, places[i], results[i].High);
        if (!MayGoOn || errors is null) return;
        int[] rest = [.. Enumerable.Range(0, places.Length).Where(i => MultiPrecision.IsNeeded(results[i], errors[i])).Select(i => places[i])];
        if (rest.Length == 0) return;
        var exact = Program.RunExactly(rest, leaves, context.Binding);
        for (var i = 0; i < rest.Length; i++) Take(output, rest[i], exact[i] ?? output[rest[i]]);
    }

    // More digits know no zeros of two signs: what is infinite beside one of them stays so.
    private static void Take(Span<double> output, int place, double better)
    {
        if (!double.IsNaN(better) || !double.IsInfinity(output[place])) output[place] = better;
    }

    private int[] Suspects(ReadOnlySpan<double> results, ReadOnlySpan<double> disturbed)
    {
        List<int>? found = null;
        for (var i = 0; i < results.Length; i++)
        {
            if (results.Length - i >= Vector<double>.Count && Disturbance.Agree(new Vector<double>(results[i..]), new Vector<double>(disturbed[i..])))
            {
                i += Vector<double>.Count - 1;
                continue;
            }
            if (double.IsNaN(results[i]) || (MayGoOn && double.IsInfinity(results[i])) || Disturbance.Differs(results[i], disturbed[i])) (found ??= []).Add(i);
        }
        return found is null ? [] : [.. found];
    }

    private static double[] Elements(Operand operand)
    {
        var result = new double[operand.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = operand.DType switch
            {
                DType.Float32 => operand.Span<float>()[i],
                DType.Float64 => operand.Span<double>()[i],
                DType.Int32 => operand.Span<int>()[i],
                DType.Int64 => operand.Span<long>()[i],
                _ => operand.Span<bool>()[i] ? 1 : 0,
            };
        }
        return result;
    }

    private InvalidOperationException TooLate() => new($"{Name} is made after differentiation and batching.");
}
