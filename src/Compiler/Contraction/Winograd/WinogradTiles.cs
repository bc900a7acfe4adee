using System.Runtime.CompilerServices;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// Results Y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A of the blocks of a <see cref="WinogradPlan"/>: d the four by four elements under a tile of
/// windows, g the weights, summed over channels between the brackets by ordinary products.
/// </summary>
internal readonly unsafe struct WinogradTiles<TLane>(WinogradPlan plan, float* a, float* b, float* c, byte* scratch, byte* shared)
    where TLane : struct, ITransformLane<TLane>
{
    private readonly WinogradPlan.Sides sides = plan.Windows;
    private readonly float* differences = (float*)scratch;
    private readonly float* sums = (float*)(scratch + plan.Sums);
    private readonly float* zeros = (float*)(scratch + plan.Zeros);
    private readonly float* weights = (float*)shared;

    /// <summary>G g Gᵀ for all kernels of a group of channels, a vector of kernels at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Prepare(long group)
    {
        var first = group * WinogradPlan.ChannelGroup;
        var count = (int)Math.Min(WinogradPlan.ChannelGroup, sides.Channels - first);
        // Nine rows of weights of each channel, a row of each place in the window, become sixteen.
        var rows = stackalloc float[9 * WinogradPlan.ChannelGroup * TLane.Count];
        var to = stackalloc float[WinogradPlan.Products * TLane.Count];
        var vector = TLane.Count;
        for (int at = 0, last = plan.PaddedKernels - vector; ; at = Math.Min(at + vector, last))
        {
            Gather(rows, first, count, at);
            for (var channel = 0; channel < count; channel++)
            {
                var from = rows + (9 * channel * vector);
                for (var j = 0; j < 3; j++) Weigh(from + (j * vector), 3 * vector, to + (j * vector), 4 * vector);
                for (var i = 0; i < 4; i++) Weigh(to + (4 * i * vector), vector, to + (4 * i * vector), vector);
                for (var k = 0; k < WinogradPlan.Products; k++) Spread(to + (k * vector), k, first + channel, at);
            }
            if (at == last) return;
        }
    }

    /// <summary>The weights of a vector of kernels, zeros beyond the last: nine rows for each channel.</summary>
    private void Gather(float* rows, long first, int count, int at)
    {
        var vector = TLane.Count;
        var live = (int)Math.Min(vector, sides.Kernels - at);
        if (live < vector) new Span<float>(rows, 9 * count * vector).Clear();
        var from = b + (first * sides.WeightChannel) + (at * sides.WeightKernel);
        var isRun = Transposition.IsAccelerated && 9 * count % 4 == 0 && (sides.WeightChannel, sides.WeightLine, sides.WeightPlace) == (9, 3, 1);
        var kernel = 0;
        for (; isRun && kernel + 4 <= live; kernel += 4)
        {
            var step = sides.WeightKernel;
            var line = from + (kernel * step);
            for (var k = 0; k < 9 * count; k += 4)
                Transposition.FourByFour(line + k, line + step + k, line + (2 * step) + k, line + (3 * step) + k, rows + (k * vector) + kernel, vector);
        }
        for (; kernel < live; kernel++)
        {
            for (var k = 0; k < 9 * count; k++)
                rows[(k * vector) + kernel] = from[(kernel * sides.WeightKernel) + (k / 9 * sides.WeightChannel) + (k % 9 / 3 * sides.WeightLine) + (k % 3 * sides.WeightPlace)];
        }
    }

    /// <summary>Puts a vector of transformed weights into the panels that it meets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Spread(float* from, int product, long channel, int at)
    {
        for (var done = 0; done < TLane.Count;)
        {
            var (panel, lane) = Math.DivRem(at + done, plan.Width);
            var place = weights + (product * plan.WeightPlane) + (((panel * sides.Channels) + channel) * plan.Width) + lane;
            if (plan.Width - lane >= TLane.Count && done == 0)
            {
                TLane.Load(from).Store(place);
                return;
            }
            var run = Math.Min(plan.Width - lane, TLane.Count - done);
            new ReadOnlySpan<float>(from + done, run).CopyTo(new Span<float>(place, run));
            done += run;
        }
    }

    /// <summary>The four products of G with three vectors, which the results may overwrite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh(float* from, long fromStep, float* to, long toStep)
    {
        var (g0, g1, g2) = (TLane.Load(from), TLane.Load(from + fromStep), TLane.Load(from + (2 * fromStep)));
        g0.Store(to);
        TLane.Half(g0 + g1 + g2).Store(to + toStep);
        TLane.Half(g0 - g1 + g2).Store(to + (2 * toStep));
        g2.Store(to + (3 * toStep));
    }

    /// <summary>
    /// One block; false if a result is not finite. An infinite or NaN element, and a difference that overflows, reaches further
    /// here than the windows that hold it, so the whole product must then be computed directly.
    /// </summary>
    public bool Compute(long block)
    {
        var firstLine = block * plan.LinesOfBlock;
        var lines = (int)Math.Min(plan.LinesOfBlock, (sides.Images * plan.TileLines) - firstLine);
        var tiles = lines * plan.TilePlaces;
        new Span<float>(zeros, (int)sides.Channels).Clear();
        for (var t = 0; t < tiles; t++)
        {
            var (image, line, place) = Place(firstLine, t);
            TransformTile(a + (image * sides.ImageStep), 2 * line, 2 * place, differences + (t * plan.ChannelPitch), WinogradPlan.Plane(tiles * plan.ChannelPitch));
        }
        for (var k = 0; k < WinogradPlan.Products; k++) Multiply(k, tiles);
        var finite = true;
        for (var t = 0; t < tiles; t++)
        {
            var (image, line, place) = Place(firstLine, t);
            finite &= FinishTile(sums + (t * plan.KernelPitch), WinogradPlan.Plane(tiles * plan.KernelPitch), c + (image * sides.ResultImage), 2 * line, 2 * place);
        }
        return finite;
    }

    private (long Image, int Line, int Place) Place(long firstLine, int tile)
    {
        var (line, place) = Math.DivRem(tile, plan.TilePlaces);
        var (image, own) = Math.DivRem(firstLine + line, plan.TileLines);
        return (image, (int)own, place);
    }

    /// <summary>Bᵀ d B, each of its 16 elements into a matrix of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformTile(float* source, int line, int place, float* to, long plane)
    {
        var elements = stackalloc float*[16];
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                // Images have two lines and places more than results; beyond them lie results that nobody wants.
                var inside = line + i < sides.Lines + 2 && place + j < sides.Places + 2;
                elements[(4 * i) + j] = inside ? source + ((line + i) * sides.LineStep) + ((place + j) * sides.PlaceStep) : zeros;
            }
        }
        for (long at = 0, last = sides.Channels - TLane.Count; ;)
        {
            TransformLine(elements, elements + 8, at, subtract: true, to + at, plane);
            TransformLine(elements + 4, elements + 8, at, subtract: false, to + at + (4 * plane), plane);
            TransformLine(elements + 8, elements + 4, at, subtract: true, to + at + (8 * plane), plane);
            TransformLine(elements + 4, elements + 12, at, subtract: true, to + at + (12 * plane), plane);
            if (at == last) return;
            // The last vector may overlap the one before it.
            at = Math.Min(at + TLane.Count, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformLine(float** x, float** y, long at, bool subtract, float* to, long plane)
    {
        var t0 = Pair(x[0], y[0], at, subtract);
        var t1 = Pair(x[1], y[1], at, subtract);
        var t2 = Pair(x[2], y[2], at, subtract);
        var t3 = Pair(x[3], y[3], at, subtract);
        (t0 - t2).Store(to);
        (t1 + t2).Store(to + plane);
        (t2 - t1).Store(to + (2 * plane));
        (t1 - t3).Store(to + (3 * plane));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Pair(float* x, float* y, long at, bool subtract) =>
        subtract ? TLane.Load(x + at) - TLane.Load(y + at) : TLane.Load(x + at) + TLane.Load(y + at);

    private void Multiply(int product, int tiles)
    {
        var from = differences + (product * WinogradPlan.Plane(tiles * plan.ChannelPitch));
        var to = sums + (product * WinogradPlan.Plane(tiles * plan.KernelPitch));
        for (var panel = 0; panel < plan.Panels; panel++)
        {
            var columns = weights + (product * plan.WeightPlane) + (panel * sides.Channels * plan.Width);
            for (long term = 0; term < sides.Channels; term += plan.TermBlock)
            {
                var count = Math.Min(plan.TermBlock, sides.Channels - term);
                for (var row = 0; row < tiles; row += plan.TileRows)
                {
                    plan.Code(Math.Min(plan.TileRows, tiles - row))(
                        (long)(from + (row * plan.ChannelPitch) + term), plan.ChannelPitch * sizeof(float), sizeof(float),
                        (long)(columns + (term * plan.Width)), plan.Width * sizeof(float),
                        (long)(to + (row * plan.KernelPitch) + (panel * plan.Width)), plan.KernelPitch * sizeof(float), count, term > 0);
                }
            }
        }
    }

    /// <summary>Aᵀ M A, as far as there are results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FinishTile(float* from, long plane, float* result, int line, int place)
    {
        var to = result + (line * sides.ResultLine) + (place * sides.ResultPlace);
        var (below, right) = (line + 1 < sides.Lines, place + 1 < sides.Places);
        var check = default(TLane);
        for (long at = 0, last = sides.Kernels - TLane.Count; ;)
        {
            Columns(from + at, plane, out var u0, out var v0);
            Columns(from + at + plane, plane, out var u1, out var v1);
            Columns(from + at + (2 * plane), plane, out var u2, out var v2);
            Columns(from + at + (3 * plane), plane, out var u3, out var v3);
            var y = u0 + u1 + u2;
            y.Store(to + at);
            check += TLane.Zero(y);
            if (right)
            {
                y = u1 - u2 - u3;
                y.Store(to + at + sides.ResultPlace);
                check += TLane.Zero(y);
            }
            if (below)
            {
                y = v0 + v1 + v2;
                y.Store(to + at + sides.ResultLine);
                check += TLane.Zero(y);
            }
            if (below && right)
            {
                y = v1 - v2 - v3;
                y.Store(to + at + sides.ResultLine + sides.ResultPlace);
                check += TLane.Zero(y);
            }
            if (at == last) return TLane.IsFinite(check);
            at = Math.Min(at + TLane.Count, last);
        }
    }

    /// <summary>One column of Aᵀ M; the elements of a column are four matrices apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(float* from, long plane, out TLane upper, out TLane lower)
    {
        var m1 = TLane.Load(from + (4 * plane));
        var m2 = TLane.Load(from + (8 * plane));
        upper = TLane.Load(from) + m1 + m2;
        lower = m1 - m2 - TLane.Load(from + (12 * plane));
    }
}
