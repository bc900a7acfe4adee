using System.Linq.Expressions;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace GraphGrad.Bench.Roofline;

/// <summary>
/// Independent multiply-adds in registers: nothing waits for memory or for an earlier result. Emitted as an expression
/// tree, as GraphGrad's kernels are, so that the figure is what such a kernel can reach.
/// </summary>
internal sealed class ArithmeticPeak<T> : Workload
    where T : unmanaged, INumber<T>
{
    private const int MultiplyAddsPerRepetition = 4;

    private readonly Func<long, T> kernel;
    private readonly int lanes;
    private readonly int accumulators;
    private T sink;

    public ArithmeticPeak()
    {
        var (vector, container) =
            Vector512.IsHardwareAccelerated ? (typeof(Vector512<T>), typeof(Vector512))
            : Vector256.IsHardwareAccelerated ? (typeof(Vector256<T>), typeof(Vector256))
            : (typeof(Vector128<T>), typeof(Vector128));
        lanes = (int)vector.GetProperty("Count")!.GetValue(null)!;
        // Latency 4 on two ports needs 8 at least; with the two operands they fill neither 32 registers (AVX-512, ARM) nor 16.
        accumulators = Vector512.IsHardwareAccelerated ? 24 : 12;
        kernel = Emit(vector, container);
    }

    public override string Name => $"multiply-add, {(typeof(T) == typeof(float) ? "float32" : "float64")} × {lanes}";

    public override string Unit => "GFLOP/s";

    public override double WorkPerRepetition => 2.0 * lanes * accumulators * MultiplyAddsPerRepetition;

    // The result goes somewhere, or the loop would not have to run.
    public override void Run(int thread, long repetitions) => sink += kernel(repetitions);

    private Func<long, T> Emit(Type vector, Type container)
    {
        var create = container.GetMethod("Create", 1, [Type.MakeGenericMethodParameter(0)])!.MakeGenericMethod(typeof(T));
        var multiplyAdd = container.GetMethod("MultiplyAddEstimate", [vector, vector, vector])!;
        var sum = container.GetMethods().Single(m => m.Name == "Sum").MakeGenericMethod(typeof(T));

        var repetitions = Expression.Parameter(typeof(long));
        var (a, b) = (Expression.Variable(vector), Expression.Variable(vector));
        var sums = Enumerable.Range(0, accumulators).Select(_ => Expression.Variable(vector)).ToArray();
        var done = Expression.Label();

        Expression Broadcast(double number) => Expression.Call(create, Expression.Constant(T.CreateChecked(number)));

        // s ← s·a + b stays near b / (1 - a) = 1: no overflow, no denormals.
        var step = sums.Select(s => Expression.Assign(s, Expression.Call(multiplyAdd, s, a, b)));
        Expression[] loop =
        [
            Expression.IfThen(Expression.Equal(repetitions, Expression.Constant(0L)), Expression.Break(done)),
            .. Enumerable.Repeat(step, MultiplyAddsPerRepetition).SelectMany(s => s),
            Expression.PreDecrementAssign(repetitions),
        ];
        return Expression.Lambda<Func<long, T>>(
            Expression.Block(
                [a, b, .. sums],
                [
                    Expression.Assign(a, Broadcast(0.75)),
                    Expression.Assign(b, Broadcast(0.25)),
                    .. sums.Select((s, i) => Expression.Assign(s, Broadcast(i))),
                    Expression.Loop(Expression.Block(loop), done),
                    Expression.Call(sum, sums.Aggregate((Expression)Broadcast(0), Expression.Add)),
                ]),
            repetitions).Compile();
    }
}
