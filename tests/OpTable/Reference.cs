using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Tests.OpTable;

/// <summary>What a row must give: the elements that it states, or those of its op's reference in double precision.</summary>
internal static class Reference
{
    // Every width and every backend asks for those of a row's own data, and some take many digits.
    private static readonly ConditionalWeakTable<OpCase, Lazy<Expectation>> Known = [];

    public static Expectation Of(RowGraph built) =>
        ReferenceEquals(built.Data, built.Row.Inputs) ? Known.GetValue(built.Row, _ => new(() => Compute(built))).Value : Compute(built);

    private static Expectation Compute(RowGraph built) => new(
        Elements(built),
        built.Result.DType.IsFloat() ? built.Row.Expected?.Invoke([.. built.Data.Select(d => d.Magnitudes())]) : null);

    private static double[] Elements(RowGraph built)
    {
        if (built.Row.Expected is { } expected) return expected(built.Data);
        if (built.Result.Node.Op is not ElementwiseOp op || !built.Result.Node.Inputs.SequenceEqual(built.Inputs))
            throw new InvalidOperationException($"row '{built.Row.Name}' states nothing to expect, and is not an elementwise op of its inputs");
        var extents = built.Extents;
        var walk = built.Data.Select(d => Strides(d, extents)).ToArray();
        var arguments = new double[built.Data.Length];
        var result = new double[extents.Aggregate(1, (a, b) => a * b)];
        for (var at = 0; at < result.Length; at++)
        {
            for (var input = 0; input < arguments.Length; input++)
            {
                var (offset, rest) = (0, at);
                for (var axis = extents.Length - 1; axis >= 0; axis--)
                {
                    offset += rest % extents[axis] * walk[input][axis];
                    rest /= extents[axis];
                }
                arguments[input] = built.Data[input].At(offset);
            }
            result[at] = op.Reference(arguments);
        }
        return result;
    }

    // NumPy's rule, written out once more: aligned at the last axis, extents of 1 repeated.
    private static int[] Strides(TensorData data, int[] extents)
    {
        var strides = new int[extents.Length];
        var step = 1;
        for (var axis = 1; axis <= data.Shape.Rank; axis++)
        {
            var own = data.Extents[^axis];
            strides[^axis] = own == 1 ? 0 : step;
            step *= own;
        }
        return strides;
    }
}

/// <summary>What a row must give.</summary>
/// <param name="Elements">Row-major, in double precision.</param>
/// <param name="Magnitudes">The same of the inputs' magnitudes, which bounds what a sum runs through; null for elementwise ops, which add nothing up.</param>
internal sealed record Expectation(double[] Elements, double[]? Magnitudes);
