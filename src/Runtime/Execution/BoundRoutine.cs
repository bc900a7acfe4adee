using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>An op that works on whole tensors, in the parts that the op allows, which depend on the problem alone.</summary>
internal sealed class BoundRoutine : BoundStep
{
    private readonly BoundAddress[] inputs, outputs;
    private readonly EvaluationContext[] parts;

    // Where each part begins in each operand, inputs before outputs, in bytes.
    private readonly nint[][] starts;
    private readonly GraphException?[] failures;

    /// <param name="context">The whole, whose operands have address 0.</param>
    /// <param name="inputs">Where the inputs are.</param>
    /// <param name="outputs">Where the outputs are.</param>
    /// <param name="guards">When to run.</param>
    public BoundRoutine(EvaluationContext context, BoundAddress[] inputs, BoundAddress[] outputs, BoundGuard[] guards)
        : base(guards)
    {
        (this.inputs, this.outputs) = (inputs, outputs);
        var units = ((RoutineOp)context.Node.Op).Units(context);
        (parts, IsShort) = (units.Cut(context), units.IsShort(context));
        starts = Array.ConvertAll(parts, p => p.Inputs.Concat(p.Outputs).Select(o => o.Address).ToArray());
        failures = new GraphException?[parts.Length];
    }

    public override bool IsShort { get; }

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            var address = inputs[i].Resolve(arguments);
            for (var part = 0; part < parts.Length; part++) parts[part].Inputs[i] = Moved(parts[part].Inputs[i], address + starts[part][i]);
        }
        for (var i = 0; i < outputs.Length; i++)
        {
            var address = outputs[i].Resolve(arguments);
            for (var part = 0; part < parts.Length; part++) parts[part].Outputs[i] = Moved(parts[part].Outputs[i], address + starts[part][inputs.Length + i]);
        }
        foreach (var part in parts) part.RunIndex = runIndex;
        if (parts.Length == 1)
        {
            parts[0].Node.Op.Evaluate(parts[0]);
            return;
        }
        WorkerPool.Shared.Run(this, parts.Length, threads);
        // Of several failures the first in the tensors is told, whoever was first.
        if (Array.Find(failures, f => f is not null) is not { } failure) return;
        Array.Clear(failures);
        throw failure;
    }

    public override void Execute(long chunk, int worker)
    {
        try
        {
            parts[chunk].Node.Op.Evaluate(parts[chunk]);
        }
        catch (GraphException failure)
        {
            failures[chunk] = failure;
        }
    }

    private static Operand Moved(Operand operand, nint address) => new(operand.DType, operand.Extents, address);
}
