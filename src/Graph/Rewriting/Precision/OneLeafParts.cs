using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// The largest parts of a small program that are elementwise functions of one leaf, as x / sin(x) is in y · x / sin(x): where even float64 loses their
/// digits, powers of the leaf serve for the part as they do for a whole chain.
/// </summary>
internal static class OneLeafParts
{
    /// <summary>The chains of the parts in which something can cancel.</summary>
    public static List<ElementChain> Of(SmallProgram program)
    {
        var leafOf = new Dictionary<Value, Value?>();
        foreach (var leaf in program.Leaves) leafOf[leaf] = leaf;
        var largest = new List<Value>();
        foreach (var value in program.Values)
        {
            Value?[] below = [.. value.Node.Inputs.Where(i => i.Node.Op is not ConstantOp).Select(i => leafOf.GetValueOrDefault(i)).Distinct()];
            leafOf[value] = ElementChain.IsInner(value) && below.Length == 1 ? below[0] : null;
            if (leafOf[value] is null) largest.AddRange(value.Node.Inputs);
        }
        return
        [
            .. largest.Distinct()
                .Where(v => v.DType.IsFloat() && leafOf.GetValueOrDefault(v) is { DType: DType.Float32 } leaf && leaf != v)
                .Select(v => ElementChain.Of(v, exact: true))
                .OfType<ElementChain>()
                .Where(c => c.Leaves is [{ DType: DType.Float32 }] && c.MayCancel()),
        ];
    }
}
