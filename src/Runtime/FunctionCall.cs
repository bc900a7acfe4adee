using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Execution;

namespace GraphGrad;

/// <summary>
/// A call under construction: feeds and fetches are given in the order in which they were compiled, then it is run. Lives on
/// the stack. The spans are read and filled in place, without a copy.
/// </summary>
public ref struct FunctionCall
{
    /// <summary>The most spans that one call can take, feeds and fetches together.</summary>
    public const int MaximumSpans = 16;

    private const int FewSpans = 4;

    private readonly CompiledFunction function;
    private Spans spans;
    private ref byte span0, span1, span2, span3, span4, span5, span6, span7;
    private ref byte span8, span9, span10, span11, span12, span13, span14, span15;

    internal FunctionCall(CompiledFunction function, FedExtents extents)
    {
        this.function = function;
        spans.Extents = extents;
    }

    /// <summary>
    /// Feeds the next placeholder with elements in row-major order. Symbols in its shape are found from the lengths of all
    /// spans, where that leaves only one possibility.
    /// </summary>
    /// <exception cref="GraphException">There is no next placeholder, or <typeparamref name="T"/> is not its element type.</exception>
    public FunctionCall Feed<T>(ReadOnlySpan<T> data)
        where T : unmanaged
    {
        function.CheckFeed(spans.Fed, DTypes.Of<T>(), data.Length);
        Set(spans.AddFeed(data.Length), MemoryMarshal.AsBytes(data));
        return this;
    }

    /// <summary>Feeds the next placeholder with elements in row-major order and says their extents.</summary>
    /// <exception cref="GraphException">
    /// There is no next placeholder, <typeparamref name="T"/> is not its element type, or the extents do not fit it or the span.
    /// </exception>
    public FunctionCall Feed<T>(ReadOnlySpan<T> data, params ReadOnlySpan<int> extents)
        where T : unmanaged
    {
        function.CheckFeed(spans.Fed, DTypes.Of<T>(), data.Length);
        function.CheckExtents(spans.Fed, DTypes.Of<T>(), data.Length, extents);
        spans.Extents = spans.Extents.Then(spans.Fed, extents);
        Set(spans.AddFeed(data.Length), MemoryMarshal.AsBytes(data));
        return this;
    }

    /// <summary>Says where the next fetched value goes, in row-major order. If the call fails, what the span holds is undefined.</summary>
    /// <exception cref="GraphException">There is no next fetch, or <typeparamref name="T"/> is not its element type.</exception>
    public FunctionCall Fetch<T>(Span<T> destination)
        where T : unmanaged
    {
        function.CheckFetch(spans.Fetched, DTypes.Of<T>());
        Set(spans.AddFetch(function.FeedCount, destination.Length), MemoryMarshal.AsBytes(destination));
        return this;
    }

    /// <summary>Runs the function; with <paramref name="times"/> above 1 it loops inside the plan, with the same feeds.</summary>
    /// <param name="times">The number of steps; fetches are those of the last.</param>
    /// <param name="cancellation">Ends the run between two operations; the steps done so far stay committed.</param>
    /// <exception cref="GraphException">A feed or fetch is missing, a span has the wrong length, spans overlap, or the data makes an operation fail.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Run(long times = 1, CancellationToken cancellation = default)
    {
        if (spans.Fed + spans.Fetched <= FewSpans) RunFew(times, cancellation);
        else RunMany(times, cancellation);
    }

    // To hold what is fed and fetched in place takes two stores a span, whether it is there or not.
    private unsafe void RunFew(long times, CancellationToken cancellation)
    {
        fixed (byte* p0 = &span0, p1 = &span1, p2 = &span2, p3 = &span3)
        {
            ReadOnlySpan<nint> addresses = [(nint)p0, (nint)p1, (nint)p2, (nint)p3];
            function.Run(ref spans, addresses, times, cancellation);
        }
    }

    private unsafe void RunMany(long times, CancellationToken cancellation)
    {
        fixed (byte* p0 = &span0, p1 = &span1, p2 = &span2, p3 = &span3, p4 = &span4, p5 = &span5, p6 = &span6, p7 = &span7)
        fixed (byte* p8 = &span8, p9 = &span9, p10 = &span10, p11 = &span11, p12 = &span12, p13 = &span13, p14 = &span14, p15 = &span15)
        {
            ReadOnlySpan<nint> addresses =
            [
                (nint)p0, (nint)p1, (nint)p2, (nint)p3, (nint)p4, (nint)p5, (nint)p6, (nint)p7,
                (nint)p8, (nint)p9, (nint)p10, (nint)p11, (nint)p12, (nint)p13, (nint)p14, (nint)p15,
            ];
            function.Run(ref spans, addresses, times, cancellation);
        }
    }

    private void Set(int index, ReadOnlySpan<byte> span)
    {
        ref var start = ref MemoryMarshal.GetReference(span);
        switch (index)
        {
            case 0: span0 = ref start; break;
            case 1: span1 = ref start; break;
            case 2: span2 = ref start; break;
            case 3: span3 = ref start; break;
            case 4: span4 = ref start; break;
            case 5: span5 = ref start; break;
            case 6: span6 = ref start; break;
            case 7: span7 = ref start; break;
            case 8: span8 = ref start; break;
            case 9: span9 = ref start; break;
            case 10: span10 = ref start; break;
            case 11: span11 = ref start; break;
            case 12: span12 = ref start; break;
            case 13: span13 = ref start; break;
            case 14: span14 = ref start; break;
            default: span15 = ref start; break;
        }
    }

    /// <summary>
    /// The lengths and extents given so far. Feeds and fetches count separately, so either may come first; the lengths of fetches
    /// follow those of all feeds that the function takes.
    /// </summary>
    internal struct Spans
    {
        private LengthList lengths;

        public int Fed { get; private set; }

        public int Fetched { get; private set; }

        public FedExtents Extents { get; set; }

        [UnscopedRef]
        public readonly ReadOnlySpan<int> Lengths => lengths;

        public int AddFeed(int length)
        {
            lengths[Fed] = length;
            return Fed++;
        }

        public int AddFetch(int feeds, int length)
        {
            var index = feeds + Fetched++;
            lengths[index] = length;
            return index;
        }

        [InlineArray(MaximumSpans)]
        private struct LengthList
        {
            private int first;
        }
    }
}
