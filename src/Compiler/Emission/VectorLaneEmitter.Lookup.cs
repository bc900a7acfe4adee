using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

// Numbers picked from tables.
internal sealed partial class VectorLaneEmitter
{
    private readonly Dictionary<(LookupTable Table, int Start), Expression> tables = [];

    /// <summary>A table fills the widest register; of narrower ones it takes several, of which the high bits of the place choose.</summary>
    private Expression[] Lookup(LookupTable table, Expression[] places)
    {
        var width = WidthOf(typeof(float));
        var held = width.Bytes() / sizeof(float);
        return Array.ConvertAll(places, place => width == VectorWidth.Vector512 && Avx512F.IsSupported
            ? StaticMethods.Call(typeof(Avx512F), nameof(Avx512F.PermuteVar16x32), Part(table, 0, width), place)
            : Chosen(0, LookupTable.Length, Reusable(place)));

        Expression Chosen(int start, int count, Expression place)
        {
            if (count == held)
            {
                var within = Simd.Call(width, "BitwiseAnd", place, Simd.Create(width, Expression.Constant(held - 1)));
                return Simd.Call(width, "ShuffleNative", Part(table, start, width), within);
            }
            // The bit that chooses becomes the sign.
            var shifted = Simd.Call(width, "op_LeftShift", place, Expression.Constant(31 - int.Log2(count / 2)));
            var isUpper = Simd.As(width, Simd.Call(width, "LessThan", shifted, Simd.Create(width, Expression.Constant(0))), typeof(float));
            return Simd.Call(width, "ConditionalSelect", isUpper, Chosen(start + (count / 2), count / 2, place), Chosen(start, count / 2, place));
        }
    }

    /// <summary>The numbers of a table from one on that fill a register; the same expression each time, for one register serves all copies of a body.</summary>
    private Expression Part(LookupTable table, int start, VectorWidth width)
    {
        if (tables.TryGetValue((table, start), out var part)) return part;
        part = Simd.Create(width, table.Numbers.Slice(start, width.Bytes() / sizeof(float)));
        tables.Add((table, start), part);
        return part;
    }
}
