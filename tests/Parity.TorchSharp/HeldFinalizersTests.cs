using System.Runtime.CompilerServices;

namespace GraphGrad.Parity.Live;

/// <summary>What libtorch reads is not freed under it.</summary>
public sealed class HeldFinalizersTests
{
    [Fact]
    public void No_finalizer_runs_while_one_is_held()
    {
        var finalized = new ManualResetEventSlim();
        using (HeldFinalizers.Hold())
        {
            using (HeldFinalizers.Hold()) Drop(finalized);
            GC.Collect();
            Assert.False(finalized.Wait(TimeSpan.FromMilliseconds(100)));
        }
        // Other tests may hold them in turns.
        for (var tries = 0; tries < 600 && !finalized.Wait(TimeSpan.FromMilliseconds(100)); tries++) GC.Collect();
        Assert.True(finalized.IsSet);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(ManualResetEventSlim finalized) => _ = new Dropped(finalized);

    private sealed class Dropped(ManualResetEventSlim finalized)
    {
        ~Dropped() => finalized.Set();
    }
}
