namespace GraphGrad.Operations;

internal delegate void BinaryLoop<T, TResult>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<TResult> result);

/// <summary>NumPy's broadcasting: the rule, and the interpreter's walk over two broadcast operands.</summary>
internal static class Broadcasting
{
    // A repeated operand is spread over a block of this many elements, small enough to stay in the L1 cache.
    private const int SpreadLength = 1024;

    /// <summary>Unites two shapes; <paramref name="why"/> names the axis on which they do not agree, and the cure.</summary>
    public static bool TryUnite(Shape a, Shape b, out Shape united, out string why)
    {
        why = string.Empty;
        var rank = Math.Max(a.Rank, b.Rank);
        var dims = new Dim[rank];
        for (var axis = 1; axis <= rank; axis++)
        {
            var x = axis <= a.Rank ? a[^axis] : 1;
            var y = axis <= b.Rank ? b[^axis] : 1;
            if (x != y && !x.IsOne && !y.IsOne)
            {
                united = a;
                why = x.IsConstant && y.IsConstant
                    ? $"axis -{axis} has extent {x} on one side and {y} on the other; extents must be equal or 1. Reshape, slice or transpose one of them."
                    : $"axis -{axis} is '{x}' on one side and '{y}' on the other, which may differ in a run. Give both dims one name, or reshape.";
                return false;
            }
            dims[^axis] = x.IsOne ? y : x;
        }
        united = new Shape(dims);
        return true;
    }

    /// <summary>Runs a loop over two operands, broadcast to the output.</summary>
    public static void Apply<T, TResult>(EvaluationContext context, BinaryLoop<T, TResult> loop)
        where T : unmanaged
        where TResult : unmanaged
    {
        var (a, b, result) = (context.Inputs[0], context.Inputs[1], context.Output);
        var x = a.Span<T>();
        var y = b.Span<T>();
        var z = result.Span<TResult>();
        if (z.Length == 0) return;
        if (x.Length == z.Length && y.Length == z.Length)
        {
            loop(x, y, z);
            return;
        }
        var (stepsA, stepsB) = (Strides(a, result.Extents), Strides(b, result.Extents));
        // The longest run of trailing axes on which each operand is either dense or repeated.
        var (block, inner) = (1, result.Rank);
        while (inner > 0 && Fits(stepsA[inner - 1], block) && Fits(stepsB[inner - 1], block)
               && SameKind(stepsA, inner) && SameKind(stepsB, inner))
        {
            block *= result.Extents[--inner];
        }
        var repeatA = block > 1 && stepsA.AsSpan(inner).IndexOfAnyExcept(0) < 0;
        var repeatB = block > 1 && stepsB.AsSpan(inner).IndexOfAnyExcept(0) < 0;
        Span<T> spread = stackalloc T[repeatA || repeatB ? Math.Min(block, SpreadLength) : 0];
        var counter = new int[inner];
        var (atA, atB) = (0, 0);
        for (var at = 0; at < z.Length; at += block)
        {
            if (repeatA == repeatB)
            {
                loop(x.Slice(atA, block), y.Slice(atB, block), z.Slice(at, block));
            }
            else
            {
                spread.Fill(repeatA ? x[atA] : y[atB]);
                for (var done = 0; done < block; done += spread.Length)
                {
                    var length = Math.Min(spread.Length, block - done);
                    if (repeatA) loop(spread[..length], y.Slice(atB + done, length), z.Slice(at + done, length));
                    else loop(x.Slice(atA + done, length), spread[..length], z.Slice(at + done, length));
                }
            }
            for (var axis = inner - 1; axis >= 0; axis--)
            {
                atA += stepsA[axis];
                atB += stepsB[axis];
                if (++counter[axis] < result.Extents[axis]) break;
                atA -= stepsA[axis] * counter[axis];
                atB -= stepsB[axis] * counter[axis];
                counter[axis] = 0;
            }
        }

        static bool Fits(int step, int block) => step == 0 || step == block;

        // Dense axes must not follow repeated ones within a block, or the block would be neither.
        static bool SameKind(int[] steps, int inner) =>
            inner == steps.Length || (steps[inner - 1] == 0) == (steps[inner] == 0);
    }

    /// <summary>Strides of an operand over the axes of a shape it is broadcast to: 0 where it repeats.</summary>
    public static int[] Strides(Operand operand, int[] extents)
    {
        var strides = new int[extents.Length];
        var own = operand.Strides;
        for (var axis = 1; axis <= operand.Rank; axis++)
            strides[^axis] = operand.Extents[^axis] == 1 ? 0 : own[^axis];
        return strides;
    }
}
