using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>Transformed weights G g Gᵀ, a vector of kernels at a time: sixteen matrices, each in panels of neighbouring kernels.</summary>
/// <param name="plan">The sizes.</param>
/// <param name="from">The weights.</param>
/// <param name="to">The first matrix.</param>
/// <param name="channels">Channels of a panel.</param>
internal readonly unsafe struct WinogradWeights<TLane>(WinogradCorrelation plan, float* from, float* to, long channels)
    where TLane : struct, ILane<TLane, float>
{
    private readonly WinogradSides sides = plan.Windows;

    /// <summary>Transforms a group of channels of the plan's panels of kernels.</summary>
    /// <param name="first">The first channel.</param>
    /// <param name="count">How many: no more than a group.</param>
    /// <param name="kernel">The first kernel.</param>
    /// <param name="channel">Which channel of the panels the first one is.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Transform(long first, int count, long kernel, long channel)
    {
        // Rows of weights of each channel, a row of each place in the window; those of a piece become sixteen at most.
        var (taps, vector) = ((int)sides.Taps, TLane.Count);
        var rows = stackalloc float[taps * WinogradCorrelation.ChannelGroup * vector];
        var sixteen = stackalloc float[WinogradPlan.Products * vector];
        var places = stackalloc float*[WinogradPlan.Products];
        for (int at = 0, last = plan.PaddedKernels - vector; ; at = Math.Min(at + vector, last))
        {
            Gather(rows, taps, first, count, kernel + at);
            var (panel, lane) = Math.DivRem(at, plan.Width);
            var isInside = plan.Width - lane >= vector;
            foreach (var piece in plan.Pieces)
            {
                foreach (var k in piece.Products) places[k] = Place(k, panel, piece.Terms[k] + channel) + lane;
                for (var own = 0; own < count; own++)
                {
                    Weigh(rows + (taps * own * vector), piece, sixteen);
                    foreach (var k in piece.Products)
                    {
                        if (isInside) TLane.Load(sixteen + (k * vector)).Store(places[k] + (own * plan.Width));
                        else Spread(sixteen + (k * vector), k, piece.Terms[k] + channel + own, at);
                    }
                }
            }
            if (at == last) return;
        }
    }

    /// <summary>The weights of a vector of kernels, zeros beyond the last: a row of each place in the window for each channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(float* rows, int taps, long first, int count, long kernel)
    {
        var vector = TLane.Count;
        var live = (int)Math.Min(vector, sides.Kernels - kernel);
        if (live < vector) new Span<float>(rows, taps * count * vector).Clear();
        var start = from + (first * sides.WeightChannel) + (kernel * sides.WeightKernel);
        var done = 0;
        if (Transposition.IsAccelerated && sides.IsDense)
        {
            // Neighbouring weights of four kernels at a time: of all channels, or of one.
            var run = sides.WeightChannel == taps ? taps * count : taps;
            for (; done + 4 <= live; done += 4)
            {
                for (var k = 0; k < taps * count; k += run) GatherRun(start + (done * sides.WeightKernel) + (k / taps * sides.WeightChannel), run, rows + (k * vector) + done);
            }
        }
        for (; done < live; done++)
        {
            var row = rows + done;
            for (var own = 0; own < count; own++)
            {
                for (var layer = 0; layer < sides.Layers; layer++)
                {
                    for (var line = 0; line < sides.Lines.Kernel; line++)
                    {
                        var weight = start + (done * sides.WeightKernel) + (own * sides.WeightChannel) + (layer * sides.WeightLayer) + (line * sides.WeightLine);
                        for (var place = 0; place < sides.Places.Kernel; place++, row += vector) *row = weight[place * sides.WeightPlace];
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void GatherRun(float* line, int run, float* rows)
    {
        var (vector, step) = (TLane.Count, sides.WeightKernel);
        var k = 0;
        for (; k + 4 <= run; k += 4) Transposition.FourByFour(line + k, line + step + k, line + (2 * step) + k, line + (3 * step) + k, rows + (k * vector), vector);
        for (; k < run; k++)
        {
            for (var own = 0; own < 4; own++) rows[(k * vector) + own] = line[(own * step) + k];
        }
    }

    /// <summary>G g Gᵀ of a piece.</summary>
    /// <param name="rows">The weights of a channel.</param>
    /// <param name="piece">Which of them.</param>
    /// <param name="sixteen">A vector for each product.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Weigh(float* rows, WinogradPart piece, float* sixteen)
    {
        var (lines, places, vector) = (sides.Lines, sides.Places, TLane.Count);
        rows += ((((piece.Layer * lines.Kernel) + piece.Line.First) * places.Kernel) + piece.Place.First) * vector;
        var (down, right) = (lines.Stride * places.Kernel * vector, places.Stride * vector);
        var (high, wide) = (lines.Pairs ? piece.Line.Taps : 0, places.Pairs ? piece.Place.Taps : 0);
        for (var j = 0; j < piece.Place.Taps; j++) Weigh(high, rows + (j * right), down, sixteen + (j * vector), 4 * vector);
        Weigh(wide, sixteen, vector, sixteen, vector);
        if (high > 1) Weigh(wide, sixteen + (4 * vector), vector, sixteen + (4 * vector), vector);
        if (high > 2) Weigh(wide, sixteen + (8 * vector), vector, sixteen + (8 * vector), vector);
        if (high > 0) Weigh(wide, sixteen + (12 * vector), vector, sixteen + (12 * vector), vector);
    }

    /// <summary>Where a term's weights in a panel are.</summary>
    private float* Place(int product, int panel, long term) => to + (product * plan.WeightPlane) + (((panel * (plan.Slots[product] * channels)) + term) * plan.Width);

    /// <summary>Puts a vector of transformed weights into the panels that it meets.</summary>
    private void Spread(float* vector, int product, long term, int at)
    {
        for (var done = 0; done < TLane.Count;)
        {
            var (panel, lane) = Math.DivRem(at + done, plan.Width);
            var run = Math.Min(plan.Width - lane, TLane.Count - done);
            new ReadOnlySpan<float>(vector + done, run).CopyTo(new Span<float>(Place(product, panel, term) + lane, run));
            done += run;
        }
    }

    /// <summary>The products of G with the vectors of a piece, which the results may overwrite. The last product takes away, so one weight alone is negated there; without taps it stands for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh(int taps, float* weights, long fromStep, float* four, long toStep)
    {
        var g0 = TLane.Load(weights);
        if (taps < 2)
        {
            g0.Store(four);
            if (taps == 1) (default(TLane) - g0).Store(four + (3 * toStep));
            return;
        }
        var g1 = TLane.Load(weights + fromStep);
        if (taps == 2)
        {
            g0.Store(four);
            (g0 + g1).Store(four + toStep);
            g1.Store(four + (3 * toStep));
            return;
        }
        var g2 = TLane.Load(weights + (2 * fromStep));
        g0.Store(four);
        ((g0 + g1 + g2) * TLane.Fill(0.5f)).Store(four + toStep);
        ((g0 - g1 + g2) * TLane.Fill(0.5f)).Store(four + (2 * toStep));
        g2.Store(four + (3 * toStep));
    }
}
