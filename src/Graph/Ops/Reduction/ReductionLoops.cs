using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// The interpreter's reductions. Runs of contiguous elements are combined in blocks and the blocks pairwise; rows are
/// combined elementwise, in blocks and the blocks pairwise. The order depends on the extents alone, and the error of a sum
/// of n terms grows with log n, not with n.
/// </summary>
internal static class ReductionLoops
{
    internal const int MostWidened = 4096;

    public static void Run(EvaluationContext context, ReductionKind kind, EquatableArray<int> axes)
    {
        switch (context.Output.DType)
        {
            case DType.Float32: Run<float>(context, kind, axes); break;
            case DType.Float64: Run<double>(context, kind, axes); break;
            case DType.Int32: Run<int>(context, kind, axes); break;
            case DType.Int64: Run<long>(context, kind, axes); break;
            default: Run<byte>(context, kind, axes); break;
        }
    }

    private static void Run<T>(EvaluationContext context, ReductionKind kind, EquatableArray<int> axes)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        switch (kind)
        {
            case ReductionKind.Sum: Run<T, SumOf<T>>(context, axes); break;
            case ReductionKind.Product: Run<T, ProductOf<T>>(context, axes); break;
            case ReductionKind.Maximum: Run<T, MaximumOf<T>>(context, axes); break;
            default: Run<T, MinimumOf<T>>(context, axes); break;
        }
    }

    private static void Run<T, TCombination>(EvaluationContext context, EquatableArray<int> axes)
        where T : unmanaged
        where TCombination : struct, ICombination<T>
    {
        var x = context.Inputs[0];
        if (x.Count == 0)
        {
            context.Output.Span<T>().Fill(TCombination.Identity);
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
        if (typeof(TCombination) == typeof(SumOf<float>) && x.Count <= MostWidened)
        {
            SumWidened([.. levels], x.Span<float>(), context.Output.Span<float>());
            return;
        }
        new Reduction<T, TCombination>([.. levels]).Level(0, x.Span<T>(), context.Output.Span<T>());
    }

    /// <summary>Sums of few float32 numbers, added up in float64 as compiled kernels do.</summary>
    private static void SumWidened((int Extent, bool Reduced)[] levels, ReadOnlySpan<float> x, Span<float> result)
    {
        var wide = ArrayPool<double>.Shared.Rent(x.Length + result.Length);
        var terms = wide.AsSpan(0, x.Length);
        var sums = wide.AsSpan(x.Length, result.Length);
        TensorPrimitives.ConvertTruncating(x, terms);
        new Reduction<double, SumOf<double>>(levels).Level(0, terms, sums);
        TensorPrimitives.ConvertTruncating<double, float>(sums, result);
        ArrayPool<double>.Shared.Return(wide);
    }

    private sealed class Reduction<T, TCombination>((int Extent, bool Reduced)[] levels)
        where TCombination : struct, ICombination<T>
    {
        // A call of a vector loop costs about ten nanoseconds, as much as this many elements one by one.
        private const int ShortRun = 12;
        private const int BlockRows = 32;

        // So many elements are added up in each lane of a vector, whatever its width: the error of a sum grows with their number.
        private static readonly int BlockLength = 128 * (Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256.IsHardwareAccelerated ? Vector256<float>.Count : Vector128<float>.Count);

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
                if (IsLast(level + 1)) for (var i = 0; i < extent; i++) result[i] = OfRun(x.Slice(i * pitch, pitch));
                else for (var i = 0; i < extent; i++) Level(level + 1, x.Slice(i * pitch, pitch), result.Slice(i * resultPitch, resultPitch));
            }
        }

        private bool IsLast(int level) => level == levels.Length - 1;

        private static T OfRun(ReadOnlySpan<T> x)
        {
            if (x.Length <= ShortRun)
            {
                var result = x[0];
                for (var i = 1; i < x.Length; i++) result = TCombination.Two(result, x[i]);
                return result;
            }
            if (x.Length <= BlockLength) return TCombination.Run(x);
            var half = (x.Length / 2) & ~63;
            return TCombination.Two(OfRun(x[..half]), OfRun(x[half..]));
        }

        private void OfRows(int level, int rows, ReadOnlySpan<T> x, Span<T> result)
        {
            var pitch = x.Length / rows;
            if (rows == 1)
            {
                Level(level + 1, x, result);
            }
            else if (IsLast(level + 1) && pitch <= NarrowRow && rows > 2 * BlockRows && 8 * NarrowRow / pitch is var together && rows >= together)
            {
                var whole = rows / together * together;
                using var wide = new Rented(together * pitch);
                OfRows(level, rows / together, x[..(whole * pitch)], wide.Span);
                OfFewRows(level, together, wide.Span, result);
                for (var row = whole; row < rows; row++) TCombination.Rows(result, x.Slice(row * pitch, pitch), result);
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
                TCombination.Rows(result, second.Span, result);
            }
        }

        private void OfFewRows(int level, int rows, ReadOnlySpan<T> x, Span<T> result)
        {
            var pitch = x.Length / rows;
            Level(level + 1, x[..pitch], result);
            if (IsLast(level + 1))
            {
                for (var row = 1; row < rows; row++) TCombination.Rows(result, x.Slice(row * pitch, pitch), result);
                return;
            }
            using var next = new Rented(result.Length);
            for (var row = 1; row < rows; row++)
            {
                Level(level + 1, x.Slice(row * pitch, pitch), next.Span);
                TCombination.Rows(result, next.Span, result);
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
