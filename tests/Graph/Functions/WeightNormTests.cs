using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Functions;

public sealed class WeightNormTests
{
    [Theory]
    [InlineData(OrthogonalMap.MatrixExp)]
    [InlineData(OrthogonalMap.Cayley)]
    [InlineData(OrthogonalMap.Householder)]
    public void Columns_are_orthonormal(OrthogonalMap map)
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var x = Data.Generate(DType.Float64, [5, 3], i => Math.Sin(i * 1.7) * 2);
            var gram = FunctionCheck.Elements(FunctionCheck.Run(v => Ops.MatMul(Ops.Transpose(Ops.Orthogonal(v[0], map)), Ops.Orthogonal(v[0], map)), [x], backend));
            for (var i = 0; i < 9; i++) Assert.Equal(i % 4 == 0 ? 1 : 0, gram[i], 1e-14);
        }
    }

    [Fact]
    public void Power_iteration_finds_the_largest_singular_value()
    {
        var graph = new Graph();
        var w = graph.Variable("w", Ops.Reshape(graph.Constant([2.0, 0, 0, 0, 5, 0]), 2, 3));
        var (u, v) = (graph.Variable("u", [0.6, 0.8], trainable: false), graph.Variable("v", [0.5, 0.5, 0.5], trainable: false));
        var (weights, left, right) = Ops.SpectralNorm(w, u, v);
        var step = Ops.Group(Ops.Assign(u, left), Ops.Assign(v, right));
        using var session = new Session(graph);
        session.Run(step, times: 40);
        var normed = FunctionCheck.Elements(session.Run(weights));
        Assert.Equal(0.4, normed[0], 1e-12);
        Assert.Equal(1, normed[4], 1e-12);
    }

    [Fact]
    public void A_folded_norm_does_what_a_layer_and_its_norm_do()
    {
        var x = Data.Generate(DType.Float64, [4, 3], i => Math.Sin(i * 2.1));
        TensorData[] inputs = [x, Data.Generate(DType.Float64, [3, 2], i => Math.Cos(i)), Data.Generate(DType.Float64, [2], i => i + 0.5), Data.Generate(DType.Float64, [2], i => 0.1 - i), Data.Generate(DType.Float64, [2], i => i + 1.5)];
        var apart = FunctionCheck.Elements(FunctionCheck.Run(v => Ops.BatchNormInference(Ops.Linear(v[0], v[1], v[2]), v[3], v[4]), inputs, Backend.Compiled));
        var together = FunctionCheck.Elements(FunctionCheck.Run(
            v =>
            {
                var (weights, bias) = Ops.FoldBatchNorm(v[1], v[2], v[3], v[4], axis: 1);
                return Ops.Linear(v[0], weights, bias);
            }, inputs, Backend.Compiled));
        for (var i = 0; i < apart.Length; i++) Assert.Equal(apart[i], together[i], 1e-14);
    }
}
