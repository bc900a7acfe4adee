using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Of which elements a register of a kernel holds as many as there are lanes.</summary>
public sealed class ElementWidthTests
{
    private readonly ScalarBuilder b = new();

    [Theory]
    [InlineData(3, 0, 4)]
    [InlineData(40, 0, 8)]
    [InlineData(40, 3, 8)]
    [InlineData(40, 40, 4)]
    [InlineData(0, 40, 4)]
    public void Long_arithmetic_on_doubles_of_floats_has_as_many_lanes_as_doubles(int wide, int narrow, int bytes)
    {
        var x = Repeated(b.Load(DType.Float32, "x", b.LoopIndex("loop")), narrow);
        var y = b.Convert(DType.Float32, Repeated(b.Convert(DType.Float64, x), wide));
        Assert.Equal(bytes, ElementWidth.Of(ScalarGraph.Reachable([y]), [DType.Float32]));
        if (wide > 2 * narrow) Assert.Equal(8, ElementWidth.Of(ScalarGraph.Reachable([y]), [DType.Float32], isShort: true));
    }

    [Fact]
    public void Doubles_in_memory_have_theirs()
    {
        var x = b.Load(DType.Float64, "x", b.LoopIndex("loop"));
        Assert.Equal(8, ElementWidth.Of(ScalarGraph.Reachable([x]), [DType.Float64]));
        Assert.Equal(4, ElementWidth.Of(ScalarGraph.Reachable([x]), [DType.Float32]));
    }

    private Scalar Repeated(Scalar x, int count)
    {
        for (var i = 1; i <= count; i++) x = b.Multiply(x, b.Number(x.Type, i + 1));
        return x;
    }
}
