using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Emission;
using static System.Linq.Expressions.Expression;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>Sums all weights of some channels of one image into its results. Steps are in bytes.</summary>
internal delegate void SlideFlatCode(long x, long xChannel, long channels, long weights, long weightChannel, long tables, long c);

/// <summary>The code of <see cref="SlideFlat"/>.</summary>
internal sealed partial class SlideEmitter
{
    public Expression<SlideFlatCode> EmitFlat(SlideFlatSizes sizes)
    {
        var (x, xChannel, channels, weights) = (Long("x"), Long("xChannel"), Long("channels"), Long("weights"));
        var (weightChannel, tables, c) = (Long("weightChannel"), Long("tables"), Long("c"));
        var (vectors, lanes) = (sizes.Vectors, bytes / size);
        var (sums, image, kept) = (Locals(vector, "sum", vectors), Locals(vector, "image", vectors), Locals(vector, "kept", vectors));
        var factor = Variable(vector, "factor");
        var indices = sizes.Columns.Count * vectors * bytes;

        var step = new List<Expression>();
        for (var v = 0; v < vectors; v++)
        {
            var at = Plus(x, v * bytes);
            step.Add(Assign(image[v], IsPart(v) ? Call(typeof(LaneMemory), $"LoadPartial{8 * bytes}", [element], at, Constant(sizes.Live)) : Read(vector, at)));
        }
        for (var column = 0; column < sizes.Columns.Count; column++)
        {
            for (var v = 0; v < vectors; v++)
            {
                var mask = Read(vector, Plus(tables, ((column * vectors) + v) * bytes));
                step.Add(Assign(kept[v], sizes.Columns[column] == 0 ? image[v] : Simd.Call(width, "op_BitwiseAnd", image[v], mask)));
            }
            for (var row = 0; row < sizes.Rows.Count; row++)
            {
                step.Add(Assign(factor, Broadcast(Read(element, Plus(weights, ((row * sizes.Columns.Count) + column) * size)))));
                for (var v = 0; v < vectors; v++)
                {
                    if (Moved(v, sizes.Rows[row] + sizes.Columns[column]) is { } moved) step.Add(AddProduct(sums[v], factor, moved));
                }
            }
        }
        step.Add(AddAssign(x, xChannel));
        step.Add(AddAssign(weights, weightChannel));
        step.Add(SubtractAssign(channels, Constant(1L)));

        var body = new List<Expression>();
        foreach (var sum in sums) body.Add(Assign(sum, Default(vector)));
        body.Add(While(GreaterThan(channels, Constant(0L)), step));
        for (var v = 0; v < vectors; v++)
        {
            var to = Plus(c, v * bytes);
            body.Add(IsPart(v) ? Call(typeof(LaneMemory), $"StorePartial{8 * bytes}", [element], to, Constant(sizes.Live), sums[v]) : Write(to, sums[v]));
        }
        return Lambda<SlideFlatCode>(
            Block([.. sums, .. image, .. kept, factor], body), $"flat{sizes.Rows.Count}x{sizes.Columns.Count}x{vectors}", [x, xChannel, channels, weights, weightChannel, tables, c]);

        bool IsPart(int v) => v == vectors - 1 && sizes.Live < lanes;

        // Elements from so many after the beginning of a vector on; zeros beyond the image, and null if all are.
        Expression? Moved(int v, int distance)
        {
            var from = (v * lanes) + distance;
            var own = (int)Math.Floor((double)from / lanes);
            var rest = from - (own * lanes);
            if (own >= vectors || own < (rest == 0 ? 0 : -1)) return null;
            return rest == 0 ? At(own) : Pair(At(own), Plus(tables, indices + (rest * bytes)), At(own + 1));
        }

        Expression At(int v) => v < 0 || v >= vectors ? Default(vector) : kept[v];
    }

    private MethodCallExpression Pair(Expression first, Expression indices, Expression second) => element == typeof(float)
        ? Call(((Func<Vector512<float>, Vector512<int>, Vector512<float>, Vector512<float>>)Avx512F.PermuteVar16x32x2).Method, first, Read(typeof(Vector512<int>), indices), second)
        : Call(((Func<Vector512<double>, Vector512<long>, Vector512<double>, Vector512<double>>)Avx512F.PermuteVar8x64x2).Method, first, Read(typeof(Vector512<long>), indices), second);
}
