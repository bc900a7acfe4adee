using GraphGrad.Execution;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Routines whose lines, matrices or elements are shared between threads.</summary>
[Collection(nameof(DeterminismTests))]
public sealed class RoutinePartsTests
{
    private const int Rounds = 3;

    private static readonly Dictionary<string, (int[] Shape, Func<Value, Value> Build)> programs = new()
    {
        ["fft"] = ([130, 240, 2], x => Fft(x)),
        ["fft of primes"] = ([137, 211, 2], x => Fft(x)),
        ["fft of columns"] = ([210, 70, 2], x => Fft(x, axis: 0)),
        ["fft of many matrices' columns"] = ([9, 64, 37, 2], x => Fft(x, axis: 1)),
        ["fft of planes"] = ([2, 96, 100, 2], x => Fft(x, [1, 2])),
        ["rfft of an odd length"] = ([151, 225], x => Rfft(x)),
        ["rfft"] = ([133, 512], x => Rfft(x)),
        ["irfft"] = ([133, 129, 2], x => Irfft(x)),
        ["irfft of an odd length"] = ([151, 113, 2], x => Irfft(x, length: 225)),
        ["gammaincc"] = ([3, 2111], x => GammaIncc(Abs(x) + 0.5, Square(x) * 3)),
        ["betainc"] = ([3, 2111], x => BetaInc(Abs(x) + 0.5, Square(x) * 3 + 0.1, Sigmoid(x))),
        ["gamma quantile"] = ([3, 211], x => GammaIncInverse(Square(x) + 0.5, Sigmoid(x))),
        ["beta quantile"] = ([3, 211], x => BetaIncInverse(Abs(x) + 0.5, Square(x) * 3 + 0.1, Sigmoid(x))),
        ["zeta"] = ([3000], x => Zeta(Abs(x) + 1.5, Square(x) + 1)),
        ["argsort"] = ([5, 9, 300], x => Cast(ArgSort(x), DType.Float32)),
        ["argsort of short lines"] = ([7, 300, 11], x => Cast(ArgSort(x), DType.Float32)),
        ["argsort of short columns"] = ([7, 11, 300], x => Cast(ArgSort(x, axis: 1), DType.Float32)),
        ["argsort along the middle"] = ([9, 300, 5], x => Cast(ArgSort(x, axis: 1), DType.Float32)),
        ["argsort of columns"] = ([300, 37], x => Cast(ArgSort(x, axis: 0), DType.Float32)),
        ["argsort of a few short columns' blocks"] = ([2, 40, 211], x => Cast(ArgSort(x, axis: 1), DType.Float32)),
        ["the largest of columns"] = ([2, 300, 37], x => TopK(x, 5, 1).Values),
        ["medians of columns"] = ([300, 37], x => Median(x, 0).Values),
        ["searchsorted"] = ([170, 101], x => Cast(SearchSorted(Sort(x[0]).Values, x), DType.Float32)),
        ["searchsorted of lines"] = ([90, 203], x => Cast(SearchSorted(Sort(x[.., ..77]).Values, x, right: true), DType.Float32)),
        ["put along rows"] = ([70, 900], x => PutAlongAxis(x, Cast(Abs(x) * 30, DType.Int32), x, 1, ScatterReduction.Sum)),
        ["put along columns"] = ([300, 203], x => PutAlongAxis(x, Cast(Abs(x) * 30, DType.Int32), x, 0, ScatterReduction.Sum)),
        ["put along the middle"] = ([3, 130, 150], x => PutAlongAxis(x, Cast(Abs(x) * 30, DType.Int64), x * 2, 1, ScatterReduction.Replace)),
        ["put whole rows"] = ([300, 203], x => Scatter(x, Cast(Abs(x[.., 0]) * 30, DType.Int32), x * 2, 0, ScatterReduction.Maximum)),
        ["put whole rows of blocks"] = ([40, 130, 15], x => PutAlongAxis(x, Cast(Abs(x[.., .., ..1]) * 30, DType.Int64), x * 2, 1, ScatterReduction.Minimum)),
        ["cumsum"] = ([40, 900], x => CumSum(x, 1)),
        ["logcumsumexp"] = ([40, 90], x => LogCumSumExp(x, 1)),
        ["cummax"] = ([40, 900], x => CumMax(x, 1).Values),
        ["cholesky"] = ([515, 7, 7], x => Cholesky(MatMul(x, SwapLast(x)) + (Identity(x.Graph, 7) * 3))),
        ["cholesky of large ones"] = ([5, 70, 70], x => Cholesky(MatMul(x, SwapLast(x)) + (Identity(x.Graph, 70) * 3))),
        ["solve"] = ([517, 9, 9], x => Solve(x + (Identity(x.Graph, 9) * 20), x)),
        ["inverse"] = ([7, 60, 60], x => Inverse(x + (Identity(x.Graph, 60) * 20))),
        ["qr"] = ([5, 50, 40], x => Qr(x).R),
        ["eigenvectors"] = ([3, 5, 30, 30], x => SymmetricEigen(x).Vectors),
        ["singular values"] = ([100, 8, 6], x => Svd(x).S),
        ["singular vectors"] = ([3, 2, 60, 50], x => Svd(x).U),
    };

