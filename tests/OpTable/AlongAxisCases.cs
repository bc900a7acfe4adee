using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of taking and putting single elements along an axis, against plain loops.</summary>
internal static class AlongAxisCases
{
    private static readonly (int[] Extents, int Axis, int Count)[] Shapes =
        [([5], 0, 3), ([4, 3], 0, 6), ([4, 3], 1, 2), ([2, 4, 3], 1, 5), ([2, 4, 3], 2, 1), ([3, 4], 0, 0), ([3, 0], 0, 2), ([2, 40], 1, 40)];

    // Indices of whole rows.
    private static readonly (int[] Extents, int Axis, int Count)[] RowShapes = [([4, 5], 0, 6), ([2, 4, 19], 1, 5), ([3, 2, 3], 0, 4), ([3, 4], 0, 0)];

    public static IEnumerable<OpCase> All
    {
        get
        {
            foreach (var (extents, axis, count) in Shapes)
            {
                // Every combination of types once; elsewhere only shapes are new.
                var isFirst = extents.Length == 1;
                int[] taken = [.. extents[..axis], count, .. extents[(axis + 1)..]];
                foreach (var indexType in isFirst ? [DType.Int32, DType.Int64] : new[] { DType.Int64 })
                {
                    var indices = Data.Generate(indexType, taken, i => (i * 5) % 11 % extents[axis]);
                    foreach (var type in isFirst ? Every : Floats)
                    {
                        yield return new OpCase
                        {
                            Name = $"take_along_axis {type.Text()} [{string.Join(", ", extents)}] along {axis}, {count} {indexType.Text()}",
                            Op = typeof(TakeAlongOp), Ulps = 0,
                            Inputs = [Sample(type, extents), indices],
                            Build = v => TakeAlongAxis(v[0], v[1], axis),
                            Expected = x => Fill(taken, at => x[0].At([.. at[..axis], (int)x[1].At(at), .. at[(axis + 1)..]])),
                        };
                        foreach (var reduction in new[] { ScatterReduction.Replace, ScatterReduction.Sum, ScatterReduction.Product, ScatterReduction.Maximum, ScatterReduction.Minimum })
                        {
                            if (type == DType.Bool && reduction is ScatterReduction.Sum or ScatterReduction.Product) continue;
                            yield return Put($"[{string.Join(", ", extents)}] along {axis}, {count} {indexType.Text()}", axis, reduction, Sample(type, extents), indices, Data.Random(type, taken, new Random(7)));
                        }
                    }
                }
            }
            foreach (var (extents, axis, count) in RowShapes)
            {
                int[] taken = [.. extents[..axis], count, .. extents[(axis + 1)..]], listed = [.. extents[..axis], count, .. extents[(axis + 1)..].Select(_ => 1)];
                var indices = Data.Generate(DType.Int64, listed, i => (i * 5) % 11 % extents[axis]);
                foreach (var type in extents.Length == 2 ? Every : Floats)
                {
                    foreach (var reduction in Enum.GetValues<ScatterReduction>().Where(r => r != ScatterReduction.Mean && !(type == DType.Bool && r is ScatterReduction.Sum or ScatterReduction.Product)))
                        yield return Put($"rows of [{string.Join(", ", extents)}] along {axis}, {count}", axis, reduction, Sample(type, extents), indices, Data.Random(type, taken, new Random(7)));
                }
            }
            foreach (var type in Floats)
            {
                foreach (var zeros in new[] { 1, 2, 3 })
                {
                    yield return Put(
                        $"with {zeros} zeros of one place", 0, ScatterReduction.Product, Data.Generate(type, [3], i => i == 1 ? 0 : i + 0.5), Indices(DType.Int64, [5], 1, 2, 1, 1, 0),
                        Data.Generate(type, [5], i => i < 3 && (i / 2) + 1 < zeros ? 0 : 1.25 + i));
                }
                yield return Put(
                    "with NaN", 0, ScatterReduction.Maximum, Data.Generate(type, [3], i => i), Indices(DType.Int64, [3], 0, 1, 1), Data.Generate(type, [3], i => i == 1 ? double.NaN : 5), gradient: false);
            }
        }
    }

    private static OpCase Put(string name, int axis, ScatterReduction reduction, TensorData x, TensorData indices, TensorData values, bool gradient = true) => new()
    {
        Name = $"put_along_axis {reduction} {x.DType.Text()} {name}",
        Op = typeof(PutAlongOp),
        Inputs = [x, indices, values],
        Build = v => PutAlongAxis(v[0], v[1], v[2], axis, reduction),
        Expected = data =>
        {
            var extents = data[0].Extents.ToArray();
            var results = Enumerable.Range(0, data[0].Count).Select(data[0].At).ToArray();
            foreach (var at in Places(data[2].Extents.ToArray()))
            {
                var place = 0;
                int[] listed = [.. at.Select((k, other) => data[1].Extents[other] == 1 ? 0 : k)];
                for (var k = 0; k < at.Length; k++) place = (place * extents[k]) + (k == axis ? (int)data[1].At(listed) : at[k]);
                var (old, value) = (results[place], data[2].At(at));
                results[place] = reduction switch
                {
                    ScatterReduction.Replace => value,
                    ScatterReduction.Sum => old + value,
                    ScatterReduction.Product => old * value,
                    ScatterReduction.Maximum => Math.Max(old, value),
                    _ => Math.Min(old, value),
                };
            }
            return results;
        },
        Ulps = 8,
        Absolute = x.DType == DType.Float32 ? 1e-6 : 1e-14,
        CheckGradient = gradient,
    };
}
