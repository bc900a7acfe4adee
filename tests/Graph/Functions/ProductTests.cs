using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Tests.Functions.ConvolutionTests;

namespace GraphGrad.Tests.Functions;

public sealed class ProductTests
{
    private static readonly TensorData A = FunctionCheck.Numbers(3, 4);

    private static readonly TensorData B = FunctionCheck.Numbers(4, 5);

    [Fact]
    public void Products_of_vectors()
    {
        var (x, y) = (FunctionCheck.Numbers(3), FunctionCheck.Numbers(4));
        FunctionCheck.All(v => Outer(v[0], v[1]), d => [.. from a in d[0] from b in d[1] select a * b], x, y);
        FunctionCheck.All(v => Inner(v[0], v[1]), d => [.. from r in d[0].Chunk(4) from s in d[1].Chunk(4) select r.Zip(s, (a, b) => a * b).Sum()], A, FunctionCheck.Numbers(2, 4));
        FunctionCheck.All(v => VecDot(v[0], v[1]), d => [.. d[0].Chunk(4).Select(r => r.Zip(d[1], (a, b) => a * b).Sum())], A, y);
        // The axis is one of the product, here of more axes than the first operand.
        FunctionCheck.All(v => VecDot(v[0], v[1], 1), d => [.. d[1].Chunk(4).Select(r => r.Zip(d[0], (a, b) => a * b).Sum())], y, A);
        FunctionCheck.All(
            v => Cross(v[0], v[1]),
            d => [.. d[0].Chunk(3).SelectMany(a => new[] { (a[1] * d[1][2]) - (a[2] * d[1][1]), (a[2] * d[1][0]) - (a[0] * d[1][2]), (a[0] * d[1][1]) - (a[1] * d[1][0]) })],
            FunctionCheck.Numbers(2, 3), x);
        Agree(v => Cross(v[0], v[1], 0), v => Transpose(Cross(Transpose(v[0]), Transpose(v[1]))), A, FunctionCheck.Numbers(3, 4));
    }

    [Fact]
    public void Products_of_tensors()
    {
        Agree(v => TensorDot(v[0], v[1], 1), v => MatMul(v[0], v[1]), A, B);
        Agree(v => TensorDot(v[0], v[1]), v => Sum(v[0] * v[1]), A, FunctionCheck.Numbers(3, 4));
        Agree(v => TensorDot(v[0], v[1], 0), v => Reshape(v[0], 3, 4, 1, 1) * v[1], A, B);
        FunctionCheck.All(v => Kron(v[0], v[1]), d => [.. from i in Enumerable.Range(0, 12) from j in Enumerable.Range(0, 20) select d[0][(i / 4 * 4) + (j / 5)] * d[1][(i % 4 * 5) + (j % 5)]], A, B);
        Agree(v => Einsum("bij,bji->b", v[0], v[1]), v => Sum(v[0] * Transpose(v[1], 0, 2, 1), [1, 2]), FunctionCheck.Numbers(2, 3, 4), FunctionCheck.Numbers(2, 4, 3));
        Agree(v => Einsum("ij,ji->", v[0], v[1]), v => Trace(MatMul(v[0], v[1])), A, FunctionCheck.Numbers(4, 3));
        Agree(v => Kron(v[0], v[1]), v => Kron(v[0], Reshape(v[1], 1, 3)), A, FunctionCheck.Numbers(3));
        Agree(v => MultiDot(v[0], v[1], v[2]), v => MatMul(MatMul(v[0], v[1]), v[2]), A, B, FunctionCheck.Numbers(5));
        Agree(v => MultiDot(v[2], v[0], v[1]), v => MatMul(v[2], MatMul(v[0], v[1])), A, B, FunctionCheck.Numbers(3));
    }

    [Theory]
    [InlineData("ij,jk->ik")]
    [InlineData("ij, jk")]
    [InlineData("ij,jk->ki")]
    [InlineData("ij,jk->")]
    [InlineData("ij,jk->j")]
    [InlineData("ij,jk->kij")]
    [InlineData("ij,kl->il")]
    public void Sums_over_letters_of_two_operands(string equation)
    {
        // Without an arrow: "ik". Letters are i = 3, j = 4 or k = 4, and 5 for the last.
        var (inputs, result) = (equation.Replace(" ", "").Split("->")[0].Split(','), equation.Contains("->") ? equation.Split("->")[1] : "ik");
        FunctionCheck.All(v => Einsum(equation, v), d => Summed(inputs, result, d, [[3, 4], [4, 5]]), A, B);
    }

