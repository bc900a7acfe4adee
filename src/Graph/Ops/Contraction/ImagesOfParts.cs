using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>
/// Gradients […, places …, C] of images taken apart, as if parts of their results were not filled up: an infinite or NaN weight times a result of zero that there is not would be NaN. What is not finite of the elements that
/// such results' windows reach is summed again over the terms that there are; the others are the first input's. The second and third inputs are the gradient of the results in parts […, places …, O] and
/// kernels [O, C, sizes …]. A pass puts it behind products that it makes, when everything is differentiated and batched.
/// </summary>
/// <param name="Parts">The results in each part.</param>
/// <param name="FirstOutput">How many kernels lie before those that are read.</param>
internal sealed record ImagesOfPartsOp(GapParts Parts, int FirstOutput) : SummedAgainOp
{
    public override string Name => "images_of_parts";

    public override string Attributes => Parts.ToString();

    // Every element that a filling reaches is looked at in the first runs, too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void SumAgain(EvaluationContext context, Span<float> images)
    {
        var (first, channels) = (context.Output.Extents.Length - Parts.Axes - 1, context.Output.Extents[^1]);
        var extents = context.Output.Extents.AsSpan(first, Parts.Axes);
        var results = context.Inputs[1].Extents.AsSpan(first, Parts.Axes);
        var size = extents.Product() * channels;
        Span<int> places = stackalloc int[Parts.Axes], index = stackalloc int[Parts.Axes];
        index.Clear();
        for (var part = 0; (part + 1) * size <= images.Length; part++)
        {
            Parts.PlacesOf(part, places);
            var at = part * size;
            if (results.SequenceEqual(places)) continue;
            do
            {
                var element = images.Slice(at, channels);
                if (IsReached(index, places, results) && !TensorPrimitives.IsFiniteAll<float>(element)) SumAgain(context, part, places, index, element);
                at += channels;
            }
            while (GapParts.Next(index, extents));
        }
    }

    /// <summary>Whether a window of a result that a part is filled up with reaches an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsReached(ReadOnlySpan<int> element, ReadOnlySpan<int> places, ReadOnlySpan<int> results)
    {
        for (var axis = 0; axis < places.Length; axis++)
        {
            if (places[axis] < results[axis] && element[axis] >= places[axis]) return true;
        }
        return false;
    }

    private void SumAgain(EvaluationContext context, int part, ReadOnlySpan<int> places, ReadOnlySpan<int> element, Span<float> sums)
    {
        var (results, kernels) = (context.Inputs[1], context.Inputs[2]);
        var from = results.Span<float>();
        var weights = kernels.Span<float>();
        var (outputs, taps) = (results.Extents[^1], kernels.Extents.AsSpan(2).Product());
        var terms = Terms(results.Extents.AsSpan(results.Extents.Length - Parts.Axes - 1, Parts.Axes), kernels.Extents.AsSpan(2), part, places, element);
        for (var channel = 0; channel < sums.Length; channel++)
        {
            if (float.IsFinite(sums[channel])) continue;
            var sum = 0.0;
            foreach (var (place, tap) in terms)
            {
                // What is NaN stays so.
                for (var output = 0; output < outputs && !double.IsNaN(sum); output++)
                    sum += (double)from[(place * outputs) + output] * weights[((((FirstOutput + output) * sums.Length) + channel) * taps) + tap];
            }
            sums[channel] = (float)sum;
        }
    }

    /// <summary>The places whose windows reach an element, and the weight that it meets there.</summary>
    private static List<(int Place, int Tap)> Terms(ReadOnlySpan<int> results, ReadOnlySpan<int> sizes, int part, ReadOnlySpan<int> places, ReadOnlySpan<int> element)
    {
        List<(int Place, int Tap)> terms = [(part, 0)];
        for (var axis = 0; axis < places.Length; axis++)
        {
            var next = new List<(int Place, int Tap)>();
            foreach (var (place, tap) in terms)
            {
                for (var k = 0; k < sizes[axis]; k++)
                {
                    if ((uint)(element[axis] - k) < (uint)places[axis]) next.Add(((place * results[axis]) + element[axis] - k, (tap * sizes[axis]) + k));
                }
            }
            terms = next;
        }
        return terms;
    }
}
