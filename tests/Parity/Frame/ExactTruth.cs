using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity;

/// <summary>Values and derivatives of an elementwise function of floats from a formula in 80 digits and more.</summary>
internal static class ExactTruth
{
    private const int Bits = 700;

    // A central difference of exact slopes is off by the square of this, relative to the point.
    private const int Step = -150;

    /// <summary>The number at a point; null where an input is not finite or the formula has no value.</summary>
    public static double? At(Func<Dual[], Dual> function, Point point)
    {
        var inputs = point.Inputs.Select(data => new Operand(data.Numbers(), data.Extents())).ToArray();
        var extents = Broadcast(inputs);
        Real.Precision = Bits;
        try
        {
            if (point.Part == Part.Value) return Value(function, inputs, Index(extents, point.Element)).ToDouble();
            var sum = Real.Zero;
            for (var position = 0; position < extents.Aggregate(1, (a, b) => a * b); position++)
            {
                var index = Index(extents, position);
                if (inputs[point.Index].Offset(index) != point.Element) continue;
                var derivative = point.Part == Part.Gradient ? Slope(function, inputs, index, point.Index) : Bend(function, inputs, index, point.Index);
                sum += derivative * (Real)Data.Weight(position, Turns.OfResult);
            }
            return sum.ToDouble();
        }
        catch (Exception e) when (e is PrecisionException or ArithmeticException or ArgumentException)
        {
            return null;
        }
        finally
        {
            Real.Precision = 0;
        }
    }

    private static Real Value(Func<Dual[], Dual> function, Operand[] inputs, int[] index) =>
        function([.. inputs.Select(x => new Dual(x.At(index), Real.Zero))]).Value;

    private static Real Slope(Func<Dual[], Dual> function, Operand[] inputs, int[] index, int by) =>
        function([.. inputs.Select((x, i) => new Dual(x.At(index), i == by ? Real.One : Real.Zero))]).Slope;

    /// <summary>The derivative by one input of the weighted sum of the derivatives by all.</summary>
    private static Real Bend(Func<Dual[], Dual> function, Operand[] inputs, int[] index, int by)
    {
        var center = inputs[by].At(index);
        var step = Real.One.Scale((center.IsZero ? 0 : center.Magnitude) + Step);
        Real Weighted(Real moved) => function([.. inputs.Select((x, i) =>
            new Dual(i == by ? moved : x.At(index), (Real)Data.Weight(x.Offset(index), Turns.OfGradient)))]).Slope;
        var bend = (Weighted(center + step) - Weighted(center - step)) / step.Scale(1);
        // At 0 the step is absolute, and so is what it leaves of a derivative that is 0.
        return center.IsZero && bend.Log2 < Step ? Real.Zero : bend;
    }

    private static int[] Broadcast(Operand[] inputs)
    {
        var rank = inputs.Max(x => x.Extents.Length);
        return [.. Enumerable.Range(0, rank).Select(axis => inputs
            .Select(x => axis - rank + x.Extents.Length is >= 0 and var own ? x.Extents[own] : 1)
            .Aggregate(1, (a, b) => a == 1 ? b : a))];
    }

    private static int[] Index(int[] extents, int position)
    {
        var index = new int[extents.Length];
        for (var axis = extents.Length - 1; axis >= 0; axis--) (position, index[axis]) = Math.DivRem(position, extents[axis]);
        return index;
    }

    private sealed record Operand(double[] Elements, int[] Extents)
    {
        public int Offset(int[] index)
        {
            var offset = 0;
            for (var axis = 0; axis < Extents.Length; axis++)
                offset = (offset * Extents[axis]) + (Extents[axis] == 1 ? 0 : index[axis + index.Length - Extents.Length]);
            return offset;
        }

        public Real At(int[] index) => Elements[Offset(index)] is var x && double.IsFinite(x) ? x : throw new ArithmeticException();
    }
}
