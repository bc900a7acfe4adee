using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>An op that works on whole tensors, on the calling thread.</summary>
internal sealed class BoundRoutine(EvaluationContext context, BoundAddress[] inputs, BoundAddress[] outputs, BoundGuard[] guards) : BoundStep(guards)
{
    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        for (var i = 0; i < inputs.Length; i++) context.Inputs[i] = Moved(context.Inputs[i], inputs[i].Resolve(arguments));
        for (var i = 0; i < outputs.Length; i++) context.Outputs[i] = Moved(context.Outputs[i], outputs[i].Resolve(arguments));
        context.RunIndex = runIndex;
        context.Node.Op.Evaluate(context);
    }

    public override void Execute(long chunk, int worker) => throw new InvalidOperationException("a routine has no chunks");

    private static Operand Moved(Operand operand, nint address) => new(operand.DType, operand.Extents, address);
}
