using System.Numerics.Tensors;
using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A program that is tried at many numbers: built once, with memory of its own. Only what depends on leaves that are not the arrays of the run
/// before is computed again.
/// </summary>
internal sealed class PreparedProgram
{
    private const int Alignment = 64;

    private readonly List<byte[]> blocks = [];
    private readonly Operand[] operands;
    private readonly Operand[] leaves;
    private readonly (EvaluationContext Context, ulong Leaves)[] steps;
    private readonly double[]?[] fed;

    /// <param name="values">Leaves, which are placeholders, before what is computed from them; the result last.</param>
    /// <param name="binding">The values of symbols.</param>
    public PreparedProgram(IReadOnlyList<Value> values, Func<string, long> binding)
    {
        var known = new Dictionary<Value, (Operand Operand, ulong Leaves)>();
        var (placeholders, computed) = (new List<Operand>(), new List<(EvaluationContext, ulong)>());
        foreach (var value in values)
        {
            if (known.ContainsKey(value)) continue;
            var operand = Allocate(value, binding);
            var below = 0UL;
            if (value.Node.Op is PlaceholderOp)
            {
                below = 1UL << placeholders.Count;
                placeholders.Add(operand);
            }
            else if (value.Node.Op is ConstantOp { Data: var data })
            {
                data.Bytes.CopyTo(operand.Bytes);
            }
            else
            {
                below = value.Node.Inputs.Aggregate(0UL, (all, input) => all | known[input].Leaves);
                var context = new EvaluationContext { Node = value.Node, Inputs = [.. value.Node.Inputs.Select(i => known[i].Operand)], Outputs = [operand], Binding = binding };
                if (below == 0) value.Node.Op.Evaluate(context);
                else computed.Add((context, below));
            }
            known.Add(value, (operand, below));
        }
        (leaves, steps, operands, fed) = ([.. placeholders], [.. computed], [.. values.Select(v => known[v].Operand)], new double[placeholders.Count][]);
    }

    /// <summary>The elements of the result.</summary>
    /// <param name="data">The elements of each leaf, which stay as they are.</param>
    public double[] Run(double[][] data)
    {
        var changed = 0UL;
        for (var i = 0; i < leaves.Length; i++)
        {
            if (ReferenceEquals(fed[i], data[i])) continue;
            changed |= 1UL << i;
            Store(data[i], leaves[i]);
            fed[i] = data[i];
        }
        foreach (var (context, below) in steps)
        {
            if ((below & changed) != 0) context.Node.Op.Evaluate(context);
        }
        return Numbers(operands[^1]);
    }

    /// <summary>The elements of every value in the last run.</summary>
    public double[][] All() => Array.ConvertAll(operands, Numbers);

    private unsafe Operand Allocate(Value value, Func<string, long> binding)
    {
        int[] extents = [.. value.Shape.Select(d => (int)d.Evaluate(binding))];
        var block = GC.AllocateUninitializedArray<byte>((extents.AsSpan().Product() * value.DType.Size()) + Alignment, pinned: true);
        blocks.Add(block);
        fixed (byte* start = block) return new Operand(value.DType, extents, ((nint)start + Alignment - 1) & -Alignment);
    }

    private static void Store(double[] numbers, Operand to)
    {
        switch (to.DType)
        {
            case DType.Float32: TensorPrimitives.ConvertTruncating(numbers, to.Span<float>()); break;
            case DType.Float64: numbers.CopyTo(to.Span<double>()); break;
            case DType.Int32: Each<int>(x => (int)x); break;
            case DType.Int64: Each<long>(x => (long)x); break;
            default: Each<bool>(x => Math.Abs(x) < 1); break;
        }

        void Each<T>(Func<double, T> convert)
            where T : unmanaged
        {
            var span = to.Span<T>();
            for (var i = 0; i < span.Length; i++) span[i] = convert(numbers[i]);
        }
    }

    private static double[] Numbers(Operand from)
    {
        if (from.DType == DType.Float64) return from.Span<double>().ToArray();
        return from.DType switch
        {
            DType.Float32 => Each<float>(x => x),
            DType.Int32 => Each<int>(x => x),
            DType.Int64 => Each<long>(x => x),
            _ => Each<bool>(x => x ? 1 : 0),
        };

        double[] Each<T>(Func<T, double> convert)
            where T : unmanaged
        {
            var span = from.Span<T>();
            var numbers = new double[span.Length];
            for (var i = 0; i < numbers.Length; i++) numbers[i] = convert(span[i]);
            return numbers;
        }
    }
}
