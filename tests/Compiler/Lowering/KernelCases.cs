using GraphGrad.Compilation.Emission;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>What kernels are emitted for.</summary>
public static class KernelCases
{
    /// <summary>Every vector width, with floats of either size.</summary>
    public static TheoryData<VectorWidth, DType> Floats()
    {
        var data = new TheoryData<VectorWidth, DType>();
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            data.Add(width, DType.Float32);
            data.Add(width, DType.Float64);
        }
        return data;
    }
}
