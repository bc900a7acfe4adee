using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Rewriting.Precision;

internal abstract partial class PreciseStep
{
    /// <summary>A product of matrices, each element a sum of products of its own.</summary>
    private sealed class Product(Shape shape, DotOp op) : PreciseStep(shape)
    {
        public override bool Reduces => true;

        public override Numbers Evaluate(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var (x, y) = (inputs[0], inputs[1]);
            var (left, right) = Places(x.Extents, y.Extents, extents);
            var result = new DoubleDouble[extents.AsSpan().Product()];
            var (count, errors) = (left.Length / Math.Max(1, result.Length), new double[result.Length]);
            for (var e = 0; e < result.Length; e++)
            {
                var size = 0.0;
                for (var k = e * count; k < (e + 1) * count; k++)
                {
                    var (a, b) = (x.Elements[left[k]], y.Elements[right[k]]);
                    var term = a * b;
                    errors[e] += RoundingErrors.OfProduct(a, x.Errors?[left[k]] ?? 0, b, y.Errors?[right[k]] ?? 0) + RoundingErrors.OfSum(result[e], term);
                    size += Math.Abs(term.High);
                    result[e] += term;
                }
                (result[e], errors[e]) = WithoutRest(result[e], errors[e], size);
            }
            return new Numbers(result, errors, extents);
        }

        public override Numbers EvaluateInFloat64(Numbers[] inputs, int[] extents, Func<string, long> binding)
        {
            var (left, right) = Places(inputs[0].Extents, inputs[1].Extents, extents);
            var sums = new double[extents.AsSpan().Product()];
            var count = left.Length / Math.Max(1, sums.Length);
            for (var k = 0; k < left.Length; k++) sums[k / count] += inputs[0].Elements[left[k]].High * inputs[1].Elements[right[k]].High;
            return new Numbers(Array.ConvertAll(sums, x => (DoubleDouble)x), null, extents);
        }

        public override BigFloat[] Evaluate((BigFloat[] Elements, int[] Extents)[] inputs, int[] extents, bool[] needed, Func<string, long> binding)
        {
            var (left, right) = Places(inputs[0].Extents, inputs[1].Extents, extents);
            var result = new BigFloat[needed.Length];
            var count = left.Length / Math.Max(1, result.Length);
            for (var e = 0; e < result.Length; e++)
            {
                if (!needed[e]) continue;
                result[e] = 0;
                for (var k = e * count; k < (e + 1) * count; k++) result[e] += inputs[0].Elements[left[k]] * inputs[1].Elements[right[k]];
            }
            return result;
        }

        public override void Mark(bool[] needed, int[] extents, (bool[] Needed, int[] Extents)[] inputs, Func<string, long> binding)
        {
            var (left, right) = Places(inputs[0].Extents, inputs[1].Extents, extents);
            var count = left.Length / Math.Max(1, needed.Length);
            for (var k = 0; k < left.Length; k++)
            {
                inputs[0].Needed[left[k]] |= needed[k / count];
                inputs[1].Needed[right[k]] |= needed[k / count];
            }
        }

        /// <summary>Where the factors lie for each term of each element.</summary>
        private (int[] Left, int[] Right) Places(int[] left, int[] right, int[] extents)
        {
            var (leftFree, rightFree) = (op.LeftFree(left.Length), op.RightFree(right.Length));
            int[] all = [.. extents, .. op.LeftContract.Select(axis => left[axis])];
            return (
                PlacesOf(left, [.. op.LeftBatch, .. leftFree, .. rightFree.Select(_ => -1), .. op.LeftContract], all),
                PlacesOf(right, [.. op.RightBatch, .. leftFree.Select(_ => -1), .. rightFree, .. op.RightContract], all));
        }

        /// <summary>The same of one operand, by its axes in the order of the terms' extents, -1 for an axis of the other.</summary>
        private static int[] PlacesOf(int[] from, int[] axes, int[] extents)
        {
            var strides = new int[from.Length];
            for (var (axis, stride) = (from.Length - 1, 1); axis >= 0; stride *= from[axis--]) strides[axis] = stride;
            var places = new int[extents.AsSpan().Product()];
            for (var p = 0; p < places.Length; p++)
            {
                var rest = p;
                for (var axis = axes.Length - 1; axis >= 0; axis--)
                {
                    if (axes[axis] >= 0) places[p] += rest % extents[axis] * strides[axes[axis]];
                    rest /= extents[axis];
                }
            }
            return places;
        }
    }
}
