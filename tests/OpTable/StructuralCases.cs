using GraphGrad.Operations;
using GraphGrad.Rewriting;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of reductions, contractions, indexing, random bits and control.</summary>
internal static class StructuralCases
{
    public static IEnumerable<OpCase> All => Reductions().Concat(ExtremaAtLimits()).Concat(Dots()).Concat(Gathers()).Concat(Counters()).Concat(Control());

    private static IEnumerable<OpCase> Reductions()
    {
        (int[] From, int[] Axes)[] shapes =
        [
            ([5], [0]), ([3, 4], [0]), ([3, 4], [1]), ([3, 4], [0, 1]), ([2, 3, 4], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4, 2], [1, 3]),
            ([3, 1, 4], [1]), ([0, 3], [0]), ([3, 0], [0]), ([3, 4], []), ([500, 3], [0]), ([70, 300], [0]), ([100, 2], [0]), ([5, 90, 7], [1]), ([2, 5000], [1]),
        ];
        foreach (var (from, axes) in shapes)
        {
            foreach (var kind in Enum.GetValues<ReductionKind>())
            {
                var isSelection = kind is ReductionKind.Maximum or ReductionKind.Minimum;
                foreach (var type in isSelection ? Every : Numbers)
                {
                    var count = axes.Aggregate(1, (product, axis) => product * from[axis]);
                    // A product of many integers leaves what double precision holds exactly.
                    if (kind == ReductionKind.Product && count > 12 && type.IsInteger()) continue;
                    yield return new OpCase
                    {
                        Name = $"{kind} {type.Text()} {Text(from)} over {Text(axes)}",
                        Op = typeof(ReduceOp),
                        // Of many factors near 1 the product neither overflows nor vanishes.
                        Inputs = [kind == ReductionKind.Product && count > 12 ? Data.Generate(type, from, i => 1 + (((i % 7) - 3) / 256.0)) : Sample(type, from)],
                        Build = v => v[0].Graph.Add(new ReduceOp(kind, new EquatableArray<int>(axes)), [v[0]]),
                        Expected = x => Reduced(x[0], kind, axes),
                        Ulps = isSelection ? 0 : 4 + (kind == ReductionKind.Product ? count : 4 * Math.Log2(count + 1)),
                        Absolute = kind == ReductionKind.Sum ? (type == DType.Float32 ? 1e-7 : 1e-16) * Math.Sqrt(count) * 8 : 0,
                        // Bool and integer extrema tie; the gradient of every other row exists.
                        CheckGradient = type.IsFloat() && (count < 100 || kind != ReductionKind.Product),
                    };
                }
            }
        }
    }

    private static IEnumerable<OpCase> ExtremaAtLimits()
    {
        foreach (var type in Floats)
        {
            foreach (var kind in new[] { ReductionKind.Maximum, ReductionKind.Minimum, ReductionKind.Sum })
            {
                yield return new OpCase
                {
                    Name = $"{kind} {type.Text()} with NaN and infinities",
                    Op = typeof(ReduceOp),
                    Inputs = [Data.Generate(type, [4, 3], i => i switch { 1 => double.NaN, 4 => double.PositiveInfinity, 8 => double.NegativeInfinity, _ => i - 5 })],
                    Build = v => v[0].Graph.Add(new ReduceOp(kind, [1]), [v[0]]),
                    Expected = x => Reduced(x[0], kind, [1]),
                    CheckGradient = false,
                };
            }
            foreach (var zeros in new[] { 1, 2, 3 })
            {
                yield return new OpCase
                {
                    Name = $"Product {type.Text()} with {zeros} zeros",
                    Op = typeof(ReduceOp),
                    Inputs = [Data.Generate(type, [2, 4], i => i % 4 < zeros && i < 4 ? 0 : (i - 2.5) / 2)],
                    Build = v => Prod(v[0], 1),
                    Expected = x => Reduced(x[0], ReductionKind.Product, [1]),
                };
            }
        }
    }

    private static double[] Reduced(TensorData x, ReductionKind kind, int[] axes)
    {
        var extents = x.Extents.ToArray();
        int[] kept = [.. Enumerable.Range(0, extents.Length).Except(axes)];
        return Fill([.. kept.Select(axis => extents[axis])], i =>
        {
            var result = kind switch
            {
                ReductionKind.Sum => 0,
                ReductionKind.Product => 1,
                ReductionKind.Maximum => x.DType switch { DType.Bool => 0, DType.Int32 => int.MinValue, DType.Int64 => long.MinValue, _ => double.NegativeInfinity },
                _ => x.DType switch { DType.Bool => 1, DType.Int32 => int.MaxValue, DType.Int64 => long.MaxValue, _ => double.PositiveInfinity },
            };
            foreach (var reduced in Places([.. axes.Select(axis => extents[axis])]))
            {
                var place = new int[extents.Length];
                for (var k = 0; k < kept.Length; k++) place[kept[k]] = i[k];
                for (var k = 0; k < axes.Length; k++) place[axes[k]] = reduced[k];
                var element = x.At(place);
                result = kind switch
                {
                    ReductionKind.Sum => result + element,
                    ReductionKind.Product => result * element,
                    ReductionKind.Maximum => Math.Max(result, element),
                    _ => Math.Min(result, element),
                };
            }
            return result;
        });
    }

    private static IEnumerable<OpCase> Dots()
    {
        (int[] Left, int[] Right, int[] LeftContract, int[] RightContract, int[] LeftBatch, int[] RightBatch)[] dots =
        [
            ([3], [3], [0], [0], [], []), ([2, 3], [3], [1], [0], [], []), ([3], [3, 4], [0], [0], [], []), ([2, 3], [3, 4], [1], [0], [], []),
            ([5, 7], [9, 7], [1], [1], [], []), ([7, 5], [7, 9], [0], [0], [], []), ([17, 33], [33, 29], [1], [0], [], []), ([6, 300], [300, 50], [1], [0], [], []),
            ([2, 3, 4], [2, 4, 5], [2], [1], [0], [0]), ([2, 3, 4], [4, 5, 3], [1, 2], [2, 0], [], []), ([3, 2, 4, 5], [4, 5, 2, 6], [3], [1], [2, 1], [0, 2]),
            ([2], [3], [], [], [], []), ([2, 0], [0, 3], [1], [0], [], []), ([0, 2], [2, 3], [1], [0], [], []), ([4, 6], [4, 6], [1], [1], [0], [0]),
        ];
        foreach (var (left, right, leftContract, rightContract, leftBatch, rightBatch) in dots)
        {
            foreach (var type in Numbers)
            {
                var depth = leftContract.Aggregate(1, (product, axis) => product * left[axis]);
                yield return new OpCase
                {
                    Name = $"dot {type.Text()} {Text(left)}{Text(right)} over {Text(leftContract)}{Text(rightContract)}, batch {Text(leftBatch)}{Text(rightBatch)}",
                    Op = typeof(DotOp),
                    Inputs = [Sample(type, left), Sample(type, right)],
                    Build = v => Dot(v[0], v[1], leftContract, rightContract, leftBatch, rightBatch),
                    Expected = x =>
                    {
                        var (a, b) = (x[0].Extents.ToArray(), x[1].Extents.ToArray());
                        int[] leftFree = [.. Enumerable.Range(0, a.Length).Except(leftContract).Except(leftBatch)];
                        int[] rightFree = [.. Enumerable.Range(0, b.Length).Except(rightContract).Except(rightBatch)];
                        int[] extents = [.. leftBatch.Select(i => a[i]), .. leftFree.Select(i => a[i]), .. rightFree.Select(i => b[i])];
                        return Fill(extents, i =>
                        {
                            var (p, q) = (new int[a.Length], new int[b.Length]);
                            for (var k = 0; k < leftBatch.Length; k++) p[leftBatch[k]] = q[rightBatch[k]] = i[k];
                            for (var k = 0; k < leftFree.Length; k++) p[leftFree[k]] = i[leftBatch.Length + k];
                            for (var k = 0; k < rightFree.Length; k++) q[rightFree[k]] = i[leftBatch.Length + leftFree.Length + k];
                            var sum = 0.0;
                            foreach (var place in Places([.. leftContract.Select(axis => a[axis])]))
                            {
                                for (var k = 0; k < place.Length; k++) p[leftContract[k]] = q[rightContract[k]] = place[k];
                                sum += x[0].At(p) * x[1].At(q);
                            }
                            return sum;
                        });
                    },
                    Ulps = 8 + Math.Sqrt(depth),
                    Absolute = (type == DType.Float32 ? 1e-7 : 1e-16) * (4 + depth),
                };
            }
        }
    }

    private static IEnumerable<OpCase> Gathers()
    {
        (int[] From, int Axis, int[] Shape, int[] Indices)[] gathers =
        [
            ([5], 0, [], [3]), ([5], 0, [4], [4, 0, 2, 2]), ([4, 3], 0, [3], [3, 0, 3]), ([4, 3], 1, [2, 2], [2, 0, 0, 1]), ([2, 4, 3], 1, [3], [1, 3, 1]),
            ([2, 4, 3], 2, [], [1]), ([4, 3], 0, [0], []), ([6, 40], 0, [3], [5, 1, 5]), ([4, 2, 1], 0, [2], [1, 1]),
        ];
        foreach (var (from, axis, shape, indices) in gathers)
        {
            int[] taken = [.. from[..axis], .. shape, .. from[(axis + 1)..]];
            foreach (var indexType in new[] { DType.Int32, DType.Int64 })
            {
                foreach (var type in Every)
                {
                    yield return new OpCase
                    {
                        Name = $"gather {type.Text()} {Text(from)} along {axis} at {indexType.Text()} {Text(shape)} {Text(indices)}",
                        Op = typeof(GatherOp),
                        Inputs = [Sample(type, from), Indices(indexType, shape, indices)],
                        Build = v => Gather(v[0], v[1], axis),
                        Expected = x => Fill(
                            [.. x[0].Extents[..axis], .. shape, .. x[0].Extents[(axis + 1)..]],
                            i => x[0].At([.. i[..axis], (int)x[1].At(i[axis..(axis + shape.Length)]), .. i[(axis + shape.Length)..]])),
                    };
                }
                foreach (var type in Numbers)
                {
                    yield return new OpCase
                    {
                        Name = $"scatter-add {type.Text()} {Text(from)} along {axis} at {indexType.Text()} {Text(shape)} {Text(indices)}",
                        Op = typeof(ScatterAddOp),
                        Inputs = [Sample(type, from), Indices(indexType, shape, indices), Sample(type, taken)],
                        Build = v => ScatterAdd(v[0], v[1], v[2], axis),
                        Expected = x =>
                        {
                            var extents = x[0].Extents.ToArray();
                            var sums = Fill(extents, i => x[0].At(i));
                            foreach (var i in Places(x[2].Extents.ToArray()))
                            {
                                int[] to = [.. i[..axis], (int)x[1].At(i[axis..(axis + shape.Length)]), .. i[(axis + shape.Length)..]];
                                sums[to.Select((at, k) => (at, k)).Aggregate(0, (sum, p) => (sum * extents[p.k]) + p.at)] += x[2].At(i);
                            }
                            return sums;
                        },
                        Absolute = type == DType.Float32 ? 1e-6 : 1e-14,
                    };
                }
            }
        }
    }

    /// <summary>Ops without inputs: each is added to an input, so that the row has something to feed.</summary>
    private static IEnumerable<OpCase> Counters()
    {
        (int[] Shape, int Axis)[] shapes = [([5], 0), ([3, 4], 0), ([3, 4], 1), ([2, 3, 4], 1), ([0, 2], 1), ([2, 40], -1)];
        foreach (var (shape, axis) in shapes)
        {
            foreach (var type in Numbers)
            {
                yield return new OpCase
                {
                    Name = $"iota {type.Text()} {Text(shape)} along {axis}",
                    Op = typeof(IotaOp),
                    Inputs = [Sample(type, shape)],
                    Build = v => v[0] + Iota(v[0].Graph, v[0].Shape, axis, v[0].DType),
                    Expected = x => Fill(x[0].Extents.ToArray(), i => x[0].At(i) + i[axis < 0 ? axis + i.Length : axis]),
                };
            }
            foreach (var type in new[] { DType.Int32, DType.Int64 })
            {
                const int Low = 0xFFFFF;
                yield return new OpCase
                {
                    Name = $"random bits {type.Text()} {Text(shape)}, seed {axis}",
                    Op = typeof(RandomBitsOp),
                    Inputs = [Data.Generate(type, shape, _ => Low)],
                    Build = v => And(v[0], RandomBits(v[0].Graph, v[0].Shape, axis, type)),
                    Expected = x => [.. Enumerable.Range(0, x[0].Count).Select(i => (double)(Philox.Block((uint)i, 0, 0, 0, (uint)axis, (uint)((long)axis >> 32)).X0 & Low))],
                };
            }
        }
        yield return new OpCase
        {
            Name = "size",
            Op = typeof(SizeOp),
            Inputs = [Sample(DType.Int64, 3, 2)],
            Build = v => v[0] + v[0].Graph.Add(new SizeOp((v[0].Shape[0] * 2) + 1), []),
            Expected = x => Fill(x[0].Extents.ToArray(), i => x[0].At(i) + (2 * x[0].Extents[0]) + 1),
        };
    }

    private static IEnumerable<OpCase> Control()
    {
        int[][] shapes = [[], [5], [2, 3], [0]];
        foreach (var shape in shapes)
        {
            foreach (var type in Every)
            {
                foreach (var holds in new[] { true, false })
                {
                    yield return new OpCase
                    {
                        Name = $"cond {holds} {type.Text()} {Text(shape)}",
                        Op = typeof(CondOp),
                        Inputs = [holds, Sample(type, shape), Data.Generate(type, shape, i => i % 2)],
                        Build = v => Cond(v[0], v[1], v[2]),
                        Expected = x => Fill(x[1].Extents.ToArray(), i => x[x[0].At(0) != 0 ? 1 : 2].At(i)),
                    };
                }
                yield return new OpCase
                {
                    Name = $"stop gradient {type.Text()} {Text(shape)}",
                    Op = typeof(StopGradientOp),
                    Inputs = [Sample(type, shape)],
                    Build = v => StopGradient(v[0]),
                    Expected = x => Fill(x[0].Extents.ToArray(), i => x[0].At(i)),
                    CheckGradient = false,
                };
            }
            foreach (var type in Every)
            {
                yield return new OpCase
                {
                    Name = $"barrier {type.Text()} {Text(shape)}",
                    Op = typeof(BarrierOp),
                    Inputs = [Sample(type, shape)],
                    Build = v => v[0].Graph.Add(new BarrierOp(), [v[0], v[0]]),
                    Expected = x => Fill(x[0].Extents.ToArray(), i => x[0].At(i)),
                };
                yield return new OpCase
                {
                    Name = $"checkpoint {type.Text()} {Text(shape)}",
                    Op = typeof(CheckpointOp),
                    Inputs = [Sample(type, shape)],
                    Build = v => Checkpoint(x => Where(Equal(x, x), x, ZerosLike(x)), v[0]),
                    Expected = x => Fill(x[0].Extents.ToArray(), i => x[0].At(i)),
                };
            }
            foreach (var type in Numbers)
            {
                yield return new OpCase
                {
                    Name = $"known derivative {type.Text()} {Text(shape)}",
                    Op = typeof(CustomGradientOp),
                    Inputs = [Sample(type, shape)],
                    Build = v => KnownDerivatives.OfSquares(-v[0] * -v[0], v[0], ZerosLike(v[0])),
                    Expected = x => Fill(x[0].Extents.ToArray(), i => x[0].At(i) * x[0].At(i)),
                };
                yield return new OpCase
                {
                    Name = $"custom gradient {type.Text()} {Text(shape)}",
                    Op = typeof(CustomGradientOp),
                    Inputs = [Sample(type, shape)],
                    Build = v => CustomGradient(
                        x => x[0] * x[0] * x[0],
                        c => [c.Adjoint * 3 * c.Inputs[0] * c.Inputs[0]],
                        c => c.Tangents[0] * 3 * c.Inputs[0] * c.Inputs[0],
                        v[0]),
                    Expected = x => Fill(x[0].Extents.ToArray(), i => x[0].At(i) * x[0].At(i) * x[0].At(i)),
                };
            }
        }
    }

    private static string Text<T>(IEnumerable<T> extents) => "[" + string.Join(", ", extents) + "]";
}
