using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Products by one vector, of few terms, are sums of elementwise products: with the values of the graph as written.</summary>
public sealed class SmallProductsTests
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Short_rows_times_a_vector(DType type)
    {
        for (var terms = 1; terms <= 9; terms++)
        {
            var graph = new Graph();
            Value rows = graph.Placeholder("rows", [130, terms], type), columns = graph.Placeholder("columns", [terms, 130], type), some = graph.Placeholder("some", ["n", terms], type), vector = graph.Placeholder("vector", [terms], type);
            Value matrices = graph.Placeholder("matrices", [3, 50, terms], type), vectors = graph.Placeholder("vectors", [3, terms], type), few = graph.Placeholder("few", [3, terms, 3], type);
            Value[] sums =
            [
                MatMul(rows, vector), MatMul(vector, columns), MatMul(rows, ExpandDims(vector, 1)), MatMul(Transpose(columns), vector), MatMul(some, vector),
                MatMul(matrices, ExpandDims(vectors, 2)), MatMul(ExpandDims(vectors, 1), SwapAxes(matrices, 1, 2)),
            ];
            Value[] products = [MatMul(ExpandDims(vectors, 1), few), MatMul(rows[..40], vector), MatMul(rows, Transpose(rows))];
            (Value, TensorData)[] feeds = [.. new[] { rows, columns, some, vector, matrices, vectors, few }.Select((x, i) => (x, Data.Generate(type, [.. x.Shape.Select(d => d.IsConstant ? (int)d.Value : 70)], e => Math.Sin((e * 0.7) + i))))];
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            using var session = new Session(graph, new SessionOptions { Threads = 2 });
            foreach (var result in sums.Concat(products))
            {
                var (expected, found) = (written.Run(result, feeds), session.Run(result, feeds));
                for (var e = 0; e < found.Count; e++) Assert.Equal(expected.At(e), found.At(e), terms * (type == DType.Float32 ? 2e-7 : 4e-16));
                // Small programs of float32 are computed in float64, some of their products as sums.
                if (products.Contains(result) ? terms > 1 && type == DType.Float64 : terms <= 7 || type == DType.Float64) Assert.Equal(terms > 7 || products.Contains(result), session.Explain(result).Kernels.Contains("product", StringComparison.Ordinal));
            }
        }
    }
}
