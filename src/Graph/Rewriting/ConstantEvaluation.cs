using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Evaluates one node on concrete data.</summary>
internal static class ConstantEvaluation
{
    private const int Alignment = 64;

    /// <param name="node">The node.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="binding">The values of symbols; null if every extent is known.</param>
    public static unsafe TensorData Run(Node node, TensorData[] inputs, Func<string, long>? binding = null)
    {
        binding ??= Unbound;
        var blocks = new List<nint>();
        try
        {
            var operands = Array.ConvertAll(inputs, data =>
            {
                var operand = Allocate(data.Type, binding, blocks);
                data.Bytes.CopyTo(operand.Bytes);
                return operand;
            });
            var output = Allocate(node.Output.Type, binding, blocks);
            node.Op.Evaluate(new EvaluationContext { Node = node, Inputs = operands, Outputs = [output], Binding = binding });
            return Read(output);
        }
        finally
        {
            foreach (var block in blocks) NativeMemory.AlignedFree((void*)block);
        }

        long Unbound(string symbol) => throw new InvalidOperationException($"'{symbol}' occurs in the constant expression '{node.Name}'");
    }

    private static unsafe Operand Allocate(TensorType type, Func<string, long> binding, List<nint> blocks)
    {
        var extents = type.Shape.Select(d => (int)d.Evaluate(binding)).ToArray();
        var bytes = extents.Aggregate(type.DType.Size(), (product, extent) => product * extent);
        var block = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);
        blocks.Add(block);
        return new Operand(type.DType, extents, block);
    }

    private static TensorData Read(Operand operand) => operand.DType switch
    {
        DType.Float32 => TensorData.Create<float>(operand.Span<float>(), operand.Extents),
        DType.Float64 => TensorData.Create<double>(operand.Span<double>(), operand.Extents),
        DType.Int32 => TensorData.Create<int>(operand.Span<int>(), operand.Extents),
        DType.Int64 => TensorData.Create<long>(operand.Span<long>(), operand.Extents),
        _ => TensorData.Create<bool>(operand.Span<bool>(), operand.Extents),
    };
}
