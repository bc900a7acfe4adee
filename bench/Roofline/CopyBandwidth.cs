using System.Runtime.InteropServices;

namespace GraphGrad.Bench.Roofline;

/// <summary>Copies one block to another, as fast as the platform's own copy can; what is read and what is written both count.</summary>
internal sealed unsafe class CopyBandwidth : Workload
{
    private const nuint Alignment = 64;

    private readonly nint[] blocks;
    private readonly long bytes;

    /// <param name="where">What memory the blocks lie in, for the table.</param>
    /// <param name="bytes">The size of one block: half of what is touched.</param>
    /// <param name="threads">How many pairs of blocks to keep.</param>
    public CopyBandwidth(string where, long bytes, int threads)
    {
        this.bytes = bytes;
        Name = $"copy in {where}";
        blocks = new nint[2 * threads];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
            // Touched, so that page faults are not measured.
            NativeMemory.Fill((void*)blocks[i], (nuint)bytes, 1);
        }
    }

    public override string Name { get; }

    public override string Unit => "GB/s";

    public override double WorkPerRepetition => 2.0 * bytes;

    public override void Run(int thread, long repetitions)
    {
        var from = (void*)blocks[2 * thread];
        var to = (void*)blocks[(2 * thread) + 1];
        for (var i = 0L; i < repetitions; i++) Buffer.MemoryCopy(from, to, bytes, bytes);
    }

    public override void Dispose()
    {
        foreach (var block in blocks) NativeMemory.AlignedFree((void*)block);
    }
}
