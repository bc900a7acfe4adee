namespace GraphGrad.Tests.Scalars;

/// <summary>Compares functions of one number with numbers that were computed with more digits.</summary>
internal static class SpecialFunctionCheck
{
    /// <summary>In float64, on both backends, errors are at most what is allowed at each point.</summary>
    public static void Digits(string name, Func<Value, Value> function, (double X, double Y)[] points, Func<(double X, double Y), double> allowed)
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var y = Run(function, Array.ConvertAll(points, p => p.X), backend);
            for (var i = 0; i < y.Length; i++)
            {
                Expect.True(Math.Abs(y[i] - points[i].Y) <= allowed(points[i]) || y[i] == points[i].Y, $"{backend}: {name}({points[i].X:R}) is {y[i]:R} instead of {points[i].Y:R}");
            }
        }
    }

    /// <summary>In float32, compiled, results are the nearest numbers to what is right, where arguments are float32 numbers.</summary>
    public static void RoundsOnce(Func<Value, Value> function, (double X, double Y)[] points)
    {
        points = [.. points.Where(p => (float)p.X == p.X && Math.Abs(p.Y) is > 1e-30 and < 1e30)];
        var graph = new Graph();
        var x = graph.Placeholder("x", [points.Length]);
        using var session = new Session(graph);
        var y = session.Run(function(x), (x, Array.ConvertAll(points, p => (float)p.X))).AsSpan<float>().ToArray();
        for (var i = 0; i < y.Length; i++) Assert.Equal((float)points[i].Y, y[i]);
    }

    /// <summary>In float64, on both backends, poles, infinities and NaN give what is expected.</summary>
    public static void Edges(IReadOnlyDictionary<string, Func<Value, Value>> functions, (string Name, double X, double Y)[] edges)
    {
        foreach (var (name, at, expected) in edges)
        {
            foreach (var backend in Enum.GetValues<Backend>())
            {
                var y = Run(functions[name], [at], backend)[0];
                Expect.True(y.Equals(expected) || y == expected, $"{backend}: {name}({at}) is {y} instead of {expected}");
            }
        }
    }

    /// <summary>Derivatives of both orders agree with central differences.</summary>
    public static void Derivatives(Func<Value, Value> function, double[] at)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [at.Length], DType.Float64);
        GradientCheck.Verify(function(x), [x], (x, at));
        GradientCheck.Verify(Ops.Gradient(Ops.Sum(function(x)), x), [x], (x, at));
    }

    /// <summary>In float32, on both backends, the slope has the digits that are expected.</summary>
    public static void Slopes(Func<Value, Value> function, float[] at, float[] expected)
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [at.Length]);
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var slopes = session.Run(Ops.Gradient(Ops.Sum(function(x)), x), (x, at)).AsSpan<float>().ToArray();
            for (var i = 0; i < at.Length; i++) Assert.Equal(expected[i], slopes[i], Math.Abs(expected[i]) * 2e-7f);
        }
    }

    private static double[] Run(Func<Value, Value> function, double[] at, Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [at.Length], DType.Float64);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        return session.Run(function(x), (x, at)).AsSpan<double>().ToArray();
    }
}
