using System.Runtime.CompilerServices;

namespace GraphGrad.Parity.Live;

/// <summary>
/// Keeps the finalizer thread waiting until it is disposed. TorchSharp hands libtorch the address of a number (the <c>alpha</c> of every sum of
/// tensors, say) and does not keep the number's object alive meanwhile: after a collection in between, its finalizer frees what libtorch is
/// about to read. Everything that calls libtorch runs while this is held, so that nothing is freed but what a scope disposes.
/// </summary>
internal sealed class HeldFinalizers : IDisposable
{
    private static readonly Lock Gate = new();
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
            until.Wait();
        }
    }
}
