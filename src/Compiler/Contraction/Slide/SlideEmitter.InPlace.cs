using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Emission;
using static System.Linq.Expressions.Expression;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>
/// Sums all weights of some channels of one image into some rows of its results, so many vectors of each. Steps are in bytes; <paramref name="x"/> is what the first weight of the
/// first result meets, even if that is not there.
/// </summary>
internal delegate void SlideInPlaceCode(long x, long xRow, long xChannel, long channels, long weights, long weightChannel, long weightOutput, long masks, long tiles, long c, long cRow, long cOutput);

/// <summary>The code of <see cref="SlideInPlace"/>.</summary>
internal sealed partial class SlideEmitter
{
    public Expression<SlideInPlaceCode> EmitInPlace(SlideInPlaceSizes sizes)
    {
        var (x, xRow, xChannel, channels, weights) = (Long("x"), Long("xRow"), Long("xChannel"), Long("channels"), Long("weights"));
        var (weightChannel, weightOutput, masks, tiles) = (Long("weightChannel"), Long("weightOutput"), Long("masks"), Long("tiles"));
        var (c, cRow, cOutput, results) = (Long("c"), Long("cRow"), Long("cOutput"), Long("results"));
        var (image, weight, count, at, mask, columns, address) = (Long("image"), Long("weight"), Long("count"), Long("at"), Long("mask"), Long("columns"), Long("address"));
        var sums = Locals(vector, "sum", sizes.Outputs * sizes.Rows);
        var (outputs, isShared) = (sizes.Outputs, sizes.Outputs == 1);
        var factors = Locals(vector, "factor", isShared ? sizes.KernelRows : outputs);
        var weightBases = Locals(typeof(long), "weight", (outputs + RowsPerBase - 1) / RowsPerBase);
        var kept = Locals(vector, "kept", sizes.Loads);
        var bases = Locals(typeof(long), "row", (sizes.Reach + RowsPerBase - 1) / RowsPerBase);
        var (column, even) = (Variable(vector, "column"), Variable(vector == typeof(Vector512<float>) ? typeof(Vector512<int>) : vector == typeof(Vector512<double>) ? typeof(Vector512<long>) : typeof(Vector256<int>), "even"));
        var tail = sizes.Live > 0 ? Variable(typeof(Vector256<int>), "tail") : null;
        var weightStep = sizes.IsTurned ? -size : size;

        var step = new List<Expression>();
        step.AddRange(Bases(bases, sizes.Reach, at, xRow));
        step.AddRange(Bases(weightBases, outputs, weight, weightOutput));
        for (var load = 0; load < sizes.Loads; load++) step.Add(Assign(kept[load], Read(vector, Plus(mask, load * bytes))));
        for (var k = 0; isShared && k < sizes.KernelRows; k++) step.Add(Assign(factors[k], Factor(k, 0)));
        for (var row = sizes.Above; isShared && row < sizes.Reach - sizes.Below; row++)
        {
            var products = Enumerable.Range(0, sizes.KernelRows).Where(k => Sum(row, k) is >= 0 and var sum && sum < sizes.Rows).ToArray();
            if (products.Length > 0) step.Add(Assign(column, Met(Row(bases, row, xRow))));
            foreach (var k in products) step.Add(AddProduct(sums[Sum(row, k)], factors[k], column));
        }
        for (var k = 0; !isShared && k < sizes.KernelRows; k++)
        {
            for (var output = 0; output < outputs; output++) step.Add(Assign(factors[output], Factor(k, output)));
            for (var row = 0; row < sizes.Rows; row++)
            {
                var met = (sizes.RowStride * row) + (sizes.RowDilation * k);
                if (met < sizes.Above || met >= sizes.Reach - sizes.Below) continue;
                step.Add(Assign(column, Met(Row(bases, met, xRow))));
                for (var output = 0; output < outputs; output++) step.Add(AddProduct(sums[(output * sizes.Rows) + row], factors[output], column));
            }
        }
        step.Add(AddAssign(at, Constant((long)sizes.ColumnDilation * size)));
        step.Add(AddAssign(weight, Constant((long)weightStep)));
        step.Add(AddAssign(mask, Constant((long)sizes.Loads * bytes)));
        step.Add(SubtractAssign(columns, Constant(1L)));

        var channel = new List<Expression>
        {
            Assign(at, image), Assign(mask, Plus(masks, bytes)), Assign(columns, Constant((long)sizes.KernelColumns)), While(GreaterThan(columns, Constant(0L)), step),
            // The loop has moved the weight by a row.
            AddAssign(weight, weightChannel), AddAssign(image, xChannel), SubtractAssign(count, Constant(1L)),
        };
        var tile = new List<Expression>();
        foreach (var sum in sums) tile.Add(Assign(sum, Default(vector)));
        tile.AddRange([Assign(image, x), Assign(weight, weights), Assign(count, channels), While(GreaterThan(count, Constant(0L)), channel)]);
        tile.AddRange([Assign(kept[0], Read(vector, masks)), Assign(results, c)]);
        for (var output = 0; output < outputs; output++)
        {
            tile.Add(Assign(address, results));
            for (var row = 0; row < sizes.Rows; row++)
                tile.AddRange([.. Stores(sums[(output * sizes.Rows) + row]), AddAssign(address, cRow)]);
            tile.Add(AddAssign(results, cOutput));
        }
        tile.AddRange([AddAssign(x, Constant((long)sizes.ColumnStride * bytes)), AddAssign(c, Constant((long)bytes))]);
        tile.AddRange([AddAssign(masks, Constant((1L + (sizes.KernelColumns * sizes.Loads)) * bytes)), SubtractAssign(tiles, Constant(1L))]);
        if (sizes.Overlap > 0) tile.Add(IfThen(Equal(tiles, Constant(1L)), Block(SubtractAssign(x, Constant((long)sizes.Overlap * sizes.ColumnStride * size)), SubtractAssign(c, Constant((long)sizes.Overlap * size)))));

        var indices = Property(null, even.Type, nameof(Vector512<int>.Indices));
        List<Expression> body = [Assign(even, Add(indices, indices))];
        if (tail is not null) body.Add(Assign(tail, Add(indices, Simd.Create(VectorWidth.Vector256, Constant(sizes.Live - Vector128<float>.Count)))));
        body.Add(While(GreaterThan(tiles, Constant(0L)), tile));
        return Lambda<SlideInPlaceCode>(
            Block([.. sums, .. factors, .. kept, .. bases, .. weightBases, image, weight, count, at, mask, columns, address, results, column, even, .. tail is null ? Array.Empty<ParameterExpression>() : [tail]], body),
            $"slideInPlace{outputs}x{sizes.Rows}_{sizes.KernelRows}x{sizes.KernelColumns}", [x, xRow, xChannel, channels, weights, weightChannel, weightOutput, masks, tiles, c, cRow, cOutput]);

        // The row of results that a row of the image reaches through one of the kernel; negative if none.
        int Sum(int row, int k) => row >= sizes.RowDilation * k && (row - (sizes.RowDilation * k)) % sizes.RowStride == 0 ? (row - (sizes.RowDilation * k)) / sizes.RowStride : -1;

        Expression Factor(int k, int output) => Broadcast(Read(element, Plus(Row(weightBases, output, weightOutput), k * sizes.KernelColumns * weightStep)));

        Expression Met(Expression from)
        {
            if (sizes.ColumnStride == 1) return Part(from, 0);
            return sizes.Loads == 1 ? Chosen(Part(from, 0)) : ChosenOfTwo(Part(from, 0), Part(from, 1));
        }

        // Of a row that fills no vector the first four and the last four.
        IEnumerable<Expression> Stores(Expression sum)
        {
            if (bytes == Vector512<byte>.Count) return [Call(typeof(LaneMemory), nameof(LaneMemory.StoreMasked512), [element], address, kept[0], sum)];
            if (tail is null) return [Write(address, sum)];
            return [Write(address, Lower(sum)), Write(Plus(address, (sizes.Live - Vector128<float>.Count) * size), Lower(Moved(sum, tail)))];
        }

        static Expression Lower(Expression from) => Call(typeof(Vector256), nameof(Vector256.GetLower), [typeof(float)], from);

        static Expression Moved(Expression from, Expression places) => Call(((Func<Vector256<float>, Vector256<int>, Vector256<float>>)Avx2.PermuteVar8x32).Method, from, places);

        Expression Chosen(Expression from) => bytes == Vector256<byte>.Count ? Moved(from, even) : element == typeof(float)
            ? Call(((Func<Vector512<float>, Vector512<int>, Vector512<float>>)Avx512F.PermuteVar16x32).Method, from, even)
            : Call(((Func<Vector512<double>, Vector512<long>, Vector512<double>>)Avx512F.PermuteVar8x64).Method, from, even);

        // Pairs of the first and of the second by turns, then in order.
        static Expression Joined(Expression first, Expression second)
        {
            var pairs = Call(((Func<Vector256<float>, Vector256<float>, byte, Vector256<float>>)Avx.Shuffle).Method, first, second, Constant((byte)0b10_00_10_00));
            var inOrder = Call(((Func<Vector256<double>, byte, Vector256<double>>)Avx2.Permute4x64).Method, Call(typeof(Vector256), nameof(Vector256.AsDouble), [typeof(float)], pairs), Constant((byte)0b11_01_10_00));
            return Call(typeof(Vector256), nameof(Vector256.AsSingle), [typeof(double)], inOrder);
        }

        Expression ChosenOfTwo(Expression first, Expression second) => bytes == Vector256<byte>.Count ? Joined(first, second) : element == typeof(float)
            ? Call(((Func<Vector512<float>, Vector512<int>, Vector512<float>, Vector512<float>>)Avx512F.PermuteVar16x32x2).Method, first, even, second)
            : Call(((Func<Vector512<double>, Vector512<long>, Vector512<double>, Vector512<double>>)Avx512F.PermuteVar8x64x2).Method, first, even, second);

        Expression Part(Expression from, int load) => bytes == Vector256<byte>.Count
            ? Call(typeof(LaneMemory), nameof(LaneMemory.LoadKept256), [element], Plus(from, load * bytes), kept[load])
            : Call(typeof(LaneMemory), nameof(LaneMemory.LoadMasked512), [element], Plus(from, load * bytes), kept[load], Default(vector));
    }
}
