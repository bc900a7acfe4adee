namespace GraphGrad.Operations;

/// <summary>
/// Results of a product that took in zeros which are no terms: an infinite or NaN factor times such a zero is NaN. What is not finite for that is summed again over the terms that there are; the others are
/// the first input's. Passes put such ops behind products that they make, when everything is differentiated and batched.
/// </summary>
internal abstract record SummedAgainOp : RoutineOp
{
    public sealed override bool BeginsAsFirstInput => true;

    /// <summary>Kernels to read others from, and how many lie before those: of some outputs' kernels, as of one group, no copy is made.</summary>
    public static (int First, Value All) KernelsBehind(Value kernels) =>
        kernels.Node is { Op: SliceOp { Starts: var starts, Steps: var steps } } cut && starts[0].IsConstant && steps.All(step => step == 1) && cut.Inputs[0].Shape.Skip(1).SequenceEqual(kernels.Shape.Skip(1))
            ? ((int)starts[0].Value, cut.Inputs[0])
            : (0, kernels);

    public sealed override TensorType[] Infer(InferContext context) => [context[0]];

    public sealed override Gradient[] Vjp(VjpContext context) => throw TooLate();

    public sealed override Gradient Jvp(JvpContext context) => throw TooLate();

    public sealed override Value Batch(BatchContext context) => throw TooLate();

    public sealed override void Evaluate(EvaluationContext context)
    {
        var results = context.Output.Span<float>();
        if (context.Inputs[0].Address != context.Output.Address) context.Inputs[0].Span<float>().CopyTo(results);
        SumAgain(context, results);
    }

    /// <summary>Sums again, in place, what is not finite of the results.</summary>
    protected abstract void SumAgain(EvaluationContext context, Span<float> results);

    private InvalidOperationException TooLate() => new($"{Name} is made after differentiation and batching.");
}
