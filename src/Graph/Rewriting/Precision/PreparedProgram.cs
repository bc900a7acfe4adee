using System.Numerics.Tensors;
using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A program that is tried at many numbers: built once, with memory of its own. Only what depends on leaves that are not the arrays of the run
/// before is computed again, and what has been added since.
/// </summary>
internal sealed class PreparedProgram
{
    private const int Alignment = 64;

    private readonly List<byte[]> blocks = [];
    private readonly List<Operand> operands = [];
    private readonly List<Operand> leaves = [];
    private readonly List<(EvaluationContext Context, ulong Leaves)> steps = [];
    private readonly List<double[]?> fed = [];
    private readonly Dictionary<Value, (Operand Operand, ulong Leaves)> known = [];
    private readonly Func<string, long> binding;
    private Operand result;
    private int evaluated;

    /// <param name="values">Leaves, which are placeholders, before what is computed from them; the result last.</param>
    /// <param name="binding">The values of symbols.</param>
    public PreparedProgram(IReadOnlyList<Value> values, Func<string, long> binding)
    {
        this.binding = binding;
        foreach (var value in values) Add(value);
        Yield(values[^1]);
    }

    /// <summary>How many ops have been evaluated, over all runs.</summary>
    public long Evaluations { get; private set; }

    /// <summary>A further value, computed from those that there are.</summary>
    public void Add(Value value)
    {
        if (known.TryGetValue(value, out var found))
        {
            operands.Add(found.Operand);
            return;
        }
        var operand = Allocate(value);
        var below = 0UL;
        if (value.Node.Op is PlaceholderOp)
        {
            below = 1UL << leaves.Count;
            leaves.Add(operand);
            fed.Add(null);
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
            else steps.Add((context, below));
        }
        known.Add(value, (operand, below));
        operands.Add(operand);
    }

    /// <summary>Lets runs yield one of the values.</summary>
    public void Yield(Value value) => result = known[value].Operand;

    /// <summary>The elements of the result.</summary>
    /// <param name="data">The elements of each leaf, which stay as they are.</param>
    public double[] Run(double[][] data)
    {
        var changed = 0UL;
        for (var i = 0; i < leaves.Count; i++)
        {
            if (ReferenceEquals(fed[i], data[i])) continue;
            changed |= 1UL << i;
            Store(data[i], leaves[i]);
            fed[i] = data[i];
        }
        for (var i = 0; i < steps.Count; i++)
        {
            if (i < evaluated && (steps[i].Leaves & changed) == 0) continue;
            steps[i].Context.Node.Op.Evaluate(steps[i].Context);
            Evaluations++;
        }
        evaluated = steps.Count;
        return Numbers(result);
    }

    /// <summary>The elements of every value in the last run.</summary>
    public double[][] All() => [.. operands.Select(Numbers)];

    private unsafe Operand Allocate(Value value)
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
