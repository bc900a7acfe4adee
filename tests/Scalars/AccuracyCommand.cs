using System.CommandLine;
using System.Diagnostics;

namespace GraphGrad.Tests.Scalars;

/// <summary><c>accuracy</c>: compiled functions over every float32 there is, against double precision.</summary>
internal static class AccuracyCommand
{
    private const int BlockSize = 1 << 16;

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "Functions to sweep, with commas between." };
        var stride = new Option<long>("--stride") { Description = "Takes every so manieth float only.", DefaultValueFactory = _ => 1 };
        var start = new Option<long>("--start") { Description = "The place of the first float, so that as many runs as the stride take every one." };
        var command = new Command("accuracy", "Compares compiled functions with double precision at every float32.") { only, stride, start };
        command.SetAction(arguments => Run(arguments.GetValue(only)?.Split(','), Math.Max(1, arguments.GetValue(stride)), arguments.GetValue(start)));
        return command;
    }

    private static int Run(string[]? only, long stride, long start)
    {
        var failed = 0;
        foreach (var function in FunctionAccuracy.Table.Where(f => only is null || only.Contains(f.Name)))
        {
            var clock = Stopwatch.StartNew();
            var (worst, at, actual) = Sweep(function, stride, start);
            var fails = worst > function.Float32;
            if (fails) failed++;
            Console.WriteLine(
                $"{function.Name,-9} {worst:F3} ulp at {at:R}: {actual:R}; allowed {function.Float32}{(fails ? ", FAILS" : "")} ({clock.Elapsed.TotalSeconds:F1} s)");
        }
        return failed == 0 ? 0 : 1;
    }

    private static (double Worst, float At, float Actual) Sweep(FunctionAccuracy accuracy, long stride, long start)
    {
        var op = accuracy.Op();
        var graph = new Graph();
        var x = graph.Placeholder("x", [BlockSize]);
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        var function = session.Compile([x], [graph.Add(op, [x])]);
        var blocks = ((1L << 32) + (BlockSize * stride) - 1) / (BlockSize * stride);
        var gate = new Lock();
        var best = (Worst: -1.0, At: 0f, Actual: 0f);
        Parallel.For(0, blocks, () => (Inputs: new float[BlockSize], Results: new float[BlockSize], Best: (Worst: -1.0, At: 0f, Actual: 0f)), (block, _, state) =>
        {
            for (var i = 0; i < BlockSize; i++) state.Inputs[i] = BitConverter.UInt32BitsToSingle((uint)(start + (((block * BlockSize) + i) * stride)));
            function.Run<float, float>(state.Inputs, state.Results);
            for (var i = 0; i < BlockSize; i++)
            {
                var ulps = FunctionAccuracy.Ulps(DType.Float32, state.Results[i], op.Reference(state.Inputs[i]), accuracy.Magnitude(state.Inputs[i]));
                if (!(ulps <= state.Best.Worst)) state.Best = (double.IsNaN(ulps) ? double.PositiveInfinity : ulps, state.Inputs[i], state.Results[i]);
            }
            return state;
        }, state =>
        {
            lock (gate)
            {
                if (state.Best.Worst > best.Worst) best = state.Best;
            }
        });
        return best;
    }
}
