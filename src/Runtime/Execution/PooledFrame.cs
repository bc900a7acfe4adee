using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Memory;

namespace GraphGrad.Execution;

/// <summary>A frame with its arguments, and memory for what is fetched only so that it is computed.</summary>
internal sealed class PooledFrame : IDisposable
{
    private readonly FramePool pool;
    private readonly IExecutionFrame frame;
    private readonly NativeBuffer?[] scratch;
    private readonly int[] elementSizes;
    private readonly PinnedGCHandle<Array>[] pins;
    private int pinned;

    public PooledFrame(FramePool pool, BoundPlan plan, IExecutionFrame frame)
    {
        this.pool = pool;
        this.frame = frame;
        scratch = new NativeBuffer?[plan.Request.Fetches.Length];
        elementSizes = Array.ConvertAll(plan.Request.Fetches, f => f.DType.Size());
        pins = new PinnedGCHandle<Array>[plan.Request.Feeds.Length + plan.Request.Fetches.Length];
        Arguments = new RunArguments
        {
            Feeds = new nint[plan.Request.Feeds.Length],
            Fetches = new nint[plan.Request.Fetches.Length],
            Variables = Array.ConvertAll(plan.Slots, s => s.Address),
        };
    }

    public RunArguments Arguments { get; }

    public FramePool Pool => pool;

    public long ArenaBytes => frame.ArenaBytes;

    /// <summary>Keeps an array in place until <see cref="Return"/>, and gives its address.</summary>
    public unsafe nint Pin(Array array)
    {
        pins[pinned++] = new PinnedGCHandle<Array>(array);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
    }

    /// <summary>Gives every fetch memory of the frame's own, which stands until the caller names a better place.</summary>
    public void UseScratch()
    {
        for (var i = 0; i < scratch.Length; i++)
            Arguments.Fetches[i] = (scratch[i] ??= new NativeBuffer((long)pool.FetchCounts[i] * elementSizes[i])).Address;
    }

    public void Run() => frame.Run(Arguments);

    /// <summary>Ends the use of the caller's memory and puts the frame back.</summary>
    public void Return()
    {
        while (pinned > 0) pins[--pinned].Dispose();
        Arguments.Trace = null;
        Arguments.TraceEvery = 0;
        Arguments.Times = 1;
        Arguments.Cancellation = CancellationToken.None;
        pool.Return(this);
    }

    public void Dispose()
    {
        frame.Dispose();
        foreach (var buffer in scratch) buffer?.Dispose();
    }
}
