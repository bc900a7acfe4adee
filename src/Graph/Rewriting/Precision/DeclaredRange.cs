using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Rewriting.Precision;

/// <summary>Where the user says that the elements of a leaf lie: nothing is tried elsewhere.</summary>
internal static class DeclaredRange
{
    /// <summary>The range of a placeholder, or of a part of one.</summary>
    public static Interval Of(Value leaf)
    {
        while (leaf.Node.Op is SliceOp or ReshapeOp or TransposeOp) leaf = leaf.Node.Inputs[0];
        return leaf.Node.Op is PlaceholderOp { Declared: var declared } ? declared : Interval.All;
    }

    /// <summary>Numbers within the range instead of those outside: between its ends, near each of them, or mirrored at the only one.</summary>
    public static double[] Fold(double[] numbers, Interval range) => range == Interval.All ? numbers : Array.ConvertAll(numbers, x => Fold(x, range));

    private static double Fold(double x, Interval range)
    {
        if (x >= range.Low && x <= range.High) return x;
        if (!range.IsBounded) return double.IsFinite(range.Low) ? range.Low + Math.Abs(x) : range.High - Math.Abs(x);
        // What a number is within its power of two, and which power that is, have nothing to do with each other.
        var exponent = x == 0 ? 0 : Math.ILogB(x);
        var part = Math.Abs(Math.ScaleB(x, -exponent)) - 1;
        var place = (exponent & 3) switch { 0 => part, 1 => 1 - (1e-3 * part), 2 => 1e-3 * part, _ => 1e-6 * part };
        return Math.Clamp((float)(range.Low + (place * (range.High - range.Low))), range.Low, range.High);
    }
}
