using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

internal abstract partial class PreciseStep
{
    /// <summary>Running sums, products and extrema, and linear recurrences: each element of a line from the one before it.</summary>
    /// <param name="shape">The shape of the result, and of the inputs.</param>
    /// <param name="axis">Along which lines lie.</param>
    /// <param name="isReversed">Whether they run from the last element to the first.</param>
    /// <param name="kind">How an element is combined with the result before it; null for hᵢ = aᵢ·hᵢ₋₁ + bᵢ.</param>
    private sealed class Running(Shape shape, int axis, bool isReversed, CumulationKind? kind) : PreciseStep(shape)
    {
        public override bool Reduces => true;

        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var own = inputs[^1];
            var (result, sizes) = ((DoubleDouble[])[.. own.Elements], Array.ConvertAll(own.Elements, x => Math.Abs(x.High)));
            double[] errors = own.Errors is { } known ? [.. known] : new double[result.Length];
            foreach (var (at, before) in Steps(extents))
            {
                var (previous, error, x) = (result[before], errors[before], result[at]);
                if (kind is null)
                {
                    var factor = inputs[0].Elements[at];
                    (previous, error) = (factor * previous, RoundingErrors.OfProduct(factor, inputs[0].Errors?[at] ?? 0, previous, error));
                    sizes[before] = Math.Abs(previous.High);
                }
                result[at] = Combined(previous, x);
                errors[at] = kind switch
                {
                    null or CumulationKind.Sum => errors[at] + error + RoundingErrors.OfSum(previous, x),
                    CumulationKind.Product => RoundingErrors.OfProduct(previous, error, x, errors[at]),
                    _ => Math.Max(errors[at], error),
                };
                sizes[at] += sizes[before];
            }
            if (kind is null or CumulationKind.Sum)
            {
                for (var i = 0; i < result.Length; i++) (result[i], errors[i]) = WithoutRest(result[i], errors[i], sizes[i]);
            }
            return new Numbers(result, errors, extents);
        }

        public override Numbers EvaluateInFloat64(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var result = Array.ConvertAll(inputs[^1].Elements, x => x.High);
            foreach (var (at, before) in Steps(extents)) result[at] = Combined((DoubleDouble)(kind is null ? inputs[0].Elements[at].High * result[before] : result[before]), (DoubleDouble)result[at]).High;
            return new Numbers(Array.ConvertAll(result, x => (DoubleDouble)x), null, extents);
        }

        public override BigFloat[] Evaluate((BigFloat[] Elements, int[] Extents)[] inputs, int[] extents, bool[] needed, Func<string, long> binding)
        {
            BigFloat[] result = [.. inputs[^1].Elements];
            var isRead = Read(needed, extents);
            foreach (var (at, before) in Steps(extents))
            {
                if (isRead[at]) result[at] = Combined(kind is null ? inputs[0].Elements[at] * result[before] : result[before], result[at]);
            }
            return result;
        }

        public override void Mark(bool[] needed, int[] extents, (bool[] Needed, int[] Extents)[] inputs, Func<string, long> binding)
        {
            var isRead = Read(needed, extents);
            foreach (var input in inputs)
            {
                for (var e = 0; e < isRead.Length; e++) input.Needed[e] |= isRead[e];
            }
        }

        /// <summary>What is needed, and all before it on its line.</summary>
        private bool[] Read(bool[] needed, int[] extents)
        {
            bool[] isRead = [.. needed];
            foreach (var (at, before) in Steps(extents).Reverse()) isRead[before] |= isRead[at];
            return isRead;
        }

        /// <summary>The places of all elements but the first ones of the lines, in their order, and of those before them.</summary>
        private IEnumerable<(int At, int Before)> Steps(int[] extents)
        {
            var (count, inner) = (extents[axis], extents.AsSpan(axis + 1).Product());
            var outer = extents.AsSpan(0, axis).Product();
            for (var i = 1; i < count; i++)
            {
                var (place, before) = isReversed ? (count - 1 - i, count - i) : (i, i - 1);
                for (var line = 0; line < outer * inner; line++)
                {
                    var start = (line / inner * count * inner) + (line % inner);
                    yield return (start + (place * inner), start + (before * inner));
                }
            }
        }

        private T Combined<T>(T before, T x)
            where T : struct, IPrecise<T>
            => kind switch
            {
                null or CumulationKind.Sum => before + x,
                CumulationKind.Product => before * x,
                CumulationKind.Maximum => before.IsNaN || before > x ? before : x,
                _ => before.IsNaN || before < x ? before : x,
            };
    }
}
