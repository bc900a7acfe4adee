using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Tests;

/// <summary>A loop exactly as written: its body op by op, on copies of its part of the stacks.</summary>
internal static class AsWrittenLoop
{
    public static void Run(LoopOp loop, EvaluationContext context)
    {
        var (body, inputs, outputs) = (loop.Body, context.Inputs, context.Outputs);
        var length = loop.Length?.Evaluate(context.Binding) ?? long.MaxValue;
        var most = loop.IsCounted ? Math.Clamp(inputs[loop.CountInput].Span<long>()[0], 0, length) : length;
        var carries = body.Parameters.Carries.Select((c, i) => Copy(inputs[i].Bytes, c.DType, inputs[i].Extents)).ToArray();
        var goesOn = !loop.Tells || inputs[loop.ContinueInput].Bytes[0] != 0;
        foreach (var output in outputs) output.Bytes.Clear();
        using var run = new AsWritten(body.Fetches);
        var used = GraphSlice.Of(body.Fetches.Select(f => f.Node)).ToHashSet();
        var done = 0L;
        for (; done < most && goesOn; done++)
        {
            var at = (int)(loop.IsReversed ? most - 1 - done : done);
            for (var i = 0; i < loop.Carries; i++) Feed(body.Parameters.Carries[i], carries[i]);
            for (var i = 0; i < loop.Steps; i++) Feed(body.Parameters.Steps[i], Part(inputs[loop.Carries + i], at));
            for (var i = 0; i < loop.Captures; i++)
            {
                var capture = inputs[loop.Carries + loop.Steps + i];
                Feed(body.Parameters.Captures[i], Copy(capture.Bytes, capture.DType, capture.Extents));
            }
            run.Run();
            carries = Array.ConvertAll(body.Results.Carries, run.Read);
            for (var i = 0; i < body.Results.Outputs.Length; i++)
            {
                var part = run.Read(body.Results.Outputs[i]).Bytes;
                part.CopyTo(outputs[loop.Carries + i].Bytes[(at * part.Length)..]);
            }
            if (body.Results.Continue is { } again) goesOn = run.Read(again).At(0) != 0;
        }
        for (var i = 0; i < loop.Carries; i++) carries[i].Bytes.CopyTo(outputs[i].Bytes);
        if (loop.Tells) outputs[loop.CountOutput].Span<long>()[0] = done;

        void Feed(Value parameter, TensorData data)
        {
            if (used.Contains(parameter.Node)) run.Feed(parameter, data);
        }
    }

    private static TensorData Part(Operand stack, int at)
    {
        int[] extents = stack.Extents[1..];
        var bytes = extents.Aggregate(stack.DType.Size(), (a, b) => a * b);
        return Copy(stack.Bytes.Slice(at * bytes, bytes), stack.DType, extents);
    }

    private static TensorData Copy(ReadOnlySpan<byte> bytes, DType type, int[] extents)
    {
        var data = TensorData.Filled(type, 0, extents);
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(data.Elements), bytes.Length));
        return data;
    }
}
