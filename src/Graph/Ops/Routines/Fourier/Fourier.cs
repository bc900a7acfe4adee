using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>Which numbers a transform takes and gives.</summary>
internal enum FourierKind
{
    /// <summary>Pairs to pairs, along an axis.</summary>
    Pairs,

    /// <summary>n real numbers along the last axis to n/2 + 1 pairs.</summary>
    FromReal,

    /// <summary>n/2 + 1 pairs along the axis before the last to n real numbers, which they determine with their conjugates.</summary>
    ToReal,
}

/// <summary>Fourier's transform along an axis, times a number.</summary>
/// <param name="Kind">What it takes and gives.</param>
/// <param name="Length">n.</param>
/// <param name="Behind">How many axes there are between that of the transform and that of the pairs; none where numbers are real.</param>
/// <param name="IsInverse">Whether exponents are positive: of real numbers, whether it is to them.</param>
/// <param name="Scale">The number.</param>
internal sealed record FourierOp(FourierKind Kind, int Length, int Behind, bool IsInverse, double Scale) : RoutineOp
{
    public override string Name => Kind switch
    {
        FourierKind.Pairs => IsInverse ? "ifft" : "fft",
        FourierKind.FromReal => "rfft",
        _ => "irfft",
    };

    public override string Attributes => FormattableString.Invariant($"length {Length}, behind {Behind}, scale {Scale:R}");

    public override bool MayCancel => true;

    private int Kept => (Length / 2) + 1;

    public override TensorType[] Infer(InferContext context)
    {
        var (type, shape) = (context[0].DType, context[0].Shape);
        if (!type.IsFloat()) throw context.Error($"{context.Text(0)} is not float32 or float64; cast it with Cast.");
        var (axis, extent) = (shape.Rank - 1 - (Kind == FourierKind.FromReal ? 0 : 1 + Behind), Kind == FourierKind.ToReal ? Kept : Length);
        if (axis < 0 || !shape[axis].Is(extent) || (Kind != FourierKind.FromReal && !shape[^1].Is(2))) throw context.Error($"{context.Text(0)} does not hold signals of length {Length}.");
        return Kind switch
        {
            FourierKind.Pairs => [context[0]],
            FourierKind.FromReal => [new TensorType(type, new Shape([.. shape.Dims[..^1], Kept, 2]))],
            _ => [new TensorType(type, new Shape([.. shape.Dims[..^2], Length]))],
        };
    }

    // A real number's derivative by the first half of a spectrum is that by each of its numbers and by its conjugate.
    public override Gradient[] Vjp(VjpContext context) => Kind switch
    {
        FourierKind.Pairs => [Of(this with { IsInverse = !IsInverse }, context.Adjoint)],
        FourierKind.FromReal => [Of(this with { Kind = FourierKind.ToReal, IsInverse = true }, context.Adjoint * Weights(context.Adjoint, 0.5))],
        _ => [Of(this with { Kind = FourierKind.FromReal, IsInverse = false }, context.Adjoint) is var halves ? halves * Weights(halves, 2) : Gradient.None],
    };

    public override Gradient Jvp(JvpContext context) => Of(this, context.Tangent(0));

    public override Value Batch(BatchContext context) => context.Add(this, context.Input(0));

    // Short signals lie side by side in vectors, and so do columns; of real ones of an odd length two are transformed together.
    public override RoutineUnits Units(EvaluationContext context)
    {
        var columns = Columns(context);
        var cycles = 0.5 * (1 + Math.Log2(Length)) * Length;
        var matrices = new RoutineUnits(context.Output.Rank - (Kind == FourierKind.ToReal ? 1 : 2 + Behind), 100 + (cycles * columns), columns > 1 ? 1 : Length < FourierTables.LeastAlone ? 16 : Kind != FourierKind.Pairs ? 2 : 1);
        return columns > 1 && matrices.Count(context) < 4 ? new(0, cycles * Math.Max(1, matrices.Count(context)), Grain: 16, Lines: columns) : matrices;
    }

    public override void Evaluate(EvaluationContext context)
    {
        if (context.Output.DType == DType.Float32) Evaluate<float>(context);
        else Evaluate<double>(context);
    }

    private unsafe void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var source = context.Inputs[0].Span<T>();
        if (source.Length == 0) return;
        var scale = T.CreateChecked(Scale);
        fixed (T* from = source, to = context.Output.Span<T>())
        {
            switch (Kind)
            {
                case FourierKind.FromReal:
                    FourierTables.Reals<T>(Length).Forward(from, to, source.Length / Length, scale);
                    break;
                case FourierKind.ToReal:
                    FourierTables.Reals<T>(Length).Backward(from, to, source.Length / (2 * Kept), scale);
                    break;
                default:
                    var (x, y) = (ComplexView<T>.Pairs(from, IsInverse), ComplexView<T>.Pairs(to, IsInverse));
                    var columns = Columns(context);
                    if (columns == 1) FourierTables.Lines<T>(Length).Rows(x, Length, y, Length, source.Length / (2 * Length), scale);
                    else FourierTables.Columns(Length, x, y, context.Lines ?? (0, columns), columns, source.Length / (2 * Length * columns), scale);
                    break;
            }
        }
    }

    /// <summary>1 for what is its own conjugate, else a number: for each pair.</summary>
    private Value Weights(Value pairs, double others) => pairs.Graph.Constant(pairs.DType == DType.Float32
        ? TensorData.Create<float>([.. Enumerable.Range(0, Kept).Select(k => IsAlone(k) ? 1 : (float)others)], [Kept, 1])
        : TensorData.Create<double>([.. Enumerable.Range(0, Kept).Select(k => IsAlone(k) ? 1 : others)], [Kept, 1]));

    private bool IsAlone(int k) => k == 0 || 2 * k == Length;

    // Neighbours of each element of a signal.
    private int Columns(EvaluationContext context) => Kind == FourierKind.Pairs ? context.Inputs[0].Extents.AsSpan(^(1 + Behind)..^1).Product() : 1;

    private static Value Of(FourierOp op, Value x) => x.Graph.Add(op, [x]);
}
