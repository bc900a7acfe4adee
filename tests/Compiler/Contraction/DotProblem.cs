using GraphGrad.Compilation.Contraction;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>A product to test, in the roles of <see cref="ContractionShape"/>.</summary>
internal sealed record DotProblem(AxisGroup Batch, AxisGroup Rows, AxisGroup Columns, AxisGroup Inner)
{
    /// <summary>How many elements C has, if results overlap and are added up; else 0.</summary>
    public long Folded { get; init; }

    public ContractionShape Shape => new(Batch, Rows, Columns, Inner) { Folded = Folded };

    public static DotProblem Dense(
        long rows, long columns, long inner, bool transposeA = false, bool transposeB = false, bool transposeC = false) =>
        new(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows([rows], [transposeA ? 1 : inner], [transposeC ? 1 : columns]),
            AxisGroup.Columns([columns], [transposeB ? inner : 1], [transposeC ? rows : 1]),
            AxisGroup.Inner([inner], [transposeA ? rows : 1], [transposeB ? 1 : columns]));

    /// <summary>
    /// Up to three axes a role, as large together as a few tiles. A and B get any strides, often dense ones; C is dense in
    /// some order of its axes.
    /// </summary>
    public static DotProblem Random(Random random)
    {
        var batch = Extents(random, 2, 3);
        var rows = Extents(random, 3, 40);
        var columns = Extents(random, 3, 70);
        var inner = Extents(random, 3, 50);
        var a = Strides(random, [.. batch, .. rows, .. inner], dense: random.Next(4) > 0);
        var b = Strides(random, [.. batch, .. inner, .. columns], dense: random.Next(4) > 0);
        var c = Strides(random, [.. batch, .. rows, .. columns], dense: true);
        var (n, r, k) = (batch.Length, rows.Length, inner.Length);
        return new DotProblem(
            AxisGroup.Batch(batch, a[..n], b[..n], c[..n]),
            AxisGroup.Rows(rows, a[n..(n + r)], c[n..(n + r)]),
            AxisGroup.Columns(columns, b[(n + k)..], c[(n + r)..]),
            AxisGroup.Inner(inner, a[(n + r)..], b[n..(n + k)]));
    }

    /// <summary>A batch, of one or two axes, of small dense products, each of whose operands may be transposed.</summary>
    public static DotProblem Batched(Random random)
    {
        long[] batch = random.Next(2) == 0 ? [random.Next(2, 9)] : [random.Next(2, 4), random.Next(2, 4)];
        var (rows, columns, inner) = (random.Next(1, 14), random.Next(1, random.Next(2) == 0 ? 36 : 6), random.Next(1, 20));
        var a = Matrices(batch, rows, inner, random);
        var b = Matrices(batch, inner, columns, random);
        var c = Matrices(batch, rows, columns, random);
        return new DotProblem(AxisGroup.Batch(batch, a.Batch, b.Batch, c.Batch), AxisGroup.Rows([rows], [a.Row], [c.Row]), AxisGroup.Columns([columns], [b.Column], [c.Column]), AxisGroup.Inner([inner], [a.Column], [b.Row]));
    }

    public override string ToString() => string.Join("; ", new[] { Batch, Rows, Columns, Inner }.Select(group =>
        string.Join(
            " ", new[] { group.Extents, group.Strides(DotOperand.A), group.Strides(DotOperand.B), group.Strides(DotOperand.C) }
                .Select(list => $"[{string.Join(",", list)}]"))));

    /// <summary>Strides of matrices one after the other, rarely transposed; of two batch axes the order in memory is any.</summary>
    private static (long[] Batch, long Row, long Column) Matrices(long[] batch, long rows, long columns, Random random)
    {
        var size = rows * columns;
        long[] steps = batch.Length == 1 ? [size] : random.Next(2) == 0 ? [batch[1] * size, size] : [size, batch[0] * size];
        return random.Next(4) == 0 ? (steps, 1, rows) : (steps, columns, 1);
    }

    private static long[] Extents(Random random, int mostAxes, int most)
    {
        var extents = new long[random.Next(mostAxes + 1)];
        for (var i = 0; i < extents.Length; i++)
        {
            extents[i] = random.Next(20) == 0 ? 0 : random.Next(1, most + 1);
            most /= (int)Math.Max(1, extents[i]);
        }
        return extents;
    }

    /// <summary>Strides of a dense tensor, axes in random order, some reversed; or small ones that overlap.</summary>
    private static long[] Strides(Random random, long[] extents, bool dense)
    {
        var strides = new long[extents.Length];
        if (!dense)
        {
            for (var i = 0; i < strides.Length; i++) strides[i] = random.Next(-3, 12);
            return strides;
        }
        var order = Enumerable.Range(0, extents.Length).ToArray();
        if (random.Next(2) == 0) random.Shuffle(order);
        var stride = 1L;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            strides[order[i]] = random.Next(8) == 0 ? -stride : stride;
            stride *= Math.Max(1, extents[order[i]]);
        }
        return strides;
    }
}
