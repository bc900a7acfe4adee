using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Tests;

/// <summary>
/// Runs part of a graph exactly as written, op by op, each result in memory of its own: the meaning that sessions are
/// compared with. Feeds stay until they are replaced, so that one element can be moved and everything run again.
/// </summary>
internal sealed unsafe class AsWritten : IDisposable
{
    private const byte Garbage = 0xA5;
    private const int Alignment = 64;

    private readonly Node[] nodes;
    private readonly Dictionary<Value, Operand> operands = [];
    private readonly Dictionary<Value, TensorData> feeds = [];
    private readonly Dictionary<string, long> symbols = new(StringComparer.Ordinal);
    private readonly List<EvaluationContext> steps = [];
    private readonly List<nint> memory = [];
    private bool isLaidOut;

    public AsWritten(params IEnumerable<Value> fetches)
    {
        var slice = GraphSlice.Of(fetches.Select(f => f.Node));
        nodes = [.. GraphSlice.Of(slice.Concat(slice.Select(n => n.Op).OfType<VariableOp>().Select(v => v.Identity.Initializer.Node)))];
    }

    public static TensorData Run(Value fetch, params IEnumerable<(Value Placeholder, TensorData Data)> feeds)
    {
        using var run = new AsWritten(fetch);
        foreach (var (placeholder, data) in feeds) run.Feed(placeholder, data);
        run.Run();
        return run.Read(fetch);
    }

    public void Feed(Value placeholder, TensorData data)
    {
        isLaidOut &= feeds.TryGetValue(placeholder, out var old) && old.Extents.SequenceEqual(data.Extents);
        feeds[placeholder] = data;
        if (isLaidOut && operands.TryGetValue(placeholder, out var operand)) data.Bytes.CopyTo(operand.Bytes);
    }

    public void Run(long runIndex = 0)
    {
        if (!isLaidOut) LayOut();
        foreach (var step in steps)
        {
            step.RunIndex = runIndex;
            if (step.Node.Op is LoopOp loop) AsWrittenLoop.Run(loop, step);
            else step.Node.Op.Evaluate(step);
        }
    }

    public Operand Operand(Value value) => operands[value];

    public TensorData Read(Value value)
    {
        var operand = operands[value];
        var elements = TensorData.Filled(operand.DType, 0, operand.Extents).Elements;
        operand.Bytes.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(elements), operand.Bytes.Length));
        return new TensorData(elements, operand.Extents);
    }

    public void Dispose()
    {
        foreach (var address in memory) NativeMemory.AlignedFree((void*)address);
        memory.Clear();
        operands.Clear();
    }

    private void LayOut()
    {
        Dispose();
        steps.Clear();
        symbols.Clear();
        foreach (var (placeholder, data) in feeds)
        {
            for (var axis = 0; axis < placeholder.Rank; axis++)
            {
                if (placeholder.Shape[axis].SymbolName is { } name) symbols[name] = data.Extents[axis];
            }
        }
        foreach (var node in nodes)
        {
            if (node.Op is VariableOp variable)
            {
                // Built before the variable, so it stands before it here too.
                operands.Add(node.Output, operands[variable.Identity.Initializer]);
                continue;
            }
            foreach (var output in node.Outputs) operands.Add(output, Allocate(output.DType, output.Shape.Evaluate(s => symbols[s])));
            switch (node.Op)
            {
                case ConstantOp constant: constant.Data.Bytes.CopyTo(operands[node.Output].Bytes); break;
                case PlaceholderOp: feeds[node.Output].Bytes.CopyTo(operands[node.Output].Bytes); break;
                default:
                    steps.Add(new EvaluationContext
                    {
                        Node = node,
                        Inputs = [.. node.Inputs.Select(i => operands[i])],
                        Outputs = [.. node.Outputs.Select(o => operands[o])],
                        Binding = s => symbols[s],
                    });
                    break;
            }
        }
        isLaidOut = true;
    }

    // Filled with garbage, so that an op that leaves an element out shows.
    private Operand Allocate(DType type, int[] extents)
    {
        var address = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(1, extents.Aggregate(type.Size(), (a, b) => a * b)), Alignment);
        memory.Add(address);
        var operand = new Operand(type, extents, address);
        operand.Bytes.Fill(Garbage);
        return operand;
    }
}
