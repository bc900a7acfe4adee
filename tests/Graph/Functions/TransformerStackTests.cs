namespace GraphGrad.Tests.Functions;

public sealed class TransformerStackTests
{
    [Fact]
    public void Weights_have_the_names_of_PyTorch()
    {
        var graph = new Graph();
        List<string> names = [];
        TransformerParameters.Create(
            (name, shape) =>
            {
                names.Add($"{name} {shape}");
                return graph.Placeholder(name, shape);
            }, 4, 2, 1, 6);
        Assert.Equal((2 * 12) + 2 + 18 + 2, names.Count);
        Assert.Equal("encoder.layers.0.self_attn.in_proj_weight [12, 4]", names[0]);
        Assert.Equal("encoder.layers.1.linear1.weight [6, 4]", names[16]);
        Assert.Equal("encoder.norm.weight [4]", names[24]);
        Assert.Equal("decoder.layers.0.multihead_attn.out_proj.bias [4]", names[33]);
        Assert.Equal("decoder.layers.0.norm3.bias [4]", names[43]);
        Assert.Equal("decoder.norm.bias [4]", names[45]);
    }
}
