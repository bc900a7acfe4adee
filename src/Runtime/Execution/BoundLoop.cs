using GraphGrad.Compilation.Passes;

namespace GraphGrad.Execution;

/// <summary>A loop over a program of its own; its kernels are what is cut into chunks.</summary>
/// <param name="runner">Runs the body.</param>
/// <param name="inputs">The node's inputs.</param>
/// <param name="outputs">Its results.</param>
/// <param name="captures">For how long what all iterations are given stays the same, and with it what the body has made of that alone.</param>
/// <param name="guards">When to run.</param>
internal sealed class BoundLoop(LoopRunner runner, BoundAddress[] inputs, BoundAddress[] outputs, Invariance captures, BoundGuard[] guards) : BoundStep(guards), IDisposable
{
    private readonly nint[] inputAddresses = new nint[inputs.Length];
    private readonly nint[] outputAddresses = new nint[outputs.Length];
    private long runs;

    public long ArenaBytes => runner.ArenaBytes;

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        for (var i = 0; i < inputs.Length; i++) inputAddresses[i] = inputs[i].Resolve(arguments);
        for (var i = 0; i < outputs.Length; i++) outputAddresses[i] = outputs[i].Resolve(arguments);
        runs++;
        var captureChanges = captures switch
        {
            Invariance.Always => 0,
            Invariance.UntilWritten => arguments.VariableChanges,
            _ => runs,
        };
        runner.Run(inputAddresses, outputAddresses, runIndex, captureChanges, arguments.Cancellation);
    }

    public override void Execute(long chunk, int worker) => throw new InvalidOperationException("a loop has no chunks");

    public void Dispose() => runner.Dispose();
}
