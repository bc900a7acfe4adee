using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Lowering;

/// <summary>Steps and buffers of a program; where results go is not yet decided.</summary>
internal sealed record LoweredProgram(
    List<LoweredStep> Steps, List<TensorData> Constants, Dictionary<Value, TensorBuffer> Buffers, Func<Value, TensorBuffer?> StorageOf);
