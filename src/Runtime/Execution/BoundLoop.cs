namespace GraphGrad.Execution;

/// <summary>A loop over a program of its own; its kernels are what is cut into chunks.</summary>
internal sealed class BoundLoop(LoopRunner runner, BoundAddress[] inputs, BoundAddress[] outputs, BoundGuard[] guards) : BoundStep(guards), IDisposable
{
    private readonly nint[] inputAddresses = new nint[inputs.Length];
    private readonly nint[] outputAddresses = new nint[outputs.Length];

    public long ArenaBytes => runner.ArenaBytes;

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        for (var i = 0; i < inputs.Length; i++) inputAddresses[i] = inputs[i].Resolve(arguments);
        for (var i = 0; i < outputs.Length; i++) outputAddresses[i] = outputs[i].Resolve(arguments);
        runner.Run(inputAddresses, outputAddresses, runIndex, arguments.Cancellation);
    }

    public override void Execute(long chunk, int worker) => throw new InvalidOperationException("a loop has no chunks");

    public void Dispose() => runner.Dispose();
}
