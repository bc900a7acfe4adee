using System.Numerics;
using System.Runtime.InteropServices;
using GraphGrad.Rewriting.Precision;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// A whole program of few ops in double-double arithmetic, rounded once. The first input is its result in float64 as it is, or rounded to float32, with NaN wherever that may have too few
/// digits (<see cref="Disturbance.WithoutSuspects"/>); only those, and what is infinite, are computed anew, or the whole if the program reduces. The other inputs are its leaves. Passes put it in the place of what loses
/// its digits in float64, too, when everything is differentiated and batched.
/// </summary>
/// <param name="Program">The program.</param>
/// <param name="MayGoOn">Whether elements are computed in multi-precision arithmetic where the bound of their error says that double-double arithmetic has too few digits.</param>
internal sealed record DoubleDoubleOp(DoubleDoubleProgram Program, bool MayGoOn) : RoutineOp
{
    // Some ten operations on doubles, one element at a time.
    private const int CostOfOp = 40;

    public override string Name => "double_double";

    public override string Attributes => $"{Program.Count} ops";

    public override int Cost => Program.Count * CostOfOp;

    public override TensorType[] Infer(InferContext context) => [context[0]];

    public override Gradient[] Vjp(VjpContext context) => throw TooLate();

    public override Gradient Jvp(JvpContext context) => throw TooLate();

    public override Value Batch(BatchContext context) => throw TooLate();

    public override void Evaluate(EvaluationContext context)
    {
        if (context.Output.DType == DType.Float32) Repair<float>(context);
        else Repair<double>(context);
    }

    private void Repair<T>(EvaluationContext context)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var output = context.Output.Span<T>();
        context.Inputs[0].Span<T>().CopyTo(output);
        var places = Suspects<T>(output, MayGoOn);
        if (places.Length == 0) return;
        if (!Program.IsPointwise) places = [.. Enumerable.Range(0, output.Length)];
        double[][] leaves = [.. context.Inputs.Skip(1).Select((operand, leaf) => Program.IsPointwise ? Program.At(places, leaf, Elements(operand)) : [.. Enumerable.Range(0, operand.Count).Select(Elements(operand))])];
        var numbers = Array.ConvertAll(leaves, x => Array.ConvertAll(x, e => (DoubleDouble)e));
        var (results, errors, _) = Program.IsPointwise ? Program.RunElements(numbers, places.Length, context.Binding) : Program.Run(numbers, context.Binding);
        for (var i = 0; i < places.Length; i++) Take(output, places[i], results[i].High);
        if (!MayGoOn || errors is null) return;
        int[] rest = [.. Enumerable.Range(0, places.Length).Where(i => MultiPrecision.IsNeeded(results[i], errors[i]))];
        if (rest.Length == 0) return;
        var exact = Program.IsPointwise ? Program.RunElementsExactly(rest, leaves, places.Length, context.Binding) : Program.RunExactly(rest, leaves, context.Binding);
        for (var i = 0; i < rest.Length; i++)
        {
            if (exact[i] is { } number) Take(output, places[rest[i]], number);
        }
    }

    // More digits know no zeros of two signs: what is infinite beside one of them stays so.
    private static void Take<T>(Span<T> output, int place, double better)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!double.IsNaN(better) || !T.IsInfinity(output[place])) output[place] = T.CreateTruncating(better);
    }

    /// <summary>Where there is NaN, and infinity if more range may know otherwise.</summary>
    private static int[] Suspects<T>(ReadOnlySpan<T> results, bool mayBeFinite)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<int>? found = null;
        var most = Vector.Create(mayBeFinite ? T.BitDecrement(T.PositiveInfinity) : T.PositiveInfinity);
        ref var first = ref MemoryMarshal.GetReference(results);
        for (var i = 0; i < results.Length; i++)
        {
            if (results.Length - i >= Vector<T>.Count)
            {
                var numbers = Vector.LoadUnsafe(ref first, (nuint)i);
                if (Vector.LessThanOrEqualAll(Vector.Abs(numbers), most))
                {
                    i += Vector<T>.Count - 1;
                    continue;
                }
            }
            if (T.IsNaN(results[i]) || (mayBeFinite && T.IsInfinity(results[i]))) (found ??= []).Add(i);
        }
        return found is null ? [] : [.. found];
    }

    /// <summary>What an operand holds at a place.</summary>
    private static Func<int, double> Elements(Operand operand) => operand.DType switch
    {
        DType.Float32 => i => operand.Span<float>()[i],
        DType.Float64 => i => operand.Span<double>()[i],
        DType.Int32 => i => operand.Span<int>()[i],
        DType.Int64 => i => operand.Span<long>()[i],
        _ => i => operand.Span<bool>()[i] ? 1 : 0,
    };

    private InvalidOperationException TooLate() => new($"{Name} is made after differentiation and batching.");
}
