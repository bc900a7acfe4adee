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
        // Nine rows of weights of each channel, a row of each place in the window, become sixteen.
        var rows = stackalloc float[9 * WinogradPlan.ChannelGroup * TLane.Count];
        var sixteen = stackalloc float[WinogradPlan.Products * TLane.Count];
        var vector = TLane.Count;
        for (int at = 0, last = plan.PaddedKernels - vector; ; at = Math.Min(at + vector, last))
        {
            Gather(rows, first, count, kernel + at);
            for (var own = 0; own < count; own++)
            {
                var nine = rows + (9 * own * vector);
                for (var j = 0; j < 3; j++) Weigh(nine + (j * vector), 3 * vector, sixteen + (j * vector), 4 * vector);
                for (var i = 0; i < 4; i++) Weigh(sixteen + (4 * i * vector), vector, sixteen + (4 * i * vector), vector);
                for (var k = 0; k < WinogradPlan.Products; k++) Spread(sixteen + (k * vector), k, channel + own, at);
            }
            if (at == last) return;
        }
    }

    /// <summary>The weights of a vector of kernels, zeros beyond the last: nine rows for each channel.</summary>
    private void Gather(float* rows, long first, int count, long kernel)
    {
        var vector = TLane.Count;
        var live = (int)Math.Min(vector, sides.Kernels - kernel);
        if (live < vector) new Span<float>(rows, 9 * count * vector).Clear();
        var start = from + (first * sides.WeightChannel) + (kernel * sides.WeightKernel);
        var done = 0;
        if (Transposition.IsAccelerated && (sides.WeightLine, sides.WeightPlace) == (3, 1))
        {
            // Neighbouring weights of four kernels at a time: of all channels, or nine of one.
            var run = sides.WeightChannel == 9 ? 9 * count : 9;
            for (; done + 4 <= live; done += 4)
            {
                for (var k = 0; k < 9 * count; k += run) GatherRun(start + (done * sides.WeightKernel) + (k / 9 * sides.WeightChannel), run, rows + (k * vector) + done);
            }
        }
        for (; done < live; done++)
        {
            for (var k = 0; k < 9 * count; k++)
                rows[(k * vector) + done] = start[(done * sides.WeightKernel) + (k / 9 * sides.WeightChannel) + (k % 9 / 3 * sides.WeightLine) + (k % 3 * sides.WeightPlace)];
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

    /// <summary>Puts a vector of transformed weights into the panels that it meets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Spread(float* vector, int product, long channel, int at)
    {
        for (var done = 0; done < TLane.Count;)
        {
            var (panel, lane) = Math.DivRem(at + done, plan.Width);
            var place = to + (product * plan.WeightPlane) + (((panel * channels) + channel) * plan.Width) + lane;
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

    /// <summary>The four products of G with three vectors, which the results may overwrite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh(float* three, long fromStep, float* four, long toStep)
    {
        var (g0, g1, g2) = (TLane.Load(three), TLane.Load(three + fromStep), TLane.Load(three + (2 * fromStep)));
        g0.Store(four);
        TLane.Half(g0 + g1 + g2).Store(four + toStep);
        TLane.Half(g0 - g1 + g2).Store(four + (2 * toStep));
        g2.Store(four + (3 * toStep));
    }
}
