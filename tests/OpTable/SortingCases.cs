using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of sorting and searching, against LINQ.</summary>
internal static class SortingCases
{
    public static IEnumerable<OpCase> All => Sorts().Concat(Searches());

    private static IEnumerable<OpCase> Sorts()
    {
        (int[] Extents, int Axis, int Count)[] shapes =
            [([7], 0, 7), ([7], 0, 3), ([7], 0, 0), ([4, 5], 0, 4), ([4, 5], 1, 5), ([3, 40], 1, 4), ([2, 6, 3], 1, 6), ([0, 3], 0, 0), ([3, 0], 0, 3), ([1500, 2], 0, 1500), ([2, 700], 1, 20), ([2, 700], 1, 90), ([300, 3], 0, 11), ([1], 0, 1), ([3, 333], 1, 167), ([9, 64], 1, 33), ([2, 31], 1, 16)];
        foreach (var (extents, axis, count) in shapes)
        {
            foreach (var descending in new[] { false, true })
            {
                foreach (var type in Every)
                {
                    foreach (var ties in new[] { false, true })
                    {
                        yield return new OpCase
                        {
                            Name = $"argsort {type.Text()} [{string.Join(", ", extents)}] along {axis}, the first {count}{(descending ? ", descending" : "")}{(ties ? ", ties" : "")}",
                            Op = typeof(ArgSortOp), Ulps = 0,
                            Inputs = [ties ? Data.Generate(type, extents, Limits) : Sample(type, extents)],
                            Build = v => v[0].Graph.Add(new ArgSortOp(axis, count, descending), [v[0]]),
                            Expected = x => Sorted(x[0], axis, 0, count, descending),
                        };
                        if (count == 0 || extents[axis] == 0) continue;
                        yield return new OpCase
                        {
                            Name = $"argsort {type.Text()} [{string.Join(", ", extents)}] along {axis}, number {count}{(descending ? ", descending" : "")}{(ties ? ", ties" : "")}",
                            Op = typeof(ArgSortOp), Ulps = 0,
                            Inputs = [ties ? Data.Generate(type, extents, Limits) : Sample(type, extents)],
                            Build = v => v[0].Graph.Add(new ArgSortOp(axis, count, descending, LastAlone: true), [v[0]]),
                            Expected = x => Sorted(x[0], axis, count - 1, 1, descending),
                        };
                    }
                }
            }
        }

        // Converted to the type, so that integers and bools have ties of their own.
        static double Limits(int i) => (i * 7 % 8) switch { 0 => double.NaN, 1 => -0.0, 2 => 0.0, 3 => double.NegativeInfinity, 4 => double.PositiveInfinity, 5 => -2.5, 6 => 1e-42, _ => 2 };
    }

    /// <summary>The places of some elements of each line along the axis when it is sorted, from the first that is asked for on; each line is sorted once.</summary>
    private static double[] Sorted(TensorData data, int axis, int first, int count, bool descending)
    {
        var extents = data.Extents;
        var extent = extents[axis];
        var (above, below) = (1, 1);
        foreach (var e in extents[..axis]) above *= e;
        foreach (var e in extents[(axis + 1)..]) below *= e;
        var places = new double[above * count * below];
        for (var line = 0; line < above * below; line++)
        {
            var (row, column) = Math.DivRem(line, below);
            double[] numbers = [.. Enumerable.Range(0, extent).Select(i => data.At((((row * extent) + i) * below) + column))];
            // OrderBy is stable, and takes NaN for the least.
            var numbered = numbers.Select((number, i) => (IsNumber: !double.IsNaN(number), Number: double.IsNaN(number) ? 0 : number, Place: i));
            var sorted = descending
                ? numbered.OrderBy(e => e.IsNumber).ThenByDescending(e => e.Number)
                : numbered.OrderByDescending(e => e.IsNumber).ThenBy(e => e.Number);
            foreach (var (rank, element) in sorted.Skip(first).Take(count).Index()) places[(((row * count) + rank) * below) + column] = element.Place;
        }
        return places;
    }

    private static IEnumerable<OpCase> Searches()
    {
        (int[] Sorted, int[] Values)[] shapes = [([5], []), ([5], [4]), ([5], [2, 3]), ([2, 5], [2, 4]), ([2, 3, 5], [2, 3, 2]), ([0], [3]), ([5], [0]), ([2, 0], [2, 3]), ([1], [40])];
        foreach (var (sorted, values) in shapes)
        {
            foreach (var type in Numbers)
            {
                foreach (var right in new[] { false, true })
                {
                    var extent = sorted[^1];
                    yield return new OpCase
                    {
                        Name = $"searchsorted {type.Text()} [{string.Join(", ", sorted)}] [{string.Join(", ", values)}] {(right ? "right" : "left")}",
                        Op = typeof(SearchSortedOp), Ulps = 0,
                        Inputs = [Data.Generate(type, sorted, i => (i / Math.Max(extent, 1)) + (i % Math.Max(extent, 1) / 2 * 2)), Data.Generate(type, values, i => type.IsFloat() && i == 3 ? double.NaN : (i * 3 % 7) - 1)],
                        Build = v => SearchSorted(v[0], v[1], right),
                        Expected = x => Fill(values, at =>
                        {
                            var value = x[1].At(at);
                            return Enumerable.Range(0, extent).Count(i => x[0].At(sorted.Length == 1 ? [i] : [.. at[..^1], i]) is var element && (double.IsNaN(value) || (right ? element <= value : element < value)));
                        }),
                    };
                }
            }
        }
    }
}
