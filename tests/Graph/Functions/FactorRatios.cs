using System.Buffers;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>
/// Factors, spectra and solutions judged as LAPACK's tests do: residuals and departures from orthogonality by the norm of what they belong to, in roundings for each row, of which 30 are accepted. Memory that routines borrow is filled first,
/// once with NaN and once with 0, and no bit may depend on it.
/// </summary>
internal static class FactorRatios
{
    public const double Accepted = 30;

    private const int Seed = 20261214;

    // Lone matrices and many side by side, below, at and above the sizes at which rows fill vectors, panels begin and spectra are halved.
    private static readonly (int Count, int Size)[] extents = [(1, 1), (1, 2), (11, 2), (1, 7), (11, 7), (1, 16), (11, 16), (1, 33), (1, 100)];

    private static readonly Routine[] together =
    [
        new("cholesky", x => [Cholesky(x.Definite)], (x, y) => [Equal(y[0] * y[0].Turned, x.Definite)]),
        new("lu", x => Parts(Lu(x.Any)), (x, y) => [Equal(y[1] * y[2], y[0] * x.Any)]),
        new("ldl", x => Parts(Ldl(x.Symmetric)), (x, y) => [Equal(y[1] * y[2] * y[1].Turned, y[0] * x.Symmetric * y[0].Turned)]),
        new("qr", x => Parts(Qr(x.Tall)), (x, y) => [Equal(y[0] * y[1], x.Tall), Orthogonal(y[0])]),
        new("complete qr", x => Parts(Qr(x.Tall, complete: true)), (x, y) => [Equal(y[0] * y[1], x.Tall), Orthogonal(y[0])]),
        new("qr of wide ones", x => Parts(Qr(SwapLast(x.Tall))), (x, y) => [Equal(y[0] * y[1], x.Tall.Turned), Orthogonal(y[0])]),
        new("solve", x => [Solve(x.Heavy, x.Sides)], (x, y) => [Solved(x.Heavy, y[0], x.Sides)]),
        new("inverse", x => [Inverse(x.Heavy)], (x, y) => [Solved(x.Heavy, y[0], DenseMatrix.Unit(x.Heavy.Rows))]),
        new("solve lower", x => [TriangularSolve(x.Heavy, x.Sides)], (x, y) => [Solved(x.Heavy.Lower, y[0], x.Sides)]),
        new("solve turned lower", x => [TriangularSolve(x.Heavy, x.Sides, transpose: true)], (x, y) => [Solved(x.Heavy.Lower.Turned, y[0], x.Sides)]),
        new("solve upper", x => [TriangularSolve(x.Heavy, x.Sides, lower: false)], (x, y) => [Solved(x.Heavy.Turned.Lower.Turned, y[0], x.Sides)]),
        new("solve turned upper", x => [TriangularSolve(x.Heavy, x.Sides, lower: false, transpose: true)], (x, y) => [Solved(x.Heavy.Turned.Lower, y[0], x.Sides)]),
        new("eigenvectors", x => Parts(SymmetricEigen(x.Symmetric)), (x, y) => [Equal(y[1] * y[0].Diagonal * y[1].Turned, x.Symmetric), Orthogonal(y[1])]),
        new("singular vectors", x => Parts(Svd(x.Tall)), (x, y) => [Equal(y[0] * y[1].Diagonal * y[2], x.Tall), Orthogonal(y[0]), Orthogonal(y[2].Turned)]),
        new(
            "singular vectors of wide ones", x => Parts(Svd(SwapLast(x.Tall))),
            (x, y) => [Equal(y[0] * y[1].Diagonal * y[2], x.Tall.Turned), Orthogonal(y[0]), Orthogonal(y[2].Turned)]),
        new("exponential", x => [MatrixExp(x.Small)], (x, y) => [Equal(y[0], x.Small.Exponential)]),
    ];

    // Values whose vectors nothing asks for are found another way, in a program of their own; the last argument is what vectors came with.
    private static readonly (Routine Routine, string Beside, int At)[] alone =
    [
        (new("eigenvalues", x => [SymmetricEigen(x.Symmetric).Values], (_, y) => [Equal(y[0], y[1])]), "eigenvectors", 0),
        (new("singular values", x => [Svd(x.Tall).S], (_, y) => [Equal(y[0], y[1])]), "singular vectors", 1),
    ];

    /// <summary>What was judged, and its worst ratio; infinite where memory shows through.</summary>
    public static IEnumerable<(string Name, double Ratio)> All() =>
        from type in new[] { DType.Float32, DType.Float64 }
        from extent in extents
        from found in Of(type, extent.Count, extent.Size)
        select ($"{found.Name} of {extent.Count} {type} of {extent.Size} rows, seed {Seed}", found.Ratio);

