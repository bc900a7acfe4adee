using GraphGrad.Compilation;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>A compiled program and its constants in native memory.</summary>
internal sealed class CompiledPlan : IExecutionPlan
{
    private readonly NativeBuffer constants;
    private readonly long[] constantOffsets;

    private CompiledPlan(CompiledProgram program, int threads)
    {
        Program = program;
        Threads = threads;
        constantOffsets = new long[program.Constants.Length];
        var size = 0L;
        for (var i = 0; i < constantOffsets.Length; i++)
        {
            constantOffsets[i] = size;
            size += NativeBuffer.Align(program.Constants[i].Bytes.Length);
        }
        constants = new NativeBuffer(size);
        for (var i = 0; i < constantOffsets.Length; i++)
        {
            var bytes = program.Constants[i].Bytes;
            bytes.CopyTo(constants.Bytes(constantOffsets[i], bytes.Length));
        }
    }

    public CompiledProgram Program { get; }

    public int Threads { get; }

    public static CompiledPlan Create(PlanRequest request, SessionOptions options)
    {
        var variables = request.Variables.ToDictionary(v => v.State.Identity, v => Array.IndexOf(request.Variables, v));
        var source = new ProgramSource(
            request.Nodes, request.Feeds, request.Fetches, request.Variables,
            [.. request.Assignments.Select(a => (variables[((AssignOp)a.Op).Target.State.Identity], a.Inputs[0]))]);
        return new CompiledPlan(Pipeline.Compile(source, options.Compiler), options.Threads);
    }

    public IExecutionFrame CreateFrame(IReadOnlyDictionary<string, long> symbols) =>
        Program.Unrolled is { } unrolled ? new UnrolledFrame(unrolled) : new CompiledFrame(this, symbols);

    public nint ConstantAddress(TensorBuffer buffer) => constants.Address + (nint)constantOffsets[buffer.Number];
}