    public static TheoryData<string> Names => new(programs.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_give_the_same_bits_on_any_number_of_threads_and_allocate_nothing(string name)
    {
        var (shape, build) = programs[name];
        var graph = new Graph();
        var x = graph.Placeholder("x", shape);
        var y = build(x);
        var random = new Random(5);
        var data = Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (random.NextSingle() * 4) - 2).ToArray();
        var expected = new float[(int)y.Shape.ElementCount.Value];
        using (var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted })) interpreted.Compile([x], [y]).Call().Feed<float>(data).Fetch<float>(expected).Run();
        var first = new float[expected.Length];
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var session = new Session(graph, new SessionOptions { Threads = threads });
            var function = session.Compile([x], [y]);
            var result = new float[expected.Length];
            var allocations = new ThreadAllocations();
            for (var i = 0; i < 10; i++) Run();
            // A thread that comes late takes its scratch memory late.
            var least = long.MaxValue;
            var isShared = threads == 1 || WorkerPool.Shared.Threads == 1;
            for (var attempt = 0; attempt < 50 && least > 0; attempt++)
            {
                var before = allocations.Read();
                for (var i = 0; i < Rounds; i++) Run();
                least = Math.Min(least, allocations.Read() - before);
            }
            Assert.Equal(0, least);
            // Nobody waits for a thread that does not come, and on a busy machine one may miss many runs.
            var helped = WorkerPool.Shared.Helped;
            for (var start = Environment.TickCount64; !isShared && Environment.TickCount64 - start < 10_000; isShared = WorkerPool.Shared.Helped > helped) Run();
            Assert.True(isShared);
            if (threads == 1) first = result;
            Assert.Equal(first.Select(BitConverter.SingleToInt32Bits), result.Select(BitConverter.SingleToInt32Bits));

            void Run() => function.Call().Feed<float>(data).Fetch<float>(result).Run();
        }
        for (var i = 0; i < expected.Length; i++) Expect.True(Math.Abs(first[i] - expected[i]) <= 1e-4 * (1 + Math.Abs(expected[i])), $"at {i}: {first[i]}, interpreted {expected[i]}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_index_outside_is_refused_in_any_part(int axis)
    {
        var graph = new Graph();
        var (x, places) = (graph.Placeholder("x", [200, 200]), graph.Placeholder("places", [200, 200], DType.Int32));
        var (data, indices, result) = (new float[40_000], new int[40_000], new float[40_000]);
        indices[39_999] = 200;
        using var session = new Session(graph, new SessionOptions { Threads = 2 });
        var function = session.Compile([x, places], [PutAlongAxis(x, places, x, axis)]);
        var error = Assert.Throws<GraphException>(() => function.Call().Feed<float>(data).Feed<int>(indices).Fetch<float>(result).Run());
        Assert.Contains($"index 200 lies outside axis {axis}, whose extent is 200", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_matrices_that_fail_the_first_is_named(int threads)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [40, 60, 60]);
        var data = new float[40 * 60 * 60];
        for (var matrix = 0; matrix < 40; matrix++)
        {
            for (var i = 0; i < 60; i++) data[(((matrix * 60) + i) * 60) + i] = matrix is 23 or 38 && i == 7 ? -1 : 1;
        }
        using var session = new Session(graph, new SessionOptions { Threads = threads });
        var function = session.Compile([x], [Cholesky(x)]);
        var result = new float[data.Length];
        for (var round = 0; round < Rounds; round++)
        {
            var error = Assert.Throws<GraphException>(() => function.Call().Feed<float>(data).Fetch<float>(result).Run());
            Assert.Contains("matrix 23 is not positive definite: pivot 7", error.Message);
        }
    }
}
