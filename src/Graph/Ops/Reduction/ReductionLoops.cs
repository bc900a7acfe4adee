using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace GraphGrad.Operations;

/// <summary>
/// The interpreter's reductions. Runs of contiguous elements are combined in blocks and the blocks pairwise; rows are
/// combined elementwise, in blocks and the blocks pairwise. The order depends on the extents alone, and the error of a sum
/// of n terms grows with log n, not with n.
/// </summary>
internal static class ReductionLoops
{
    public static void Run(EvaluationContext context, ReductionKind kind, EquatableArray<int> axes)
    {
        var max = kind == ReductionKind.Maximum;
        switch (context.Output.DType)
        {
            case DType.Float32: Run(context, axes, Of(kind, max ? float.NegativeInfinity : float.PositiveInfinity)); break;
            case DType.Float64: Run(context, axes, Of(kind, max ? double.NegativeInfinity : double.PositiveInfinity)); break;
            case DType.Int32: Run(context, axes, Of(kind, max ? int.MinValue : int.MaxValue)); break;
            case DType.Int64: Run(context, axes, Of(kind, max ? long.MinValue : long.MaxValue)); break;
            default: Run(context, axes, Of(kind, max ? (byte)0 : (byte)1)); break;
        }
    }

    private static Combination<T> Of<T>(ReductionKind kind, T extreme)
        where T : unmanaged, INumber<T> => kind switch
        {
            ReductionKind.Sum => new(T.AdditiveIdentity, TensorPrimitives.Sum, TensorPrimitives.Add, (a, b) => a + b),
            ReductionKind.Product => new(T.MultiplicativeIdentity, TensorPrimitives.Product, TensorPrimitives.Multiply, (a, b) => a * b),
            ReductionKind.Maximum => new(extreme, TensorPrimitives.Max, TensorPrimitives.Max, T.Max),
            _ => new(extreme, TensorPrimitives.Min, TensorPrimitives.Min, T.Min),
        };

    private static void Run<T>(EvaluationContext context, EquatableArray<int> axes, Combination<T> combination)
        where T : unmanaged
    {
        var x = context.Inputs[0];
        if (x.Count == 0)
        {
            context.Output.Span<T>().Fill(combination.Identity);
            return;
        }
        // Neighbouring axes that are both reduced or both kept are one; after that the two alternate.
        var levels = new List<(int Extent, bool Reduced)>();
        for (var axis = 0; axis < x.Rank; axis++)
        {
            var reduced = axes.Span.Contains(axis);
            if (x.Extents[axis] == 1) continue;
            if (levels.Count > 0 && levels[^1].Reduced == reduced) levels[^1] = (levels[^1].Extent * x.Extents[axis], reduced);
            else levels.Add((x.Extents[axis], reduced));
        }
        new Reduction<T>([.. levels], combination).Level(0, x.Span<T>(), context.Output.Span<T>());
    }

    /// <summary>How elements combine: of none, of a run, two rows elementwise, two elements.</summary>
    private sealed record Combination<T>(T Identity, RunLoop<T> Run, RowLoop<T> Rows, Func<T, T, T> Two);

    private delegate T RunLoop<T>(ReadOnlySpan<T> run);

    private delegate void RowLoop<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

    private sealed class Reduction<T>((int Extent, bool Reduced)[] levels, Combination<T> combination)
    {
        private const int BlockLength = 2048;
        private const int BlockRows = 32;

        // Rows shorter than this are taken several at a time, so that a row operation has something to do.
        private const int NarrowRow = 32;

        /// <summary>Reduces <paramref name="x"/>, which spans the levels from <paramref name="level"/> on.</summary>
        public void Level(int level, ReadOnlySpan<T> x, Span<T> result)
        {
            if (level == levels.Length || (IsLast(level) && !levels[level].Reduced))
            {
                x.CopyTo(result);
                return;
            }
            var (extent, reduced) = levels[level];
            if (reduced && IsLast(level))
            {
                result[0] = OfRun(x);
            }
            else if (reduced)
            {
                OfRows(level, extent, x, result);
            }
            else
            {
                var (pitch, resultPitch) = (x.Length / extent, result.Length / extent);
                for (var i = 0; i < extent; i++) Level(level + 1, x.Slice(i * pitch, pitch), result.Slice(i * resultPitch, resultPitch));
            }
        }

        private bool IsLast(int level) => level == levels.Length - 1;

        private T OfRun(ReadOnlySpan<T> x)
        {
            if (x.Length <= BlockLength) return combination.Run(x);
            var half = (x.Length / 2) & ~63;
            return combination.Two(OfRun(x[..half]), OfRun(x[half..]));
        }

        private void OfRows(int level, int rows, ReadOnlySpan<T> x, Span<T> result)
        {
            var pitch = x.Length / rows;
            if (rows == 1)
            {
                Level(level + 1, x, result);
            }
            else if (IsLast(level + 1) && pitch <= NarrowRow && rows > 2 * BlockRows)
            {
                var together = 8 * NarrowRow / pitch;
                var whole = rows / together * together;
                using var wide = new Rented(together * pitch);
                OfRows(level, rows / together, x[..(whole * pitch)], wide.Span);
                OfFewRows(level, together, wide.Span, result);
                for (var row = whole; row < rows; row++) combination.Rows(result, x.Slice(row * pitch, pitch), result);
            }
            else if (rows <= BlockRows)
            {
                OfFewRows(level, rows, x, result);
            }
            else
            {
                var half = rows / 2;
                using var second = new Rented(result.Length);
                OfRows(level, half, x[..(half * pitch)], result);
                OfRows(level, rows - half, x[(half * pitch)..], second.Span);
                combination.Rows(result, second.Span, result);
            }
        }

        private void OfFewRows(int level, int rows, ReadOnlySpan<T> x, Span<T> result)
        {
            var pitch = x.Length / rows;
            Level(level + 1, x[..pitch], result);
            if (IsLast(level + 1))
            {
                for (var row = 1; row < rows; row++) combination.Rows(result, x.Slice(row * pitch, pitch), result);
                return;
            }
            using var next = new Rented(result.Length);
            for (var row = 1; row < rows; row++)
            {
                Level(level + 1, x.Slice(row * pitch, pitch), next.Span);
                combination.Rows(result, next.Span, result);
            }
        }

        private readonly struct Rented(int length) : IDisposable
        {
            private readonly T[] array = ArrayPool<T>.Shared.Rent(length);

            public Span<T> Span => array.AsSpan(0, length);

            public void Dispose() => ArrayPool<T>.Shared.Return(array);
        }
    }
}