    [Fact]
    public void Sums_over_letters()
    {
        var (batch, cube) = (FunctionCheck.Numbers(2, 3, 4), FunctionCheck.Numbers(3, 3, 4));
        FunctionCheck.All(v => Einsum("bij,jk,bi->bk", v), d => Summed(["bij", "jk", "bi"], "bk", d, [[2, 3, 4], [4, 5], [2, 3]]), batch, B, FunctionCheck.Numbers(2, 3));
        FunctionCheck.All(v => Einsum("iij->ji", v), d => Summed(["iij"], "ji", d, [[3, 3, 4]]), cube);
        FunctionCheck.All(v => Einsum("jii", v), d => Summed(["jii"], "j", d, [[4, 3, 3]]), FunctionCheck.Numbers(4, 3, 3));
        FunctionCheck.All(v => Einsum("ba", v), d => Summed(["ba"], "ab", d, [[3, 4]]), A);
        Agree(v => Einsum("...ij,...jk->...ik", v), v => MatMul(v[0], v[1]), FunctionCheck.Numbers(2, 1, 3, 4), FunctionCheck.Numbers(6, 4, 5));
        Agree(v => Einsum("...i->i", v), v => Sum(v[0], [0, 1]), batch);
        Agree(v => Einsum("...,...", v), v => v[0] * v[1], batch, FunctionCheck.Numbers(3, 1));
        FunctionCheck.All(v => Einsum("bij,bk->kibj", v), d => Summed(["bij", "bk"], "kibj", d, [[2, 3, 4], [2, 5]]), batch, FunctionCheck.Numbers(2, 5));
    }

