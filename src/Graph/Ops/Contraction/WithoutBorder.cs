using System.Numerics.Tensors;

namespace GraphGrad.Operations;

/// <summary>
/// Results [N, places …, C] of windows over images [N, places …, O] with zeros around them, as if windows had no terms there: an infinite or NaN weight times such a zero would be NaN. Where a
/// result beside the border is not finite, it is summed again over the terms that there are; the others are the first input's. The second and third inputs are the images with their zeros, and
/// kernels [O, C, sizes …]. Passes put it behind products that they make, when everything is differentiated and batched.
/// </summary>
/// <param name="Axes">The terms along each axis of places.</param>
/// <param name="FirstOutput">How many kernels lie before those that are read.</param>
internal sealed record WithoutBorderOp(EquatableArray<BorderedAxis> Axes, int FirstOutput) : SummedAgainOp
{
    public override string Name => "without_border";

    public override string Attributes => string.Join(", ", Axes.Select(axis => axis.ToString()));

    protected override void SumAgain(EvaluationContext context, Span<float> results)
    {
        var extents = context.Output.Extents;
        var (places, channels) = (extents.AsSpan(1, Axes.Count).Product(), extents[^1]);
        var border = (int[][])(context.Prepared ??= BesideBorder(extents));
        for (var image = 0; image < extents[0]; image++)
        {
            foreach (var index in border)
            {
                var place = 0;
                for (var axis = 0; axis < index.Length; axis++) place = (place * extents[axis + 1]) + index[axis];
                var beside = results.Slice(((image * places) + place) * channels, channels);
                if (!TensorPrimitives.IsFiniteAll<float>(beside)) SumAgain(context, image, index, beside);
            }
        }
    }

    /// <summary>The places whose windows reach beyond the images.</summary>
    private int[][] BesideBorder(int[] extents)
    {
        var places = new List<int[]>();
        var index = new int[Axes.Count];
        for (var left = extents.AsSpan(1, index.Length).Product(); left > 0; left--)
        {
            if (Enumerable.Range(0, index.Length).Any(axis => Axes[axis].IsBeside(index[axis]))) places.Add([.. index]);
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == extents[axis + 1]; axis--) index[axis] = 0;
        }
        return [.. places];
    }

    private void SumAgain(EvaluationContext context, int image, int[] place, Span<float> results)
    {
        var (images, kernels) = (context.Inputs[1], context.Inputs[2]);
        var from = images.Span<float>();
        var weights = kernels.Span<float>();
        var (outputs, size) = (images.Extents[^1], kernels.Extents.AsSpan(2).Product());
        var terms = Terms(images.Extents, kernels.Extents, image, place);
        for (var channel = 0; channel < results.Length; channel++)
        {
            if (float.IsFinite(results[channel])) continue;
            var sum = 0.0;
            foreach (var (start, tap) in terms)
            {
                // What is NaN stays so.
                for (var output = 0; output < outputs && !double.IsNaN(sum); output++)
                    sum += (double)from[start + output] * weights[((((FirstOutput + output) * results.Length) + channel) * size) + tap];
            }
            results[channel] = (float)sum;
        }
    }

    /// <summary>Where the elements of an image that a place's window meets begin, and with which weight of a kernel.</summary>
    private List<(int Start, int Tap)> Terms(int[] images, int[] kernels, int image, int[] place)
    {
        List<(int Start, int Tap)> terms = [(image, 0)];
        for (var axis = 0; axis < place.Length; axis++)
        {
            var (own, next) = (Axes[axis], new List<(int Start, int Tap)>());
            foreach (var (start, tap) in terms)
            {
                for (var k = 0; k < own.Taps; k++)
                {
                    if (own.Has(place[axis], k)) next.Add(((start * images[axis + 1]) + own.Low + own.Place(place[axis], k), (tap * kernels[axis + 2]) + own.Weight(k)));
                }
            }
            terms = next;
        }
        return terms.ConvertAll(term => (term.Start * images[^1], term.Tap));
    }
}

/// <summary>Windows along an axis over so many places with zeros around them.</summary>
/// <param name="First">The place that the first window's first element lies at; negative before the first place.</param>
/// <param name="Taps">How many elements a window has.</param>
/// <param name="LastWeight">The weight that the last of them meets.</param>
/// <param name="Stride">From an element to the one before, as many weights.</param>
/// <param name="Low">Zeros before the first place.</param>
/// <param name="Places">How many places there are.</param>
internal readonly record struct BorderedAxis(int First, int Taps, int LastWeight, int Stride, int Low, int Places)
{
    public int Place(int window, int element) => First + window + element;

    public int Weight(int element) => LastWeight + (Stride * (Taps - 1 - element));

    /// <summary>Whether an element of a window is none of its border.</summary>
    public bool Has(int window, int element) => (uint)Place(window, element) < (uint)Places;

    public bool IsBeside(int window) => !Has(window, 0) || !Has(window, Taps - 1);

    public override string ToString() => $"{Taps} of {Places} from {First}";
}
