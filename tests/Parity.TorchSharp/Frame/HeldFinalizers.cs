using System.Runtime.CompilerServices;

namespace GraphGrad.Parity.Live;

/// <summary>
/// Keeps the finalizer thread waiting until it is disposed. TorchSharp hands libtorch the address of a number (the <c>alpha</c> of every sum of
/// tensors, say) and does not keep the number's object alive meanwhile: after a collection in between, its finalizer frees what libtorch is
/// about to read. Whatever compares libtorch's numbers runs while this is held, so that nothing is freed but what a scope disposes. Not so the calls
/// that libtorch refuses: TorchSharp's factories wait for finalizers when a call fails, and would wait for ever.
/// </summary>
internal sealed class HeldFinalizers : IDisposable
{
    // Longer than any run by far: only a call that fails where it should not waits so long, and then must give up and say so.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private static readonly Lock Gate = new();
    private static long lastHeld;
    private static ManualResetEventSlim? release;
    private static int holders;
    private bool disposed;

    private HeldFinalizers()
    {
    }

    /// <summary>Returns when no finalizer runs any more. Several may be held at once, by several threads.</summary>
    public static HeldFinalizers Hold()
    {
        lock (Gate)
        {
            Volatile.Write(ref lastHeld, Environment.TickCount64);
            if (holders++ == 0) Block(release = new ManualResetEventSlim());
        }
        return new HeldFinalizers();
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (disposed) return;
            disposed = true;
            if (--holders == 0) release!.Set();
        }
    }

    private static void Block(ManualResetEventSlim until)
    {
        var entered = new ManualResetEventSlim();
        Drop(entered, until);
        for (var generation = 0; !entered.IsSet; generation = GC.MaxGeneration)
        {
            GC.Collect(generation);
            entered.Wait(TimeSpan.FromMilliseconds(20));
        }
    }

    // Not inlined: the caller's frame would keep the object alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(ManualResetEventSlim entered, ManualResetEventSlim until) => _ = new Blocker(entered, until);

    private sealed class Blocker(ManualResetEventSlim entered, ManualResetEventSlim until)
    {
        ~Blocker()
        {
            entered.Set();
            while (!until.Wait(TimeSpan.FromSeconds(1)) && Environment.TickCount64 - Volatile.Read(ref lastHeld) < Longest.TotalMilliseconds)
            {
            }
        }
    }
}
