using GraphGrad.Compilation.Unrolling;
using GraphGrad.Memory;

namespace GraphGrad.Execution;

/// <summary>One run of an unrolled program; all it needs is a table of addresses.</summary>
internal sealed unsafe class UnrolledFrame : IExecutionFrame
{
    // Steps of some ten nanoseconds between two looks at the cancellation token: well under a millisecond.
    private const long StepsBetweenChecks = 4_096;

    private readonly SharedPlan shared;
    private readonly UnrolledProgram program;
    private readonly IReadOnlyDictionary<string, long> symbols;
    private readonly NativeBuffer table;

    public UnrolledFrame(SharedPlan shared, UnrolledProgram program, IReadOnlyDictionary<string, long> symbols)
    {
        this.shared = shared;
        this.program = program;
        this.symbols = symbols;
        // The last entry is the address of the status word, which follows it.
        table = new NativeBuffer((program.Buffers.Length + 2) * sizeof(long));
        Slots[program.Buffers.Length] = (long)(Slots + program.Buffers.Length + 1);
        Slots[program.Buffers.Length + 1] = 0;
    }

    public long ArenaBytes => 0;

    private long* Slots => (long*)table.Address;

    public void Run(RunArguments arguments)
    {
        for (var i = 0; i < program.Buffers.Length; i++)
            Slots[i] = CompiledFrame.Address(arguments, program.Buffers[i].Kind, program.Buffers[i].Number);
        for (var done = 0L; done < arguments.Times;)
        {
            arguments.Cancellation.ThrowIfCancellationRequested();
            var until = Math.Min(arguments.Times, done + StepsBetweenChecks);
            if (arguments.TraceEvery > 0) until = Math.Min(until, done + arguments.TraceEvery - (done % arguments.TraceEvery));
            done += program.Body((long)Slots, until - done, arguments.RunIndex + done);
            if (Slots[program.Buffers.Length + 1] != 0) throw TakeFailure(arguments);
            if (arguments.TraceEvery > 0 && done % arguments.TraceEvery == 0) arguments.Trace?.Invoke(done);
        }
        GC.KeepAlive(this);
    }

    public void Dispose() => table.Dispose();

    private GraphException TakeFailure(RunArguments arguments)
    {
        var number = Slots[program.Buffers.Length + 1] - 1;
        Slots[program.Buffers.Length + 1] = 0;
        return shared.Plan.Explain(program.Failures[number], shared, arguments, symbols);
    }
}
