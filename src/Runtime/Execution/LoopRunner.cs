using GraphGrad.Loops;
using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// Runs a loop's body on addresses that move: it reads its part of each stack, and writes its part of each output, where they lie. What is
/// carried alternates between two places, or is read where an output holds it. Used by both backends.
/// </summary>
internal sealed unsafe class LoopRunner : IDisposable
{
    private readonly LoopOp loop;
    private readonly IExecutionFrame frame;
    private readonly RunArguments inner;
    private readonly long length;
    private readonly long[] stepStrides;
    private readonly long[] outputStrides;
    private readonly long[] carryBytes;
    private readonly Place[] places;
    private readonly int[] carryFetch;
    private readonly (int From, int To)[] outputCopies;
    private readonly NativeBuffer memory;
    private readonly nint[] carried;
    private readonly int continueFetch;

    public LoopRunner(LoopOp loop, IExecutionFrame frame, Func<string, long> binding)
    {
        (this.loop, this.frame) = (loop, frame);
        var body = loop.Body;
        length = loop.Length?.Evaluate(binding) ?? long.MaxValue;
        stepStrides = Array.ConvertAll(body.Parameters.Steps, Bytes);
        outputStrides = Array.ConvertAll(body.Results.Outputs, Bytes);
        carryBytes = Array.ConvertAll(body.Parameters.Carries, Bytes);
        var fetches = body.Fetches;
        carryFetch = Array.ConvertAll(body.Results.Carries, c => Array.IndexOf(fetches, c));
        places = new Place[fetches.Length];
        var size = 0L;
        var offsets = new (long First, long Second)[fetches.Length];
        for (var f = 0; f < fetches.Length; f++)
        {
            var output = Array.IndexOf(body.Results.Outputs, fetches[f]);
            if (output < 0) offsets[f] = (Take(Bytes(fetches[f])), Take(Bytes(fetches[f])));
            places[f] = new Place(output, 0, 0);
        }
        memory = new NativeBuffer(size);
        for (var f = 0; f < fetches.Length; f++)
        {
            if (places[f].Output < 0) places[f] = new Place(-1, memory.Address + (nint)offsets[f].First, memory.Address + (nint)offsets[f].Second);
        }
        outputCopies = [.. Enumerable.Range(0, outputStrides.Length)
            .Select(j => (From: Array.IndexOf(body.Results.Outputs, body.Results.Outputs[j]), To: j)).Where(c => c.From != c.To)];
        continueFetch = body.Results.Continue is { } again ? Array.IndexOf(fetches, again) : -1;
        carried = new nint[loop.Carries];
        inner = new RunArguments { Feeds = new nint[loop.CountInput], Fetches = new nint[fetches.Length], Variables = [] };

        long Bytes(Value value) => value.Shape.ElementCount.Evaluate(binding) * value.DType.Size();

        long Take(long bytes)
        {
            var at = size;
            size += NativeBuffer.Align(bytes);
            return at;
        }
    }

    public long ArenaBytes => memory.Length + frame.ArenaBytes;

    /// <summary>Runs the whole loop; addresses are those of the node's inputs and results, in their order.</summary>
    public void Run(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, long runIndex, CancellationToken cancellation)
    {
        var most = loop.IsCounted ? Math.Clamp(*(long*)inputs[loop.CountInput], 0, length) : length;
        inner.Cancellation = cancellation;
        for (var i = 0; i < loop.Carries; i++) carried[i] = inputs[i];
        for (var k = 0; k < loop.Captures; k++) inner.Feeds[loop.Carries + loop.Steps + k] = inputs[loop.Carries + loop.Steps + k];
        var goesOn = !loop.Tells || *(byte*)inputs[loop.ContinueInput] != 0;
        var done = 0L;
        for (; done < most && goesOn; done++)
        {
            var at = loop.IsReversed ? most - 1 - done : done;
            for (var i = 0; i < carried.Length; i++) inner.Feeds[i] = carried[i];
            for (var s = 0; s < stepStrides.Length; s++) inner.Feeds[loop.Carries + s] = inputs[loop.Carries + s] + (nint)(at * stepStrides[s]);
            for (var f = 0; f < places.Length; f++)
            {
                var place = places[f];
                inner.Fetches[f] = place.Output >= 0 ? outputs[loop.Carries + place.Output] + (nint)(at * outputStrides[place.Output])
                    : (done & 1) == 0 ? place.First : place.Second;
            }
            // Each iteration draws its own random numbers, the same whatever direction it is run in.
            inner.RunIndex = Mixed(runIndex, at);
            frame.Run(inner);
            for (var i = 0; i < carried.Length; i++) carried[i] = inner.Fetches[carryFetch[i]];
            foreach (var (from, to) in outputCopies) Copy(outputs[loop.Carries + from] + (nint)(at * outputStrides[from]), outputs[loop.Carries + to] + (nint)(at * outputStrides[to]), outputStrides[to]);
            if (loop.Tells) goesOn = *(byte*)inner.Fetches[continueFetch] != 0;
        }
        for (var i = 0; i < carried.Length; i++)
        {
            if (carried[i] != outputs[i]) Copy(carried[i], outputs[i], carryBytes[i]);
        }
        if (!loop.MayEndEarly) return;
        for (var j = 0; j < outputStrides.Length; j++) Clear(outputs[loop.Carries + j] + (nint)(done * outputStrides[j]), (length - done) * outputStrides[j]);
        if (loop.Tells) *(long*)outputs[loop.CountOutput] = done;
    }

    public void Dispose()
    {
        frame.Dispose();
        memory.Dispose();
    }

    private static void Copy(nint from, nint to, long bytes) => Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);

    private static void Clear(nint at, long bytes)
    {
        const int Block = 1 << 30;
        for (; bytes > 0; bytes -= Block, at += Block) new Span<byte>((void*)at, (int)Math.Min(bytes, Block)).Clear();
    }

    private static long Mixed(long run, long iteration)
    {
        // The finalizer of SplitMix64: a bijection for each run whose values for neighbouring iterations have nothing in common.
        var z = (ulong)run + (((ulong)iteration + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (long)(z ^ (z >> 31));
    }

    /// <summary>Where a result of the body goes: to a part of an output, or by turns to two places.</summary>
    private readonly record struct Place(int Output, nint First, nint Second);
}
