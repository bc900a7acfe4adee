using GraphGrad.Compilation;
using GraphGrad.Compilation.Passes.Memory;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>Units of a program's steps that one frame is for.</summary>
/// <param name="Steps">How the steps are cut.</param>
/// <param name="Units">How many units there are in all.</param>
/// <param name="First">The first one.</param>
/// <param name="Count">How many.</param>
internal sealed record FramePart(SliceGroup Steps, long Units, long First, long Count);

/// <summary>A loop's body, for some rows, or for all as null.</summary>
internal readonly record struct LoopPart(IExecutionFrame Frame, FramePart? Rows);

/// <summary>
/// Rows that go through all iterations of a loop on one thread, where <see cref="CompiledProgram.IndependentRows"/> allows it: work is handed over once
/// for the whole loop instead of in each step of each iteration, and no row changes its core.
/// </summary>
internal static class LoopParts
{
    // Cycles, some fifteen microseconds: before a shorter loop is over no parked thread has come, and its steps are shared with those that are awake.
    private const double LeastWork = 60_000;

    // Fewer rows for each tile of a product take longer a row; steps that are shared one by one lose about as much to handing over.
    private const double MostLoss = 1.25;

    /// <summary>As many parts as threads, or fewer, or one of all rows as null.</summary>
    public static FramePart?[] Of(LoopOp loop, CompiledProgram body, Func<string, long> binding, int threads)
    {
        FramePart?[] whole = [null];
        if (threads == 1 || loop.MayEndEarly || loop.Length is null || body.IndependentRows is not { } rows) return whole;
        var counts = Array.ConvertAll(rows.Steps, s => s.Count.Evaluate(binding));
        var units = counts.Aggregate(0L, Gcd);
        if (units < 2 || Array.Exists(body.FetchCopies, c => c.To.Type.Shape.ElementCount.Evaluate(binding) % units != 0)) return whole;
        // Vectors fall on the same elements however rows are split.
        var block = 1L;
        for (var i = 0; i < counts.Length; i++)
        {
            if (body.Steps[i] is not KernelStep { Kernel.Grain: var grain }) continue;
            var multiple = grain / Gcd(grain, counts[i] / units);
            block = block / Gcd(block, multiple) * multiple;
        }
        var blocks = units / block;
        var parts = (int)Math.Min(threads, blocks);
        if (parts < 2) return whole;
        var found = new FramePart[parts];
        for (var i = 0; i < parts; i++)
        {
            var (first, end) = (blocks * i / parts * block, i == parts - 1 ? units : blocks * (i + 1) / parts * block);
            found[i] = new FramePart(rows, units, first, end - first);
        }
        var all = Cycles(new FramePart(rows, units, 0, units));
        return double.IsFinite(all) && all * loop.Length.Value.Evaluate(binding) >= LeastWork && found.Max(p => Cycles(p)) * parts <= MostLoss * all ? found : whole;

        // Infinite where a product would be computed in another way, and so perhaps be rounded in another way.
        double Cycles(FramePart part)
        {
            var cycles = 0.0;
            for (var i = 0; i < counts.Length; i++)
            {
                var each = counts[i] / units;
                if (body.Steps[i] is KernelStep { Kernel: var kernel })
                {
                    cycles += kernel.Source.Outer.Concat(kernel.Source.Inner).Aggregate(1.0, (points, axis) => points * axis.Steps.Evaluate(binding)) * kernel.PointCycles * part.Count / units;
                    continue;
                }
                var product = (ContractionStep)body.Steps[i];
                var (whole, shape) = (product.Shape.Bind(binding), rows.Steps[i].Slice(product.Shape, part.Count * each).Bind(binding));
                var keeps = product.Keeps(body.Invariants!);
                if (product.Kernel.PlanWalk(whole, keeps: keeps) is not null || product.Kernel.PlanWalk(shape, keeps: keeps) is not null || (product.MayUseWinograd && product.Kernel.PlanWinograd(whole) is not null)) return double.PositiveInfinity;
                var (one, other) = (product.Kernel.Plan(whole), product.Kernel.Plan(shape));
                if (new[] { other, product.Kernel.Plan(whole, keeps), product.Kernel.Plan(shape, keeps) }.Any(p => p.InnerSums != one.InnerSums)) return double.PositiveInfinity;
                cycles += other.Tile.Cycles * Math.Max(1, other.Shape.Batch.Count);
            }
            return cycles;
        }
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