    private static IEnumerable<(string Name, double Ratio)> Of(DType type, int count, int n)
    {
        var random = new Random(Seed);
        double Next() => random.NextDouble() - 0.5;
        var data = new Inputs<TensorData>(
            Any: Fed(n, n, (_, _) => Next()), Tall: Fed(n + 4, n, (_, _) => Next()), Sides: Fed(n, 3, (_, _) => Next()), Heavy: Fed(n, n, (i, j) => Next() + (i == j ? 3 * Math.Sqrt(n) : 0)),
            Definite: Fed(n, n, (i, j) => ((Math.Min(i, j) + 1.0) / n) + (i == j ? random.NextDouble() : 0)), Symmetric: Fed(n, n, (i, j) => Math.Sin(((i + 1) * (j + 1) * 0.7) + i + j)),
            Small: Fed(n, n, (_, _) => Next() * 2 / n));
        var graph = new Graph();
        var inputs = data.Select(x => graph.Placeholder("x", x.Shape, type));
        (Value, TensorData)[] feeds = [.. inputs.All.Zip(data.All)];
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        var beside = Results([.. together.Select(r => r.Build(inputs))]);
        var separate = Results([.. alone.Select(a => a.Routine.Build(inputs))]);
        for (var i = 0; i < together.Length; i++) yield return (together[i].Name, Worst(together[i], beside[i]));
        for (var i = 0; i < alone.Length; i++)
        {
            var (routine, name, at) = alone[i];
            yield return (routine.Name, Worst(routine, [.. separate[i], beside[Array.FindIndex(together, r => r.Name == name)][at]]));
        }

        TensorData Fed(int rows, int columns, Func<int, int, double> element) => Data.Generate(type, [count, rows, columns], i => element(i / columns % rows, i % columns));

        // Those of which no bit depends on the memory borrowed; null for the others.
        TensorData?[][] Results(Value[][] fetches)
        {
            Value[] all = [.. fetches.SelectMany(f => f)];
            FillMemory(double.NaN, float.NaN, int.MinValue);
            var first = session.Run(all, feeds);
            FillMemory(0, 0, 0);
            var kept = new Queue<TensorData?>(first.Zip(session.Run(all, feeds), (x, y) => x.Equals(y) ? x : null));
            return [.. fetches.Select(f => f.Select(_ => kept.Dequeue()).ToArray())];
        }

        double Worst(Routine routine, TensorData?[] results)
        {
            if (Array.Exists(results, y => y is null)) return double.PositiveInfinity;
            var rounding = type == DType.Float32 ? 1.0 / (1 << 24) : 1.0 / (1L << 53);
            return Enumerable.Range(0, count).SelectMany(at => routine.Judge(data.Select(x => DenseMatrix.Of(x, at)), [.. results.Select(y => DenseMatrix.Of(y!, at))]))
                .Select(x => x.Error.Norm / (x.Size * rounding * x.Error.Rows)).Aggregate(0.0, Math.Max);
        }
    }

    private static Value[] Parts(LuFactors factors) => [factors.Permutation, factors.Lower, factors.Upper];

    private static Value[] Parts(LdlFactors factors) => [factors.Permutation, factors.Lower, factors.Blocks];

    private static Value[] Parts((Value, Value) parts) => [parts.Item1, parts.Item2];

    private static Value[] Parts((Value, Value, Value) parts) => [parts.Item1, parts.Item2, parts.Item3];

    private static (DenseMatrix Error, double Size) Equal(DenseMatrix x, DenseMatrix y) => (x - y, y.Norm);

    private static (DenseMatrix Error, double Size) Orthogonal(DenseMatrix q) => ((q.Turned * q) - DenseMatrix.Unit(q.Columns), 1);

    private static (DenseMatrix Error, double Size) Solved(DenseMatrix a, DenseMatrix x, DenseMatrix b) => ((a * x) - b, a.Norm * x.Norm);

    // What this thread borrows next, of any length that matters here, and its stack.
    private static void FillMemory(double number, float single, int whole)
    {
        Fill(number);
        Fill(single);
        Fill(whole);
        Span<double> stack = stackalloc double[1 << 14];
        stack.Fill(number);

        static void Fill<T>(T value)
        {
            for (var length = 16; length <= 1 << 17; length *= 2)
            {
                var borrowed = Enumerable.Range(0, 6).Select(_ => ArrayPool<T>.Shared.Rent(length)).ToArray();
                foreach (var memory in borrowed) Array.Fill(memory, value);
                foreach (var memory in borrowed) ArrayPool<T>.Shared.Return(memory);
            }
        }
    }

    private sealed record Routine(string Name, Func<Inputs<Value>, Value[]> Build, Func<Inputs<DenseMatrix>, DenseMatrix[], (DenseMatrix Error, double Size)[]> Judge);

    private sealed record Inputs<T>(T Any, T Tall, T Sides, T Heavy, T Definite, T Symmetric, T Small)
    {
        public T[] All => [Any, Tall, Sides, Heavy, Definite, Symmetric, Small];

        public Inputs<TResult> Select<TResult>(Func<T, TResult> map) => new(map(Any), map(Tall), map(Sides), map(Heavy), map(Definite), map(Symmetric), map(Small));
    }
}
