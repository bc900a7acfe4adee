using GraphGrad.Operations;

namespace GraphGrad.Ranges;

/// <summary>
/// Where the values of a loop's body lie in any iteration: the least intervals that hold the starts of the carries and that an iteration does not leave. A
/// bound that still moves after some iterations is taken to move on, up to the end of its element type (widening).
/// </summary>
internal static class LoopRanges
{
    // What contracts, or runs a few times only, has settled by then. Of a loop in a loop all is done as often.
    private const int Patience = 32;

    /// <summary>The body's ranges.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="inputs">Where its inputs lie.</param>
    /// <param name="depth">In how many loops it is.</param>
    /// <param name="earlier">The same in earlier iterations of the loop around it.</param>
    public static RangeAnalysis Of(LoopOp loop, Interval[] inputs, int depth, RangeAnalysis? earlier)
    {
        var body = loop.Body;
        var known = body.Parameters.All.Zip(inputs).ToDictionary(p => p.First, p => p.Second);
        for (var iteration = 1; ; iteration++)
        {
            var analysis = new RangeAnalysis(body.Nodes, known, depth + 1, earlier);
            earlier = analysis;
            var isSettled = loop.Length is { IsConstant: true } length && iteration >= length.Value;
            if (isSettled) return analysis;
            isSettled = true;
            for (var i = 0; i < loop.Carries; i++)
            {
                var (carry, was) = (body.Parameters.Carries[i], known[body.Parameters.Carries[i]]);
                var now = was.Union(analysis[body.Results.Carries[i]]);
                if (now == was) continue;
                isSettled = false;
                known[carry] = iteration < Patience >> (2 * depth) ? now : Widened(was, now, carry.DType);
            }
            if (isSettled) return analysis;
        }
    }

    /// <summary>Bounds that move go to the end of the element type; beyond it nothing is known.</summary>
    private static Interval Widened(Interval was, Interval now, DType type)
    {
        var largest = RangeAnalysis.Largest(type);
        return new Interval(
            now.Low == was.Low ? was.Low : now.Low > -largest ? -largest : double.NegativeInfinity,
            now.High == was.High ? was.High : now.High < largest ? largest : double.PositiveInfinity);
    }
}
