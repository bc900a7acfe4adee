using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>The bytes of the elements of which a register of a kernel holds as many as there are lanes.</summary>
internal static class ElementWidth
{
    // Lanes of floats take two registers of doubles each, so a long body that computes with doubles and touches only floats in memory has twice as many values at a time, of which few stay in registers.
    // A short one gains more by whole registers of floats, unless a row has not enough elements for them.
    private const int LongBody = 16;
    private const int Dominance = 2;

    /// <summary>Those of the narrowest number type that a kernel touches, unless nearly all is computed with doubles; of one that has nothing but neighbouring bools, a byte.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="register">The bytes of a register.</param>
    public static int Of(Kernel kernel, int register)
    {
        var scalars = ScalarGraph.Reachable(kernel.Roots);
        if (IsOfBytes(kernel, scalars)) return sizeof(bool);
        var others = kernel.Stores.Select(s => s.Buffer.Type.DType).Concat(kernel.Passes.SelectMany(p => p.Reductions).Select(r => r.Type));
        return Of(scalars, others, kernel.Vector is { Extent: { IsConstant: true, Value: var extent } } && extent * sizeof(double) <= register);
    }

    /// <inheritdoc cref="Of(Kernel, int)"/>
    /// <param name="scalars">What is computed.</param>
    /// <param name="others">The types of what is stored and reduced besides.</param>
    /// <param name="isShort">Whether the elements of a row fill no more than a register of doubles.</param>
    public static int Of(IReadOnlyCollection<Scalar> scalars, IEnumerable<DType> others, bool isShort = false)
    {
        var narrowest = scalars.Where(s => s.Op is ScalarOp.Load or ScalarOp.Convert).Select(s => s.Type).Concat(others).Where(t => t != DType.Bool).Select(t => t.Size()).DefaultIfEmpty(sizeof(float)).Min();
        var wide = Computed(DType.Float64);
        return narrowest == sizeof(float) && wide > (isShort ? 0 : LongBody) && wide > Dominance * (Computed(DType.Float32) + Computed(DType.Int32)) ? sizeof(double) : narrowest;

        int Computed(DType type) => scalars.Count(s => s.Type == type && !s.IsConstant && s.Op is not (ScalarOp.Load or ScalarOp.Convert or ScalarOp.Accumulated));
    }

    /// <summary>Whether lanes hold bools alone, of which each vector's are neighbours or all one.</summary>
    private static bool IsOfBytes(Kernel kernel, List<Scalar> scalars)
    {
        return kernel.Vector is { } vector && Array.TrueForAll(kernel.Passes, p => p.Reductions.Length == 0 && p.Columns.Length == 0)
            && kernel.Stores.All(s => s.Buffer.Type.DType == DType.Bool && Step(s.Offset, vector) == 1)
            && scalars.TrueForAll(s => s.Type switch
            {
                DType.Bool => s.IsConstant || (s.Op == ScalarOp.Load ? s.Arguments.Length == 1 && Step(s.Arguments[0], vector) is 0 or 1 : IsLogical(s)),
                _ => s.Type == DType.Int64,
            });

        long? Step(Scalar offset, LoopAxis axis) => ScalarGraph.TryCoefficient(kernel.Builder, offset, axis, out var step) && step.IsConstant ? step.Bits : null;

        static bool IsLogical(Scalar scalar) => scalar.Op is ScalarOp.And or ScalarOp.Or or ScalarOp.Xor or ScalarOp.Not or ScalarOp.Equal or ScalarOp.Select && Array.TrueForAll(scalar.Arguments, a => a.Type == DType.Bool);
    }
}
