using System.Numerics.Tensors;

namespace GraphGrad.Operations;

/// <summary>
/// Gradients [examples …, O, C, sizes …] of kernels by images taken apart, as if parts of their results were not filled up: an infinite or NaN element times a result of zero that there is not would be NaN. What is not finite,
/// of weights that meet such an element there, is summed again over the terms that there are; the others are the first input's. The second and third inputs are the gradient of the results in parts
/// [examples …, images …, places …, O] and the images in parts [examples …, images …, places …, C], or [images …, places …, C] for all examples. A pass puts it behind products that it makes, when everything is differentiated and batched.
/// </summary>
/// <param name="Parts">The results in each part.</param>
internal sealed record KernelsOfPartsOp(GapParts Parts) : SummedAgainOp
{
    public override string Name => "kernels_of_parts";

    public override string Attributes => Parts.ToString();

    protected override void SumAgain(EvaluationContext context, Span<float> sums)
    {
        if (TensorPrimitives.IsFiniteAll<float>(sums)) return;
        var examples = context.Output.Extents.AsSpan(0, context.Output.Extents.Length - Parts.Axes - 2).Product();
        var example = new Example(Parts, context, context.Output.Extents.AsSpan(context.Output.Extents.Length - Parts.Axes).ToArray());
        var size = sums.Length / Math.Max(1, examples);
        for (var i = 0; i < examples; i++) example.Mend(sums.Slice(i * size, size), i, examples);
    }

    /// <summary>The kernels of one example.</summary>
    private readonly ref struct Example(GapParts parts, EvaluationContext context, int[] sizes)
    {
        private readonly Span<float> results = context.Inputs[1].Span<float>(), images = context.Inputs[2].Span<float>();
        private readonly int outputs = context.Inputs[1].Extents[^1], channels = context.Inputs[2].Extents[^1], taps = sizes.AsSpan().Product();
        private readonly int[] places = [.. context.Inputs[1].Extents[^(parts.Axes + 1)..^1]], elements = [.. context.Inputs[2].Extents[^(parts.Axes + 1)..^1]];

        public void Mend(Span<float> sums, int example, int examples)
        {
            if (TensorPrimitives.IsFiniteAll<float>(sums)) return;
            var count = results.Length / (examples * outputs * places.AsSpan().Product());
            // Images of each example, or the same for all.
            var read = images.Length == examples * count * elements.AsSpan().Product() * channels ? example * count : 0;
            var index = new int[parts.Axes];
            for (var tap = 0; tap < taps; tap++, GapParts.Next(index, sizes))
            {
                var (real, filling) = Terms(index, example * count, read, count);
                for (var channel = 0; channel < channels; channel++)
                {
                    var isMet = false;
                    foreach (var (_, element) in filling) isMet |= !float.IsFinite(images[(element * channels) + channel]);
                    if (!isMet) continue;
                    for (var output = 0; output < outputs; output++)
                    {
                        ref var weight = ref sums[(((output * channels) + channel) * taps) + tap];
                        if (!float.IsFinite(weight)) weight = Sum(real, output, channel);
                    }
                }
            }
        }

        private float Sum(List<(int Place, int Element)> terms, int output, int channel)
        {
            var sum = 0.0;
            foreach (var (place, element) in terms)
            {
                sum += (double)results[(place * outputs) + output] * images[(element * channels) + channel];
                // What is NaN stays so.
                if (double.IsNaN(sum)) break;
            }
            return (float)sum;
        }

        /// <summary>The places of results, and the elements that a weight meets there: those that there are, and those that parts are filled up with.</summary>
        private (List<(int Place, int Element)> Real, List<(int Place, int Element)> Filling) Terms(int[] tap, int begin, int read, int count)
        {
            var (real, filling) = (new List<(int Place, int Element)>(), new List<(int Place, int Element)>());
            var (index, own) = (new int[parts.Axes], new int[parts.Axes]);
            for (var part = 0; part < count; part++)
            {
                parts.PlacesOf(part, own);
                do
                {
                    var (place, element, isReal) = (begin + part, read + part, true);
                    for (var axis = 0; axis < index.Length; axis++)
                    {
                        (place, element) = ((place * places[axis]) + index[axis], (element * elements[axis]) + index[axis] + tap[axis]);
                        isReal &= index[axis] < own[axis];
                    }
                    (isReal ? real : filling).Add((place, element));
                }
                while (GapParts.Next(index, places));
            }
            return (real, filling);
        }
    }
}
