using GraphGrad.Rewriting.Precision;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// A whole program of few ops in double-double arithmetic, rounded once to float64. Passes put it in the place of what loses its digits in float64, too, when
/// everything is differentiated and batched.
/// </summary>
internal sealed record DoubleDoubleOp(DoubleDoubleProgram Program, Shape Shape) : RoutineOp
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
        var result = Program.Run([.. context.Inputs.Select(Elements)], context.Binding);
        var output = context.Output.Span<double>();
        for (var i = 0; i < output.Length; i++) output[i] = result[i].High;
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
