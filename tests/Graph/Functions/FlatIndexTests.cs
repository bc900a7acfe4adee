using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Functions;

public sealed class FlatIndexTests
{
    [Fact]
    public void Places_and_numbers_are_each_others_inverse()
    {
        var graph = new Graph();
        var rows = graph.Placeholder("x", ["rows", 4]);
        var indices = graph.Placeholder("indices", [3, 2], DType.Int32);
        var places = Ops.UnravelIndex(indices, [.. rows.Shape, 5]);
        var back = Ops.RavelIndex(places, [.. rows.Shape, 5]);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            int[,] fed = { { 0, 1 }, { 19, 20 }, { 59, 33 } };
            var results = session.Run([.. places, back], (indices, fed), (rows, Data.Generate(DType.Float32, [3, 4], _ => 0)));
            Assert.Equal([0.0, 0, 0, 1, 2, 1], FunctionCheck.Elements(results[0]));
            Assert.Equal([0.0, 0, 3, 0, 3, 2], FunctionCheck.Elements(results[1]));
            Assert.Equal([0.0, 1, 4, 0, 4, 3], FunctionCheck.Elements(results[2]));
            Assert.Equal([0.0, 1, 19, 20, 59, 33], FunctionCheck.Elements(results[3]));
        }
    }

    [Fact]
    public void Refuses_floats() => Errors.Throws(
        "unravel_index: 'x' float32[2] must be int32 or int64; cast it with Cast. Built at {here}.",
        () => Ops.UnravelIndex(new Graph().Placeholder("x", [2]), [3, 4]));

    [Fact]
    public void Refuses_places_along_too_few_axes() => Errors.Throws(
        "ravel_index: 1 tensors of places for the shape [3, 4]; there must be one for each axis, and an axis at least. Built at {here}.",
        () => Ops.RavelIndex([new Graph().Placeholder("x", [2], DType.Int32)], [3, 4]));
}
