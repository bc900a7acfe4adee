using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Scalars;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>What a row chooses as a whole, and elements of long rows that a label names.</summary>
public sealed class RowChoicesTests
{
    private static readonly VectorWidth[] Widths = [VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128, VectorWidth.Scalar];

    [Fact]
    public void A_choice_between_what_moves_with_the_rows_alone_is_made_once_a_row()
    {
        var b = new ScalarBuilder();
        LoopAxis rows = new("i0", 5, reduced: false), columns = new("i1", 7, reduced: false);
        var draft = new KernelDraft(b, [rows, columns]);
        Scalar i = b.LoopIndex(rows), j = b.LoopIndex(columns);
        Scalar isOdd = b.Equal(b.Remainder(i, b.Int64(2)), b.Int64(1)), isPlace = b.Equal(i, j);
        var named = b.Multiply(i, b.Int64(3));
        draft.RowStores.Add(Store(b.Select(isOdd, b.Select(isPlace, named, j), b.Select(isPlace, i, b.Int64(0)))));
        // What is chosen moves with the columns: nothing to gain.
        var other = b.Select(isOdd, b.Select(isPlace, j, named), b.Select(isPlace, b.Int64(1), i));
        draft.RowStores.Add(Store(other));
        RowChoices.Hoist(draft);
        Assert.Same(b.Select(isPlace, b.Select(isOdd, named, i), b.Select(isOdd, j, b.Int64(0))), draft.RowStores[0].Value);
        Assert.Same(other, draft.RowStores[1].Value);

        KernelStore Store(Scalar value) => new(new TensorBuffer(0, new TensorType(DType.Int64, new Shape([5, 7])), BufferKind.Fetch, 0, "y"), b.Add(b.Multiply(i, b.Int64(7)), j), value);
    }

    /// <summary>Labels in the first and the last vector, in a partial one, and outside; elements that are not chosen may be anything.</summary>
    [Theory]
    [InlineData(1037)]
    [InlineData(600)]
    [InlineData(256)]
    [InlineData(21)]
    public void Elements_named_by_labels(int classes)
    {
        long[] labels = [0, 7, 8, 15, 16, 17, classes - 2, classes - 1, classes, -1, -8, long.MinValue, long.MaxValue, 20, 5, 3];
        var random = new Random(classes);
        var numbers = Enumerable.Range(0, labels.Length * classes).Select(_ => random.Next(8) switch { 0 => float.NaN, 1 => float.NegativeInfinity, _ => random.NextSingle() }).ToArray();
        var keeps = labels.Select((_, r) => r % 3 != 1).ToArray();
        var graph = new Graph();
        Value x = graph.Placeholder("x", [labels.Length, classes]), label = graph.Placeholder("label", [labels.Length], DType.Int64), keep = graph.Placeholder("keep", [labels.Length, 1], DType.Bool);
        var place = OneHot(label, classes, DType.Bool);
        Value[] results =
        [
            Where(keep, Where(place, 3, x * 2), Where(place, -1, 0)), Where(place, x, 0), Where(place, 0, x), Where(place, x + 1, x - 1), Sum(Where(place, Where(keep, 0.5, 4), 0.25), 1),
        ];
        (Value, TensorData)[] feeds = [(x, TensorData.Create(numbers, labels.Length, classes)), (label, TensorData.Create(labels, labels.Length)), (keep, TensorData.Create(keeps, labels.Length, 1))];
        foreach (var width in Widths)
        {
            using var session = new Session(graph, new SessionOptions { Width = width });
            var actual = session.Run(results, feeds);
            for (var e = 0; e < numbers.Length; e++)
            {
                var (row, number) = (e / classes, numbers[e]);
                var isPlace = labels[row] == e % classes;
                Is(0, keeps[row] ? isPlace ? 3 : number * 2 : isPlace ? -1 : 0);
                Is(1, isPlace ? number : 0);
                Is(2, isPlace ? 0 : number);
                Is(3, isPlace ? number + 1 : number - 1);

                void Is(int result, float expected)
                {
                    var found = actual[result].AsSpan<float>()[e];
                    Expect.True(expected.Equals(found), $"result {result} at {width}, label {labels[row]}, element {e % classes} is {found}, not {expected}");
                }
            }
            for (var row = 0; row < labels.Length; row++)
            {
                var isAny = labels[row] >= 0 && labels[row] < classes;
                Assert.Equal(isAny ? ((classes - 1) * 0.25f) + (keeps[row] ? 0.5f : 4) : classes * 0.25f, actual[4].AsSpan<float>()[row]);
            }
        }
    }
}
