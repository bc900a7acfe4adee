using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of cumulations and recurrences, against plain loops.</summary>
internal static class CumulationCases
{
    private static readonly (int[] Extents, int Axis)[] Shapes = [([6], 0), ([3, 4], 0), ([3, 4], 1), ([2, 5, 3], 1), ([1, 3], 0), ([0, 3], 0), ([3, 0], 0), ([2, 300], 1), ([9, 5], 1)];

    public static IEnumerable<OpCase> All => Cumulations().Concat(AtLimits()).Concat(Extrema()).Concat(Recurrences());

    private static IEnumerable<OpCase> Cumulations()
    {
        foreach (var (extents, axis) in Shapes)
        {
            foreach (var reverse in new[] { false, true })
            {
                foreach (var type in extents.Length == 1 ? Numbers : Floats)
                {
                    yield return Row($"cumsum {type.Text()} {Text(extents, axis, reverse)}", typeof(CumulateOp), v => v[0].Graph.Add(new CumulateOp(CumulationKind.Sum, axis, reverse), [v[0]]), x => Running(x[0], axis, reverse, (a, b) => a + b), Sample(type, extents));
                    if (type.IsInteger() && extents[axis] > 12) continue;
                    yield return Row(
                        $"cumprod {type.Text()} {Text(extents, axis, reverse)}", typeof(CumulateOp), v => v[0].Graph.Add(new CumulateOp(CumulationKind.Product, axis, reverse), [v[0]]), x => Running(x[0], axis, reverse, (a, b) => a * b),
                        extents[axis] > 12 ? Data.Generate(type, extents, i => 1 + (((i % 7) - 3) / 256.0)) : type.IsInteger() ? Data.Generate(type, extents, i => (i % 5) - 2) : Sample(type, extents));
                }
                foreach (var type in Floats)
                    yield return Row($"logcumsumexp {type.Text()} {Text(extents, axis, reverse)}", typeof(CumulateOp), v => LogCumSumExp(v[0] * 4, axis, reverse), x => Running(x[0], axis, reverse, (a, b) => Added(a, b), element => element * 4), Sample(type, extents));
            }
        }
    }

    private static IEnumerable<OpCase> AtLimits()
    {
        foreach (var type in Floats)
        {
            double[] limits = [double.NegativeInfinity, -1, 200, double.NegativeInfinity, 199, double.PositiveInfinity, 3, double.NaN, 1];
            var data = Data.Generate(type, [9], i => limits[i]);
            yield return Row($"cumsum {type.Text()} with NaN and infinities", typeof(CumulateOp), v => CumSum(v[0], 0), x => Running(x[0], 0, false, (a, b) => a + b), data, gradient: false);
            double[] factorsAtLimits = [2, 1e-30, 1e30, double.NegativeInfinity, -1, 0.5, 3, 0, 1, 2];
            yield return Row($"cumprod {type.Text()} with infinities and NaN", typeof(CumulateOp), v => CumProd(v[0], 0), x => Running(x[0], 0, false, (a, b) => a * b), Data.Generate(type, [10], i => factorsAtLimits[i]), gradient: false);
            yield return Row($"logcumsumexp {type.Text()} with NaN and infinities", typeof(CumulateOp), v => LogCumSumExp(v[0], 0), x => Running(x[0], 0, false, (a, b) => Added(a, b)), data, gradient: false);
            yield return Row($"cumulative_argmax {type.Text()} with NaN and infinities", typeof(CumulativeExtremumOp), v => CumMax(v[0], 0).Indices, _ => [0, 1, 2, 2, 2, 5, 5, 7, 7], data);
            yield return Row($"cumulative_argmin {type.Text()} with NaN and infinities", typeof(CumulativeExtremumOp), v => CumMin(v[0], 0).Indices, _ => [0, 0, 0, 3, 3, 3, 3, 7, 7], data);
            yield return Row($"cummax {type.Text()} with NaN and infinities", typeof(CumulateOp), v => CumMax(v[0], 0).Values, x => Running(x[0], 0, false, Math.Max), data, gradient: false);
            yield return Row($"cummin {type.Text()} with NaN and infinities", typeof(CumulateOp), v => CumMin(v[0], 0).Values, x => Running(x[0], 0, false, Math.Min), data, gradient: false);
            foreach (var zeros in new[] { 1, 2, 3, 6 })
            {
                var factors = Data.Generate(type, [2, 6], i => i % 6 < zeros && i < 6 ? 0 : (i - 2.5) / 3);
                foreach (var reverse in new[] { false, true })
                    yield return Row($"cumprod {type.Text()} with {zeros} zeros{(reverse ? ", reversed" : "")}", typeof(CumulateOp), v => CumProd(v[0], 1, reverse), x => Running(x[0], 1, reverse, (a, b) => a * b), factors);
            }
        }
    }

