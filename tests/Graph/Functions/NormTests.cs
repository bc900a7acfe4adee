namespace GraphGrad.Tests.Functions;

public sealed class NormTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(3, 4);

    public static TheoryData<double> Orders => [1, 2, 3, 1.5, double.PositiveInfinity];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Norm_of_all(double order) => FunctionCheck.All(v => Ops.Norm(v[0], order), x => [Norm(x[0], order)], X);

    [Theory]
    [MemberData(nameof(Orders))]
    public void Norm_along_an_axis(double order) => FunctionCheck.All(
        v => Ops.Norm(v[0], order, axis: -1), x => [.. x[0].Chunk(4).Select(row => Norm(row, order))], X);

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_gradient_at_the_origin_is_zero(double order)
    {
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal([0.0, 0.0], FunctionCheck.Gradient(v => Ops.Norm(v[0], order), [new double[] { 0, 0 }], backend).AsSpan<double>().ToArray());
    }

    /// <summary>The squares of float32 vanish, their sum in float64 does not; and it is summed up once, for the norm and for whether it is 0.</summary>
    [Fact]
    public void Vectors_whose_squares_vanish_have_their_length()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [1500, 3]), graph.Placeholder("y", [20, 3]));
        var distances = Ops.PairwiseDistances(x, y);
        using var session = new Session(graph);

        var found = session.Run(distances, (x, TensorData.Create<float>([.. Enumerable.Repeat(3e-30f, 4500)], 1500, 3)), (y, TensorData.Create<float>(new float[60], 20, 3)));

        Assert.All(found.AsSpan<float>().ToArray(), d => Assert.InRange(d, 3e-30f * 1.7320f, 3e-30f * 1.7321f));
        Assert.DoesNotContain("float32[1500, 20] = sum(", session.Explain(distances).Rewritten.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Normalizing_gives_vectors_of_length_one() => FunctionCheck.All(
        v => Ops.L2Normalize(v[0]), x => [.. x[0].Chunk(4).SelectMany(row => row.Select(e => e / Norm(row, 2)))], X);

    [Fact]
    public void Normalizing_the_origin_leaves_it_there() =>
        Assert.Equal([0f, 0f], FunctionCheck.Run(v => Ops.L2Normalize(v[0]), [new[] { 0f, 0f }]).AsSpan<float>().ToArray());

    [Fact]
    public void Orders_of_no_vector_norm()
    {
        FunctionCheck.All(v => Ops.Norm(v[0], double.NegativeInfinity), x => [x[0].Min(Math.Abs)], X);
        FunctionCheck.All(v => Ops.Norm(v[0], -2.0), x => [Math.Pow(x[0].Sum(e => 1 / (e * e)), -0.5)], X);
        FunctionCheck.Values(v => Ops.Norm(v[0], 0.0), _ => [2], new double[] { 0, 3, -1 });
    }

    [Fact]
    public void Refuses_what_has_no_norm()
    {
        var graph = new Graph();
        Errors.Throws("norm: there is no norm of order NaN for 'x'; give a number. Built at {here}.", () => Ops.Norm(graph.Placeholder("x", [2]), double.NaN));
        Errors.Throws("norm: 'n' int32[2] is not float32 or float64; cast it with Cast. Built at {here}.", () => Ops.Norm(graph.Placeholder("n", [2], DType.Int32)));
    }

    private static double Norm(double[] x, double order) => order switch
    {
        1 => x.Sum(Math.Abs),
        2 => Math.Sqrt(x.Sum(v => v * v)),
        double.PositiveInfinity => x.Max(Math.Abs),
        _ => Math.Pow(x.Sum(v => Math.Pow(Math.Abs(v), order)), 1 / order),
    };
}
