using GraphGrad.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// Runs a loop's body on addresses that move: it reads its part of each stack, and writes its part of each output, where they lie. What is
/// carried alternates between two places, or is read where an output holds it. Where there are several frames, each is for rows of its own, which
/// go through all iterations on one thread (<see cref="LoopParts"/>). Used by both backends.
/// </summary>
internal sealed unsafe class LoopRunner : IDisposable
{
    private readonly LoopOp loop;
    private readonly Part[] parts;
    private readonly Iterations iterations;
    private readonly long length;
    private readonly long[] stepStrides;
    private readonly long[] outputStrides;
    private readonly long[] carryBytes;
    private readonly Place[] places;
    private readonly int[] carryFetch;
    private readonly (int From, int To)[] outputCopies;
    private readonly NativeBuffer memory;
    private readonly int continueFetch;
    private readonly nint[] inputs;
    private readonly nint[] outputs;

    public LoopRunner(LoopOp loop, LoopPart[] frames, Func<string, long> binding)
    {
        this.loop = loop;
        iterations = new Iterations(this);
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
        inputs = new nint[loop.ContinueInput + (loop.Tells ? 1 : 0)];
        outputs = new nint[loop.CountOutput + (loop.Tells ? 1 : 0)];
        parts = Array.ConvertAll(frames, f => new Part(
            f.Frame, f.Rows, new RunArguments { Feeds = new nint[loop.CountInput], Fetches = new nint[fetches.Length], Variables = [] }, new nint[loop.Carries]));

        long Bytes(Value value) => value.Shape.ElementCount.Evaluate(binding) * value.DType.Size();

        long Take(long bytes)
        {
            var at = size;
            size += NativeBuffer.Align(bytes);
            return at;
        }
    }

    public long ArenaBytes => memory.Length + parts.Sum(p => p.Frame.ArenaBytes);

    /// <summary>Runs the whole loop.</summary>
    /// <param name="inputs">The addresses of the node's inputs, in their order.</param>
    /// <param name="outputs">Those of its results.</param>
    /// <param name="runIndex">Which run of the program it is.</param>
    /// <param name="captureChanges">Another number than in an earlier run if what all iterations are given may have changed in between.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Run(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, long runIndex, long captureChanges, CancellationToken cancellation)
    {
        foreach (var part in parts) part.Inner.VariableChanges = captureChanges;
        inputs.CopyTo(this.inputs);
        outputs.CopyTo(this.outputs);
        if (parts.Length == 1)
        {
            parts[0].Inner.Cancellation = cancellation;
            Iterate(parts[0], runIndex, CancellationToken.None);
        }
        else
        {
            iterations.Begin(runIndex, cancellation);
            WorkerPool.Shared.Run(iterations, parts.Length, parts.Length);
            cancellation.ThrowIfCancellationRequested();
        }
        // All parts have carried the same values to the same places.
        var (carried, done) = (parts[0].Carried, parts[0].Done);
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
        foreach (var part in parts) part.Frame.Dispose();
        memory.Dispose();
    }

    /// <summary>All iterations of one part.</summary>
    private void Iterate(Part part, long runIndex, CancellationToken cancellation)
    {
        var (inner, carried) = (part.Inner, part.Carried);
        var most = loop.IsCounted ? Math.Clamp(*(long*)inputs[loop.CountInput], 0, length) : length;
        for (var i = 0; i < loop.Carries; i++) carried[i] = inputs[i];
        for (var k = 0; k < loop.Captures; k++) inner.Feeds[loop.Carries + loop.Steps + k] = inputs[loop.Carries + loop.Steps + k];
        var goesOn = !loop.Tells || *(byte*)inputs[loop.ContinueInput] != 0;
        var done = 0L;
        for (; done < most && goesOn && !cancellation.IsCancellationRequested; done++)
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
            part.Frame.Run(inner);
            for (var i = 0; i < carried.Length; i++) carried[i] = inner.Fetches[carryFetch[i]];
            foreach (var (from, to) in outputCopies)
            {
                var stride = outputStrides[to];
                var (first, bytes) = part.Rows is { } rows ? (stride / rows.Units * rows.First, stride / rows.Units * rows.Count) : (0, stride);
                var offset = (nint)((at * stride) + first);
                Copy(outputs[loop.Carries + from] + offset, outputs[loop.Carries + to] + offset, bytes);
            }
            if (loop.Tells) goesOn = *(byte*)inner.Fetches[continueFetch] != 0;
        }
        part.Done = done;
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

    /// <summary>A frame for some rows, or for all, and where it is.</summary>
    private sealed class Part(IExecutionFrame frame, FramePart? rows, RunArguments inner, nint[] carried)
    {
        public IExecutionFrame Frame => frame;

        public FramePart? Rows => rows;

        public RunArguments Inner => inner;

        public nint[] Carried => carried;

        /// <summary>Iterations.</summary>
        public long Done { get; set; }
    }

    /// <summary>Each chunk is a part.</summary>
    private sealed class Iterations(LoopRunner runner) : ParallelWork
    {
        private long runIndex;
        private CancellationToken cancellation;

        public void Begin(long run, CancellationToken token) => (runIndex, cancellation) = (run, token);

        // A part stops where others may go on; the caller throws for all.
        public override void Execute(long chunk, int worker) => runner.Iterate(runner.parts[chunk], runIndex, cancellation);
    }
}
