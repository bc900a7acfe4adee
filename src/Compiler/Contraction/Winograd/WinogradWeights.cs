using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>Transformed weights G g Gᵀ, a vector of kernels at a time: sixteen matrices, each in panels of neighbouring kernels.</summary>
/// <param name="plan">The sizes.</param>
/// <param name="from">The weights.</param>
/// <param name="to">The first matrix.</param>
/// <param name="channels">Channels of a panel.</param>
internal readonly unsafe struct WinogradWeights<TLane>(WinogradPlan plan, float* from, float* to, long channels)
    where TLane : struct, ITransformLane<TLane>
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
        var rows = stackalloc float[taps * WinogradPlan.ChannelGroup * vector];
        var sixteen = stackalloc float[WinogradPlan.Products * vector];
        for (int at = 0, last = plan.PaddedKernels - vector; ; at = Math.Min(at + vector, last))
        {
            Gather(rows, taps, first, count, kernel + at);
            for (var own = 0; own < count; own++)
            {
                foreach (var piece in plan.Pieces)
                {
                    Weigh(rows + (taps * own * vector), piece, sixteen);
                    for (var k = 0; k < WinogradPlan.Products; k++)
                    {
                        if (piece.Terms[k] >= 0) Spread(sixteen + (k * vector), k, piece.Terms[k] + channel + own, at);
                    }
                }
            }
            if (at == last) return;
        }
    }

    /// <summary>The weights of a vector of kernels, zeros beyond the last: a row of each place in the window for each channel.</summary>
    private void Gather(float* rows, int taps, long first, int count, long kernel)
    {
        var vector = TLane.Count;
        var live = (int)Math.Min(vector, sides.Kernels - kernel);
        if (live < vector) new Span<float>(rows, taps * count * vector).Clear();
        var start = from + (first * sides.WeightChannel) + (kernel * sides.WeightKernel);
        var done = 0;
        if (Transposition.IsAccelerated && IsDense)
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

    /// <summary>Whether the weights of a channel are neighbours.</summary>
    private bool IsDense =>
        (sides.Places.Kernel == 1 || sides.WeightPlace == 1) && (sides.Lines.Kernel == 1 || sides.WeightLine == sides.Places.Kernel)
        && (sides.Layers == 1 || sides.WeightLayer == sides.Lines.Kernel * sides.Places.Kernel);

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
        var (vector, line) = (TLane.Count, (int)sides.Places.Kernel * TLane.Count);
        rows += ((((piece.Layer * sides.Lines.Kernel) + piece.Line.First) * sides.Places.Kernel) + piece.Place.First) * vector;
        var (down, right) = (sides.Lines.Stride * line, sides.Places.Stride * vector);
        for (var j = 0; j < piece.Place.Taps; j++) Weigh(piece.Line, sides.Lines.Pairs, rows + (j * right), down, sixteen + (j * vector), 4 * vector);
        for (var i = 0; i < 4; i++)
        {
            if (piece.Line.Has(i, sides.Lines.Pairs)) Weigh(piece.Place, sides.Places.Pairs, sixteen + (4 * i * vector), vector, sixteen + (4 * i * vector), vector);
        }
    }

    /// <summary>Puts a vector of transformed weights into the panels that it meets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Spread(float* vector, int product, long term, int at)
    {
        for (var done = 0; done < TLane.Count;)
        {
            var (panel, lane) = Math.DivRem(at + done, plan.Width);
            var place = to + (product * plan.WeightPlane) + (((panel * (plan.Slots[product] * channels)) + term) * plan.Width) + lane;
            if (plan.Width - lane >= TLane.Count && done == 0)
            {
                TLane.Load(vector).Store(place);
                return;
            }
            var run = Math.Min(plan.Width - lane, TLane.Count - done);
            new ReadOnlySpan<float>(vector + done, run).CopyTo(new Span<float>(place, run));
            done += run;
        }
    }

    /// <summary>The products of G with the vectors of a piece, which the results may overwrite. One weight alone is taken away by the last product, so it is negated there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh(WinogradPiece piece, bool pairs, float* weights, long fromStep, float* four, long toStep)
    {
        var g0 = TLane.Load(weights);
        if (!pairs || piece.Taps == 1)
        {
            g0.Store(four);
            if (pairs) (default(TLane) - g0).Store(four + (3 * toStep));
            return;
        }
        var g1 = TLane.Load(weights + fromStep);
        if (piece.Taps == 2)
        {
            g0.Store(four);
            (g0 + g1).Store(four + toStep);
            g1.Store(four + (3 * toStep));
            return;
        }
        var g2 = TLane.Load(weights + (2 * fromStep));
        g0.Store(four);
        TLane.Half(g0 + g1 + g2).Store(four + toStep);
        TLane.Half(g0 - g1 + g2).Store(four + (2 * toStep));
        g2.Store(four + (3 * toStep));
    }
}
