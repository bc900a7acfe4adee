using System.Collections.Concurrent;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>The code of correlations of one element type at one vector width, emitted on first use and kept for the life of the process.</summary>
internal sealed class SlideKernel
{
    private static readonly ConcurrentDictionary<(DType, VectorWidth), SlideKernel> Kernels = new();

    private readonly SlideEmitter emitter;
    private readonly ConcurrentDictionary<(int Outputs, int Rows, int Vectors, EquatableArray<int> Runs), Lazy<SlideCode>> tiles = new();
    private readonly ConcurrentDictionary<(int Rows, int Run, int Groups), Lazy<SlideSumCode>> sums = new();

    private readonly ConcurrentDictionary<SlideInPlaceSizes, Lazy<SlideInPlaceCode>> inPlace = new();
    private readonly ConcurrentDictionary<SlideFlatSizes, Lazy<SlideFlatCode>> flats = new();

    private SlideKernel(DType type, VectorWidth width)
    {
        emitter = new SlideEmitter(type, width);
        (Type, Width, ElementSize) = (type, width, type.Size());
        Lanes = Math.Max(1, width.Bytes() / ElementSize);
        MovesPairs = width == VectorWidth.Vector512 && Avx512F.IsSupported;
        ReadsInPlace = MovesPairs || (width == VectorWidth.Vector256 && Avx2.IsSupported);
        Registers = width == VectorWidth.Vector512 ? 32 : 16;
    }

    public DType Type { get; }

    public VectorWidth Width { get; }

    public int ElementSize { get; }

    public int Lanes { get; }

    public int Registers { get; }

    /// <summary>Whether neighbours from two vectors are brought into one by one instruction, and masks leave out lanes of what is read.</summary>
    public bool MovesPairs { get; }

    /// <summary>Whether masks leave out lanes of what is read, whether or not of what is written, too.</summary>
    public bool ReadsInPlace { get; }

    /// <summary>How many pieces of code there are so far.</summary>
    internal int Emitted => tiles.Count + sums.Count + inPlace.Count + flats.Count;

    public static SlideKernel Get(DType type, VectorWidth width) => Kernels.GetOrAdd((type, width), static key => new SlideKernel(key.Item1, key.Item2));

    public SlideCode Tile(int outputs, int rows, int vectors, EquatableArray<int> runs) =>
        tiles.GetOrAdd((outputs, rows, vectors, runs), key => new Lazy<SlideCode>(() => emitter.Emit(key.Outputs, key.Rows, key.Vectors, key.Runs).Compile())).Value;

    public SlideSumCode Sum(int rows, int run, int groups) =>
        sums.GetOrAdd((rows, run, groups), key => new Lazy<SlideSumCode>(() => emitter.EmitSum(key.Rows, key.Run, key.Groups).Compile())).Value;

    public SlideInPlaceCode InPlace(SlideInPlaceSizes sizes) => inPlace.GetOrAdd(sizes, key => new Lazy<SlideInPlaceCode>(() => emitter.EmitInPlace(key).Compile())).Value;

    public SlideFlatCode Flat(SlideFlatSizes sizes) => flats.GetOrAdd(sizes, key => new Lazy<SlideFlatCode>(() => emitter.EmitFlat(key).Compile())).Value;
}
