using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Functions;

/// <summary>
/// Everything that holds of a composed function: its values on both backends and in both float types against plain C#, its
/// gradients against central differences, and forward against reverse differentiation.
/// </summary>
internal static class FunctionCheck
{
    private static readonly Backend[] Backends = [Backend.Compiled, Backend.Interpreted];

    /// <summary>Checks values only.</summary>
    /// <param name="build">The function under test.</param>
    /// <param name="expected">The same in plain C#, from the elements of the inputs in row-major order.</param>
    /// <param name="inputs">float64 data; integers and bools are fed as they are.</param>
    public static void Values(Func<Value[], Value> build, Func<double[][], double[]> expected, params TensorData[] inputs)
    {
        var wanted = expected([.. inputs.Select(Elements)]);
        foreach (var type in new[] { DType.Float64, DType.Float32 })
        {
            var data = inputs.Select(d => d.DType == DType.Float64 ? d.As(type) : d).ToArray();
            foreach (var backend in Backends)
            {
                var actual = Run(build, data, backend);
                Assert.Equal(wanted.Length, actual.Count);
                var scale = wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
                var tolerance = Math.Max(1, scale) * (type == DType.Float64 ? 1e-12 : 4e-6);
                Closeness.AssertClose(actual, i => wanted[i], ulps: 8, tolerance, signOfZero: false, $"{backend} {type}");
            }
        }
    }

    /// <summary>Checks values, gradients and tangents.</summary>
    /// <inheritdoc cref="Values"/>
    public static void All(Func<Value[], Value> build, Func<double[][], double[]> expected, params TensorData[] inputs)
    {
        Values(build, expected, inputs);
        Gradients(build, inputs);
    }

    /// <summary>Checks gradients and tangents of Σ c · f(inputs), with some numbers c, by every float input.</summary>
    public static void Gradients(Func<Value[], Value> build, params TensorData[] inputs)
    {
        var graph = new Graph();
        var placeholders = inputs.Select((d, i) => graph.Placeholder($"x{i}", d.Shape, d.DType)).ToArray();
        var wrt = placeholders.Where(p => p.DType.IsFloat()).ToArray();
        var y = build(placeholders);
        var upstream = graph.Constant(Data.Random(y.DType, Extents(y.Shape), new Random(5)));
        var loss = Ops.Sum(y * upstream);
        var gradients = Ops.Gradients(loss, wrt);
        var directions = wrt.Select((p, i) => graph.Constant(Data.Random(p.DType, Extents(p.Shape), new Random(7 + i)))).ToArray();
        var tangent = Ops.Jvp(loss, [.. wrt.Zip(directions)]);
        var along = wrt.Zip(directions, gradients).Select(t => Ops.Sum(t.Third * t.Second)).Aggregate((a, b) => a + b);
        var feeds = placeholders.Zip(inputs).ToArray();
        foreach (var backend in Backends)
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var results = session.Run([along, tangent, .. gradients], feeds);
            Assert.Equal(results[0].Item<double>(), results[1].Item<double>(), 1e-9 * Math.Max(1, Math.Abs(results[0].Item<double>())));
            for (var k = 0; k < wrt.Length; k++)
            {
                var input = Array.IndexOf(placeholders, wrt[k]);
                for (var i = 0; i < inputs[input].Count; i++)
                {
                    var difference = Difference(session, loss, feeds, input, i);
                    Expect.True(
                        Math.Abs(difference - results[k + 2].At(i)) <= 1e-6 * Math.Max(1, Math.Abs(difference)),
                        $"{backend}: gradient {k}, element {i} is {results[k + 2].At(i)}, the central difference {difference}");
                }
            }
        }
    }

    /// <summary>One run of a function of its own graph.</summary>
    public static TensorData Run(Func<Value[], Value> build, TensorData[] inputs, Backend backend = Backend.Interpreted)
    {
        var graph = new Graph();
        var placeholders = inputs.Select((d, i) => graph.Placeholder($"x{i}", d.Shape, d.DType)).ToArray();
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        return session.Run(build(placeholders), placeholders.Zip(inputs).ToArray());
    }

    /// <summary>The gradient of a function's sum by its first input.</summary>
    public static TensorData Gradient(Func<Value[], Value> build, TensorData[] inputs, Backend backend = Backend.Interpreted) =>
        Run(v => Ops.Gradient(Ops.Sum(build(v)), v[0]), inputs, backend);

    /// <summary>Numbers away from each other and from zero.</summary>
    public static TensorData Numbers(params int[] extents) => Data.Generate(DType.Float64, extents, i => (1.7 * Math.Sin((i * 1.37) + 0.9)) + 0.05);

    public static double[] Elements(TensorData data) => [.. Enumerable.Range(0, data.Count).Select(data.At)];

    private static double Difference(Session session, Value loss, (Value, TensorData)[] feeds, int input, int element)
    {
        const double step = 1e-6;
        return (At(step) - At(-step)) / (2 * step);

        double At(double offset)
        {
            var elements = Elements(feeds[input].Item2);
            elements[element] += offset;
            var moved = feeds.ToArray();
            moved[input].Item2 = TensorData.Create<double>(elements, feeds[input].Item2.Extents);
            return session.Run(loss, moved).Item<double>();
        }
    }

    private static int[] Extents(Shape shape) => [.. shape.Select(d => (int)d.Value)];
}
