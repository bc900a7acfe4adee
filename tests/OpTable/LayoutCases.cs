using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of the ops that move elements: broadcast, reshape, transpose, slice, pad, concatenate, window, fold.</summary>
internal static class LayoutCases
{
    public static IEnumerable<OpCase> All =>
        Broadcasts().Concat(Reshapes()).Concat(Transposes()).Concat(Slices()).Concat(Pads()).Concat(Concatenations()).Concat(WindowsAndFolds());

    private static IEnumerable<OpCase> Broadcasts()
    {
        (int[] From, int[] To)[] shapes = [([], [3]), ([3], [2, 3]), ([2, 1, 3], [2, 4, 3]), ([2, 1], [3, 2, 5]), ([1], [0]), ([1, 1], [7, 9])];
        foreach (var (from, to) in shapes)
        {
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"broadcast {type.Text()} {Text(from)} to {Text(to)}",
                    Op = typeof(BroadcastOp),
                    Inputs = [Sample(type, from)],
                    // An axis that is not repeated follows the input, whose extents a check may change.
                    Build = v => BroadcastTo(v[0], new Shape([.. to.Select((n, axis) =>
                        Own(v[0].Rank, axis, to.Length) is var own and >= 0 && !v[0].Shape[own].IsOne ? v[0].Shape[own] : n)])),
                    Expected = x =>
                    {
                        var rank = x[0].Extents.Length;
                        var extents = to.Select((n, axis) => Own(rank, axis, to.Length) is var own and >= 0 && x[0].Extents[own] != 1 ? x[0].Extents[own] : n).ToArray();
                        return Fill(extents, i => x[0].At([.. Enumerable.Range(0, rank).Select(own => x[0].Extents[own] == 1 ? 0 : i[own + to.Length - rank])]));
                    },
                };
            }
        }

        static int Own(int rank, int axis, int target) => axis - (target - rank);
    }

    private static IEnumerable<OpCase> Reshapes()
    {
        (int[] From, Dim[] To)[] shapes =
        [
            ([], [1, 1]), ([6], [2, 3]), ([2, 3, 4], [-1, 4]), ([2, 3, 4], [2, -1]), ([4, 6], [-1, 3]), ([2, 1, 3], [2, 3, 1]),
            ([4, 3, 5], [2, 2, 15]), ([3, 2, 2, 5], [2, 3, 5, 2]), ([0, 3], [3, 0]), ([1], []),
        ];
        foreach (var (from, to) in shapes)
        {
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"reshape {type.Text()} {Text(from)} to {Text(to)}",
                    Op = typeof(ReshapeOp),
                    Inputs = [Sample(type, from)],
                    Build = v => Reshape(v[0], to),
                    Expected = x => [.. Enumerable.Range(0, x[0].Count).Select(x[0].At)],
                };
            }
        }
    }

    private static IEnumerable<OpCase> Transposes()
    {
        (int[] From, int[] Order)[] shapes =
        [
            ([3, 4], [1, 0]), ([2, 3, 4], [1, 0, 2]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4, 5], [0, 2, 1, 3]), ([2, 3, 4, 5], [3, 1, 2, 0]),
            ([37, 50], [1, 0]), ([0, 3], [1, 0]), ([5, 1, 4], [1, 0, 2]), ([2, 17, 3, 21], [0, 3, 2, 1]),
        ];
        foreach (var (from, order) in shapes)
        {
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"transpose {type.Text()} {Text(from)} by {Text(order)}",
                    Op = typeof(TransposeOp),
                    Inputs = [Sample(type, from)],
                    Build = v => Transpose(v[0], order),
                    Expected = x => Fill([.. order.Select(axis => x[0].Extents[axis])], i => x[0].At([.. Enumerable.Range(0, i.Length).Select(axis => i[Array.IndexOf(order, axis)])])),
                };
            }
        }
    }

    private static IEnumerable<OpCase> Slices()
    {
        (int[] From, int[] Starts, int[] Lengths, int[] Steps)[] slices =
        [
            ([5], [1], [3], [1]), ([5], [4], [5], [-1]), ([7], [0], [4], [2]), ([7], [6], [3], [-3]), ([5], [2], [0], [1]),
            ([4, 6], [1, 2], [3, 3], [1, 1]), ([4, 6], [3, 0], [4, 3], [-1, 2]), ([5, 1, 4], [0, 0, 3], [5, 1, 4], [1, 1, -1]),
            ([6, 3, 5], [1, 0, 1], [2, 3, 2], [3, 1, 2]), ([3, 33], [0, 1], [3, 31], [1, 1]),
        ];
        foreach (var (from, starts, lengths, steps) in slices)
        {
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"slice {type.Text()} {Text(from)} from {Text(starts)}, {Text(lengths)} by {Text(steps)}",
                    Op = typeof(SliceOp),
                    Inputs = [Sample(type, from)],
                    Build = v => Slice(v[0], Array.ConvertAll(starts, s => (Dim)s), Array.ConvertAll(lengths, n => (Dim)n), steps),
                    Expected = x => Fill(lengths, i => x[0].At([.. i.Select((k, axis) => starts[axis] + (k * steps[axis]))])),
                };
            }
        }
    }

    private static IEnumerable<OpCase> Pads()
    {
        (int[] From, int[] Low, int[] High, int[] Interior)[] pads =
        [
            ([3], [1], [2], [0]), ([3], [0], [0], [2]), ([2, 3], [1, 0], [0, 2], [0, 1]), ([2, 3, 4], [0, 1, 2], [1, 0, 2], [1, 0, 0]),
            ([0, 3], [1, 1], [1, 0], [0, 0]), ([4, 31], [0, 1], [0, 1], [0, 0]),
        ];
        foreach (var (from, low, high, interior) in pads)
        {
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"pad {type.Text()} {Text(from)} by {Text(low)}, {Text(high)}, {Text(interior)}",
                    Op = typeof(PadOp),
                    Inputs = [Sample(type, from), Sample(type)],
                    Build = v => Pad(v[0], Array.ConvertAll(low, n => (Dim)n), Array.ConvertAll(high, n => (Dim)n), interior, v[1]),
                    Expected = x =>
                    {
                        var extents = from.Select((_, axis) => low[axis] + x[0].Extents[axis] + ((x[0].Extents[axis] - 1) * interior[axis]) + high[axis]).ToArray();
                        var padded = Fill(extents, _ => x[1].At(0));
                        foreach (var place in Places(x[0].Extents.ToArray()))
                        {
                            var at = 0;
                            for (var axis = 0; axis < place.Length; axis++) at = (at * extents[axis]) + low[axis] + (place[axis] * (interior[axis] + 1));
                            padded[at] = x[0].At(place);
                        }
                        return padded;
                    },
                };
            }
        }
    }

    private static IEnumerable<OpCase> Concatenations()
    {
        (int Axis, int[][] Parts)[] joins =
        [
            (0, [[2], [3]]), (0, [[2, 3], [1, 3], [4, 3]]), (1, [[2, 3], [2, 1], [2, 0], [2, 2]]), (1, [[2, 3, 4], [2, 5, 4]]), (-1, [[3, 17], [3, 19]]),
            (0, [[0, 2], [0, 2]]),
        ];
        foreach (var (axis, parts) in joins)
        {
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"concatenate {type.Text()} {string.Join(", ", parts.Select(p => Text(p)))} along {axis}",
                    Op = typeof(ConcatenateOp),
                    Inputs = [.. parts.Select(p => Sample(type, p))],
                    Build = v => Concat(v, axis),
                    Expected = x =>
                    {
                        var extents = x[0].Extents.ToArray();
                        var place = axis < 0 ? axis + extents.Length : axis;
                        extents[place] = x.Sum(part => part.Extents[place]);
                        return Fill(extents, i =>
                        {
                            int[] own = [.. i];
                            var part = 0;
                            while (own[place] >= x[part].Extents[place]) own[place] -= x[part++].Extents[place];
                            return x[part].At(own);
                        });
                    },
                };
            }
        }
    }

    private static IEnumerable<OpCase> WindowsAndFolds()
    {
        (int[] From, int[] Axes, int[] Sizes, int[] Strides, int[] Dilations)[] windows =
        [
            ([7], [0], [3], [1], [1]), ([9], [0], [3], [2], [2]), ([2, 8], [1], [2], [3], [1]), ([2, 3, 5, 6], [2, 3], [3, 2], [1, 1], [1, 1]),
            ([2, 2, 7, 8], [2, 3], [2, 3], [2, 1], [1, 2]), ([5, 6], [1, 0], [2, 3], [1, 2], [1, 1]), ([3, 4], [], [], [], []), ([1, 40], [1], [3], [1], [1]),
        ];
        foreach (var (from, axes, sizes, strides, dilations) in windows)
        {
            // Everywhere below: axis a[k] of the tensor is at window · stride + place · dilation.
            int[] Windowed(ReadOnlySpan<int> extents)
            {
                int[] all = [.. extents, .. sizes];
                for (var k = 0; k < axes.Length; k++) all[axes[k]] = ((extents[axes[k]] - (dilations[k] * (sizes[k] - 1)) - 1) / strides[k]) + 1;
                return all;
            }

            int[] Origin(int[] place)
            {
                var own = place[..from.Length];
                for (var k = 0; k < axes.Length; k++) own[axes[k]] = (place[axes[k]] * strides[k]) + (place[from.Length + k] * dilations[k]);
                return own;
            }

            var text = $"{Text(from)} over {Text(axes)}, {Text(sizes)} by {Text(strides)}, {Text(dilations)}";
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"window {type.Text()} {text}",
                    Op = typeof(WindowOp),
                    Inputs = [Sample(type, from)],
                    Build = v => Windows(v[0], axes, sizes, strides, dilations),
                    Expected = x => Fill(Windowed(x[0].Extents), i => x[0].At(Origin(i))),
                };
            }
            foreach (var type in Numbers)
            {
                yield return new OpCase
                {
                    Name = $"fold {type.Text()} {text}",
                    Op = typeof(FoldOp),
                    Inputs = [Sample(type, Windowed(from))],
                    Build = v => Fold(v[0], new Shape([.. from.Select((n, axis) => axes.Contains(axis) ? n : v[0].Shape[axis])]), axes, sizes, strides, dilations),
                    Expected = x =>
                    {
                        int[] extents = [.. from.Select((n, axis) => axes.Contains(axis) ? n : x[0].Extents[axis])];
                        var sums = Fill(extents, _ => 0);
                        foreach (var place in Places(x[0].Extents.ToArray()))
                            sums[Origin(place).Select((at, axis) => (at, axis)).Aggregate(0, (sum, p) => (sum * extents[p.axis]) + p.at)] += x[0].At(place);
                        return sums;
                    },
                    Ulps = 16,
                    Absolute = type == DType.Float32 ? 1e-6 : 1e-14,
                };
            }
        }
    }

    private static string Text<T>(IEnumerable<T> extents) => "[" + string.Join(", ", extents) + "]";
}
