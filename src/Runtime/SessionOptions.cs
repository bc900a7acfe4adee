using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;

namespace GraphGrad;

/// <summary>How a session runs; every property has a default that serves.</summary>
public sealed record SessionOptions
{
    /// <summary>Compiled, or interpreted op by op.</summary>
    public Backend Backend { get; init; } = Backend.Compiled;

    /// <summary>How many threads one run may use. The results are the same bits for any number. Compiling, before the first run of a program, uses all cores.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How wide the vectors of compiled kernels are; null for the widest that this machine has.</summary>
    public VectorWidth? Width { get; init; }

    /// <summary>
    /// Mixed into every random draw of the session: sessions of equal seeds draw equal numbers, whatever the backend and
    /// the number of threads.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether variables are initialized when a run first needs them. If not, running or reading one before
    /// <see cref="Session.Initialize()"/> or a write is an error.
    /// </summary>
    public bool AutoInitialize { get; init; } = true;

    /// <summary>
    /// Whether a graph is brought into a numerically stable and simpler form before it runs, as gradients are in any case. If not, it
    /// runs exactly as written.
    /// </summary>
    public bool Rewrite { get; init; } = true;

    /// <summary>
    /// Whether convolutions whose windows overlap, and gradients of images by those of 3×3 that move by one place, may be computed in fewer products (Winograd's method,
    /// on tiles of 2×2 results and pieces of windows of up to 3×3), where that is faster. Only for float32: a result is then off by a few times as much as a plain sum of its products may
    /// be, relative to the largest elements around its window rather than in it. It is exactly zero where all under its window is zero, or where all weights are, channel by channel; where
    /// elements and weights are zero by turns, what should be zero may be rounding. Gradients of kernels are computed so only of stride 1 and without groups, and what would be off by more than
    /// a few times the error of a plain sum, relative to its own terms, is summed plainly: of channels that are almost all zeros, and where all terms are zero. What is infinite or NaN comes out as ever.
    /// </summary>
    public bool Winograd { get; init; } = true;

    /// <summary>
    /// Whether elementwise expressions of float32 that lose digits as written, and that no identity cures, may be computed in float64 inside
    /// their kernels and rounded once. <see cref="Session.Explain(Value[])"/> says which. Takes effect only with <see cref="Rewrite"/>.
    /// </summary>
    public bool Float64Chains { get; init; } = true;

    /// <summary>Random draws take a run's index as their counter; each seed has 2^32 of them to itself.</summary>
    internal long FirstRunIndex => (long)Seed << 32;

    /// <summary>Whether small programs become one delegate; tests switch it off to see kernels.</summary>
    internal bool Unroll { get; init; } = true;

    /// <summary>Whether what every pass leaves behind is checked; tests switch it on.</summary>
    internal bool Verify { get; init; } = CompilerOptions.IsDebugBuild;

    internal CompilerOptions Compiler => new() { Verify = Verify, Width = Width ?? VectorWidths.Widest, Rewrite = Rewrite, Unroll = Unroll, Winograd = Winograd, Float64Chains = Float64Chains };

    internal void Validate()
    {
        if (Threads < 1) throw new GraphException($"SessionOptions.Threads is {Threads}; a session needs at least one thread.");
        if (!Enum.IsDefined(Backend)) throw new GraphException($"SessionOptions.Backend is {Backend}; use Backend.Compiled or Backend.Interpreted.");
    }
}
