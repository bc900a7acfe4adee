namespace GraphGrad.Tests.Functions;

public sealed class EmbeddingTests
{
    [Fact]
    public void Looks_up_rows_and_sums_the_gradients_of_repeated_ones() => FunctionCheck.All(
        v => Ops.Embedding(v[0], v[1]),
        x => [.. x[1].SelectMany(id => x[0].Skip((int)id * 3).Take(3))],
        FunctionCheck.Numbers(5, 3), new[,] { { 4, 0, 2 }, { 2, 2, 1 } });

    [Fact]
    public void Refuses_a_table_that_is_no_matrix() => Errors.Throws(
        "embedding: the table 'table' float32[5] must be a matrix of rows by width. Built at {here}.",
        () =>
        {
            var graph = new Graph();
            return Ops.Embedding(graph.Placeholder("table", [5]), graph.Placeholder("ids", ["n"], DType.Int32));
        });
}
