using GraphGrad.Loops;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// Computes a body again and again, each time from what it computed before. Inputs: where the carries start; stacks of which each iteration
/// gets its part; what is the same for all; then, if <paramref name="IsCounted"/>, how many iterations there are, an int64; then, if the body says
/// whether to go on, whether there is a first one. Results: where the carries end; stacks of what iterations yield, zero where there was none; then,
/// if the body says whether to go on, how many there were.
/// </summary>
/// <param name="Body">What one iteration computes.</param>
/// <param name="Length">How many iterations there are, or the most if something else limits them too; null for no limit.</param>
/// <param name="IsReversed">Whether the parts are taken from the last to the first.</param>
/// <param name="IsCounted">Whether an input limits the number of iterations.</param>
internal sealed record LoopOp(LoopBody Body, Dim? Length, bool IsReversed = false, bool IsCounted = false) : Op
{
    public override string Name => "loop";

    public override string Attributes =>
        string.Join(", ", new[]
        {
            Length is null ? "while" : Tells ? $"at most {Length} times" : $"{Length} times",
            IsReversed ? "from the last" : string.Empty,
            $"{Body.Nodes.Count} nodes",
        }.Where(t => t.Length > 0));

    /// <summary>Whether the body says whether to go on.</summary>
    public bool Tells => Body.Results.Continue is not null;

    /// <summary>Whether there may be fewer iterations than <see cref="Length"/>.</summary>
    public bool MayEndEarly => Tells || IsCounted;

    public int Carries => Body.Parameters.Carries.Length;

    public int Steps => Body.Parameters.Steps.Length;

    public int Captures => Body.Parameters.Captures.Length;

    /// <summary>The position of the number of iterations among the inputs.</summary>
    public int CountInput => Carries + Steps + Captures;

    /// <summary>The position of the first decision to go on among the inputs.</summary>
    public int ContinueInput => CountInput + (IsCounted ? 1 : 0);

    /// <summary>The position of the number of iterations among the results.</summary>
    public int CountOutput => Carries + Body.Results.Outputs.Length;

    public override bool IsStateful => Body.IsRandom;

    public override bool IsRandom => Body.IsRandom;

    public override OpKind KindAt(Node node) => OpKind.Routine;

    public override TensorType[] Infer(InferContext context)
    {
        var expected = Body.Parameters.Carries.Select(c => c.Type)
            .Concat(Body.Parameters.Steps.Select(Stacked))
            .Concat(Body.Parameters.Captures.Select(c => c.Type))
            .Concat(IsCounted ? [new TensorType(DType.Int64, Shape.Scalar)] : [])
            .Concat(Tells ? [new TensorType(DType.Bool, Shape.Scalar)] : [])
            .ToArray();
        if (!expected.SequenceEqual(Enumerable.Range(0, context.Count).Select(i => context[i])) || !Body.Results.Carries.Select(c => c.Type).SequenceEqual(expected[..Carries]))
            throw context.Error($"the inputs are {string.Join(", ", Enumerable.Range(0, context.Count).Select(i => context[i]))} where the body needs {string.Join(", ", expected)}.");
        return
        [
            .. expected[..Carries],
            .. Body.Results.Outputs.Select(Stacked),
            .. Tells ? [new TensorType(DType.Int64, Shape.Scalar)] : Array.Empty<TensorType>(),
        ];

        TensorType Stacked(Value part) => new(part.DType, new Shape([Length ?? throw context.Error("stacks need a length."), .. part.Shape]));
    }

    public override Gradient[] Vjp(VjpContext context) => LoopReverse.Build(this, context);

    public override Gradient Jvp(JvpContext context) => JvpOfAll(context)[0];

    public override Gradient[] JvpOfAll(JvpContext context) => LoopForward.Build(this, context);

    public override Value Batch(BatchContext context) => BatchOfAll(context)[0];

    public override Value[] BatchOfAll(BatchContext context) => LoopBatching.Build(this, context);

    // Both backends run the body as a program of its own.
    public override void Evaluate(EvaluationContext context) => throw NoElement();

    public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => throw NoElement();
}