    private static IEnumerable<OpCase> Extrema()
    {
        foreach (var (extents, axis) in Shapes)
        {
            foreach (var type in Numbers)
            {
                var data = type.IsFloat() ? Sample(type, extents) : Data.Generate(type, extents, i => i * 7 % 5);
                yield return Row($"cumulative_argmax {type.Text()} {Text(extents, axis, false)}", typeof(CumulativeExtremumOp), v => CumMax(v[0], axis).Indices, x => Places(x[0], axis, (now, best) => now >= best), data);
                yield return Row($"cumulative_argmin {type.Text()} {Text(extents, axis, false)}", typeof(CumulativeExtremumOp), v => CumMin(v[0], axis).Indices, x => Places(x[0], axis, (now, best) => now <= best), data);
                yield return Row($"cummax {type.Text()} {Text(extents, axis, false)}", typeof(CumulateOp), v => CumMax(v[0], axis).Values, x => Running(x[0], axis, false, Math.Max), data);
                yield return Row($"cummin {type.Text()} {Text(extents, axis, false)}", typeof(CumulateOp), v => CumMin(v[0], axis).Values, x => Running(x[0], axis, false, Math.Min), data);
            }
        }
    }

    private static IEnumerable<OpCase> Recurrences()
    {
        foreach (var (extents, axis) in Shapes)
        {
            foreach (var type in Floats)
            {
                foreach (var reverse in new[] { false, true })
                {
                    yield return Row(
                        $"linear_recurrence {type.Text()} {Text(extents, axis, reverse)}", typeof(LinearRecurrenceOp), v => LinearRecurrence(v[0], v[1], axis, reverse),
                        x => Lines(x[0].Extents.ToArray(), axis, reverse, places =>
                        {
                            var results = new double[places.Length];
                            for (var i = 0; i < results.Length; i++) results[i] = (i == 0 ? 0 : x[0].At(places[i]) * results[i - 1]) + x[1].At(places[i]);
                            return results;
                        }),
                        Sample(type, extents), gradient: true, Data.Random(type, extents, new Random(3)));
                }
            }
        }
    }

    private static string Text(int[] extents, int axis, bool reverse) => $"[{string.Join(", ", extents)}] along {axis}{(reverse ? ", reversed" : "")}";

    private static OpCase Row(string name, Type op, Func<Value[], Value> build, Func<TensorData[], double[]> expected, TensorData input, bool gradient = true, params TensorData[] others) =>
        new() { Name = name, Op = op, Inputs = [input, .. others], Build = build, Expected = expected, Ulps = 16, Absolute = input.DType == DType.Float32 ? 2e-6 : 2e-14, CheckGradient = gradient };

    private static double[] Running(TensorData x, int axis, bool reverse, Func<double, double, double> combine, Func<double, double>? element = null) =>
        Lines(x.Extents.ToArray(), axis, reverse, places =>
        {
            var results = places.Select(place => element is null ? x.At(place) : element(x.At(place))).ToArray();
            for (var i = 1; i < results.Length; i++) results[i] = combine(results[i - 1], results[i]);
            return results;
        });

    private static double[] Places(TensorData x, int axis, Func<double, double, bool> takes) => Lines(x.Extents.ToArray(), axis, false, places =>
    {
        var results = new double[places.Length];
        for (var i = 1; i < results.Length; i++) results[i] = takes(x.At(places[i]), x.At(places[(int)results[i - 1]])) ? i : results[i - 1];
        return results;
    });

    private static double Added(double a, double b) => a == b ? a + Math.Log(2) : Math.Max(a, b) is var m && double.IsInfinity(m) ? m : m + double.LogP1(Math.Exp(-Math.Abs(a - b)));

    /// <summary>Results line by line, from the places of each line's elements.</summary>
    private static double[] Lines(int[] extents, int axis, bool reverse, Func<int[], double[]> line)
    {
        var inner = extents[(axis + 1)..].Aggregate(1, (a, b) => a * b);
        var results = new double[extents.Aggregate(1, (a, b) => a * b)];
        foreach (var start in Enumerable.Range(0, results.Length).Where(at => at / inner % extents[axis] == 0))
        {
            int[] places = [.. Enumerable.Range(0, extents[axis]).Select(i => start + (i * inner))];
            if (reverse) Array.Reverse(places);
            foreach (var (place, result) in places.Zip(line(places))) results[place] = result;
        }
        return results;
    }
}
