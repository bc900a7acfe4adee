using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Expressions that rules bring into another form, at infinities, zeros and NaN: compiled and interpreted they are what they are as written.</summary>
public sealed class SpecialValueTests
{
    private const float Infinity = float.PositiveInfinity;

    private static readonly Dictionary<string, (Func<Value, Value, Value> Build, (float X, float Y, float Expected)[] Points)> Cases = new()
    {
        ["sqrt(inf - x * x)"] = ((x, _) => Sqrt(Infinity - (x * x)), [(1, 0, Infinity), (0, 0, Infinity)]),
        ["sqrt(x * x + inf)"] = ((x, _) => Sqrt((x * x) + Infinity), [(1, 0, Infinity), (float.NaN, 0, float.NaN)]),
        ["log(exp(x) + inf)"] = ((x, _) => Log(Exp(x) + Infinity), [(1, 0, Infinity)]),
        ["digamma(x) - log(x)"] = ((x, _) => Digamma(x) - Log(x), [(-0f, 0, Infinity)]),
        ["log(i0(x))"] = ((x, _) => Log(BesselI0(x)), [(Infinity, 0, Infinity), (-Infinity, 0, Infinity)]),
        ["log(exp(x) * 2 + exp(y))"] = ((x, y) => Log((Exp(x) * 2) + Exp(y)), [(Infinity, 1, Infinity), (1, Infinity, Infinity), (-Infinity, 1, 1)]),
        ["y * exp(x) / (exp(y) + x * exp(y))"] = ((x, y) => y * Exp(x) / (Exp(y * 2) + (x * Exp(y))), [(200, 1, Infinity), (Infinity, 1, float.NaN)]),
        ["exp(x) / (1 + sum(exp(y)))"] = ((x, y) => Exp(x) / (1 + Sum(Exp(y))), [(Infinity, 1, Infinity), (200, 1, Infinity)]),
        ["x - y * sin(x)"] = ((x, y) => x - (y * Sin(x)), [(0.5f, Infinity, -Infinity)]),
        ["(x + y) - x"] = ((x, y) => x + y - x, [(float.NaN, 1, float.NaN), (1e20f, 1, 1)]),
        ["x * y / y"] = ((x, y) => x * y / y, [(1, float.NaN, float.NaN), (1, 0, float.NaN), (3, 1e30f, 3)]),
        ["cosh(x)^2 - sinh(x)^2"] = ((x, _) => Square(Cosh(x)) - Square(Sinh(x)), [(float.NaN, 0, float.NaN), (100, 0, 1)]),
        ["(x + y) - hypot(x - y, 1 / y)"] = ((x, y) => x + y - Sqrt(Square(x - y) + Square(1 / y)), [(1, 0, -Infinity)]),
        ["by x, sqrt(x) - sqrt(y)"] = ((x, y) => Gradient(Sqrt(x) - Sqrt(y), x), [(0, 0, Infinity), (4, 4, 0.25f), (Infinity, 1, 0)]),
        ["by x, sqrt(x) - 2"] = ((x, _) => Gradient(Sqrt(x) - 2, x), [(0, 0, Infinity), (4, 0, 0.25f)]),
        ["by x, x - x / (1 + y)"] = ((x, y) => Gradient(x - (x / (1 + y)), x), [(1, Infinity, 1), (1, 1, 0.5f)]),
        ["by x, cos(atan(x))"] = ((x, _) => Gradient(Cos(Atan(x)), x), [(Infinity, 0, 0), (1, 0, -0.35355339f)]),
        ["by x, sin(2 * atan(x))"] = ((x, _) => Gradient(Sin(Atan(x) * 2), x), [(Infinity, 0, 0), (0, 0, 2)]),
        ["by x, hypot(x, y) - x"] = ((x, y) => Gradient(Sqrt((x * x) + (y * y)) - x, x), [(3, 4, -0.4f), (1e10f, 1, -5e-21f), (-3, 4, -1.6f), (1, Infinity, -1)]),
        ["by y, hypot(x, y) - x"] = ((x, y) => Gradient(Sqrt((x * x) + (y * y)) - x, y), [(3, 4, 0.8f), (1e10f, 1, 1e-10f)]),
        ["by x twice, hypot(x, y) - x"] = ((x, y) => Gradient(Gradient(Sqrt((x * x) + (y * y)) - x, x), x), [(3, 4, 0.128f)]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void They_are_what_they_are_as_written(string name)
    {
        var (build, points) = Cases[name];
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", []), graph.Placeholder("y", []));
            var result = build(x, y);
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            foreach (var point in points)
            {
                var actual = session.Run(result, (x, point.X), (y, point.Y)).Item<float>();
                Expect.True(actual.Equals(point.Expected) || Math.Abs(actual - point.Expected) <= 1e-6 * Math.Abs(point.Expected), $"{name}, {backend}, ({point.X}, {point.Y}): {actual} for {point.Expected}");
            }
        }
    }
}