    [Fact]
    public void A_sum_over_no_letter_is_multiplied_where_the_result_wants_it()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [3, "n"]), graph.Placeholder("y", ["m", 5]));
        var product = Einsum("ij,kl->ikjl", x, y);
        Assert.Equal([3, "m", "n", 5], product.Shape.ToArray());
        Assert.DoesNotContain(GraphSlice.Of([product.Node]), node => node.Op is DotOp);
    }

    [Fact]
    public void Three_operands_are_combined_in_the_order_that_halves_the_multiplications()
    {
        int[][] extents = [[6, 2], [2, 6], [6, 2]];
        Assert.Equal(["float32[2, 2]", "float32[2, 6]"], Products(6, 2));
        // From left to right where an extent is unknown, and where no order saves half.
        Assert.Equal(["float32[n, 6]", "float32[n, 2]"], Products("n", 2));
        Assert.Equal(["float32[6, 6]", "float32[6, 4]"], Products(6, 4));
        FunctionCheck.All(v => Einsum("ij,jk,kl->il", v), d => Summed(["ij", "jk", "kl"], "il", d, extents), [.. extents.Select(e => FunctionCheck.Numbers(e[0], e[1]))]);

        string[] Products(Dim rows, int inner)
        {
            var graph = new Graph();
            Einsum("ij,jk,kl->il", graph.Placeholder("x", [rows, inner]), graph.Placeholder("y", [inner, 6]), graph.Placeholder("z", [6, inner]));
            return [.. graph.Nodes.Where(n => n.OpName == "dot").Select(n => n.Output.DType.ToString().ToLowerInvariant() + n.Output.Shape)];
        }
    }

    [Fact]
    public void Equations_that_do_not_fit_are_refused()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [2, 3]), graph.Placeholder("y", [4, 5]));
        Errors.Throws("einsum: \"ij,jk->ik\": 'j' stands for the extents 3 and 4; they must be equal. Built at {here}.", () => Einsum("ij,jk->ik", x, y));
        Errors.Throws("einsum: \"ij->ik\": the result names 'k', which no operand has. Built at {here}.", () => Einsum("ij->ik", x));
        Errors.Throws("einsum: \"ij->ii\": the result names 'i' twice. Built at {here}.", () => Einsum("ij->ii", x));
        Errors.Throws("einsum: \"ij,jk\": it has 2 operands and 1 are given. Built at {here}.", () => Einsum("ij,jk", x));
        Errors.Throws("einsum: \"ijk\": 'ijk' names 3 axes, but 'x' float32[2, 3] has 2. Built at {here}.", () => Einsum("ijk", x));
        Errors.Throws("einsum: \"ii\": 'i' stands for the extents 2 and 3 of 'x' float32[2, 3]; they must be equal. Built at {here}.", () => Einsum("ii", x));
        Errors.Throws("cross: axis -1 of 'y' float32[4, 5] has extent 5; a cross product is of vectors of three elements. Built at {here}.", () => Cross(x, y));
        Errors.Throws("outer: 'x' float32[2, 3] and 'y' float32[4, 5] must be vectors; flatten them, or use TensorDot with no axes. Built at {here}.", () => Outer(x, y));
        Errors.Throws("tensordot: 3 axes cannot be summed over: 'x' float32[2, 3] has 2 and 'y' float32[4, 5] has 2. Built at {here}.", () => TensorDot(x, y, 3));
    }

    [Fact]
    public void Distances_and_matrix_norms()
    {
        var y = FunctionCheck.Numbers(5, 4);
        var x = TensorData.Create<double>([.. FunctionCheck.Elements(A).Select(e => (e * 1.1) + 0.3)], [3, 4]);
        foreach (var order in new[] { 1, 2, double.PositiveInfinity })
            FunctionCheck.All(v => PairwiseDistances(v[0], v[1], order), d => [.. from r in d[0].Chunk(4) from s in d[1].Chunk(4) select Norm([.. r.Zip(s, (a, b) => a - b)], order)], x, y);
        Agree(v => Distance(v[0], v[1], epsilon: 0), v => Diagonal(PairwiseDistances(v[0], v[1])), x, FunctionCheck.Numbers(3, 4));
        FunctionCheck.All(v => CosineSimilarity(v[0], v[1]), d => [.. d[0].Chunk(4).Select(r => r.Zip(d[1], (a, b) => a * b).Sum() / Norm(r, 2) / Norm(d[1], 2))], A, FunctionCheck.Numbers(1, 4));
        FunctionCheck.All(v => MatrixNorm(v[0]), d => [Norm(d[0], 2)], A);
        FunctionCheck.All(v => MatrixNorm(v[0], MatrixNormOrder.LargestColumn), d => [Columns(d[0]).Max()], A);
        FunctionCheck.All(v => MatrixNorm(v[0], MatrixNormOrder.SmallestColumn), d => [Columns(d[0]).Min()], A);
        FunctionCheck.All(v => MatrixNorm(v[0], MatrixNormOrder.LargestRow, keepDims: true), d => [d[0].Chunk(4).Max(r => Norm(r, 1))], A);
        FunctionCheck.All(v => MatrixNorm(v[0], MatrixNormOrder.SmallestRow), d => [d[0].Chunk(4).Min(r => Norm(r, 1))], A);

        static IEnumerable<double> Columns(double[] x) => Enumerable.Range(0, 4).Select(j => x.Where((_, k) => k % 4 == j).Sum(Math.Abs));
    }

    private static double Norm(double[] x, double order) => order switch { 1 => x.Sum(Math.Abs), 2 => Math.Sqrt(x.Sum(e => e * e)), _ => x.Max(Math.Abs) };

    /// <summary>Einstein's sum by its definition: over all values of all letters.</summary>
    private static double[] Summed(string[] inputs, string result, double[][] data, int[][] extents)
    {
        var letters = string.Concat(inputs).Distinct().ToArray();
        var sizes = letters.Select(c => inputs.Zip(extents).SelectMany(t => t.First.Zip(t.Second)).First(t => t.First == c).Second).ToArray();
        var output = new double[result.Aggregate(1, (n, c) => n * sizes[Array.IndexOf(letters, c)])];
        for (var at = 0; at < sizes.Aggregate(1, (a, b) => a * b); at++)
        {
            var rest = at;
            var index = new int[letters.Length];
            for (var k = 0; k < letters.Length; k++) (index[k], rest) = (rest % sizes[k], rest / sizes[k]);
            output[Place(result)] += inputs.Select((input, i) => data[i][Place(input)]).Aggregate(1.0, (a, b) => a * b);

            int Place(string axes) => axes.Aggregate(0, (place, c) => (place * sizes[Array.IndexOf(letters, c)]) + index[Array.IndexOf(letters, c)]);
        }
        return output;
    }
}
