using GraphGrad.Rewriting.Precision;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// A whole program of few ops in double-double arithmetic, rounded once to float64. Passes put it in the place of what loses its digits in float64, too, when
/// everything is differentiated and batched.
/// </summary>
/// <param name="Program">The program.</param>
/// <param name="Shape">The shape of its result.</param>
/// <param name="IsSelective">Whether the first two inputs are its result in float32 and in float64: where these agree in their first digit, float64 has enough of them, and is taken.</param>
internal sealed record DoubleDoubleOp(DoubleDoubleProgram Program, Shape Shape, bool IsSelective) : RoutineOp
{
    // Some ten operations on doubles, one element at a time.
    private const int CostOfOp = 40;
    private const double FirstDigit = 0.1;

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
        var first = IsSelective ? 2 : 0;
        int[]? places = null;
        // A report runs the whole program in float64.
        if (IsSelective && context.Inputs[0].DType == DType.Float32)
        {
            context.Inputs[1].Span<double>().CopyTo(output);
            places = Suspects(context.Inputs[0].Span<float>(), output);
            if (places.Length == 0) return;
        }
        DoubleDouble[][] leaves = [.. context.Inputs.Skip(first).Select(Elements)];
        if (places is not null && Program.IsPointwise)
        {
            var some = Program.RunAt(places, leaves, context.Binding);
            for (var i = 0; i < places.Length; i++) output[places[i]] = some[i].High;
            return;
        }
        var result = Program.Run(leaves, context.Binding);
        for (var i = 0; i < output.Length; i++) output[i] = result[i].High;
    }

    private static int[] Suspects(ReadOnlySpan<float> narrow, ReadOnlySpan<double> wide)
    {
        var found = new List<int>();
        for (var i = 0; i < wide.Length; i++)
        {
            if (double.IsFinite(wide[i]) && !(Math.Abs(narrow[i] - wide[i]) < FirstDigit * Math.Abs(wide[i]))) found.Add(i);
        }
        return [.. found];
    }

    private static DoubleDouble[] Elements(Operand operand)
    {
        var result = new DoubleDouble[operand.Count];
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
