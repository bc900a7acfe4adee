using GraphGrad.Operations;

namespace GraphGrad.Tests.OpTable;

/// <summary>A correlation's extents, and its sums by a walk over all pairs of results and taps.</summary>
internal sealed class CorrelationProblem
{
    public CorrelationProblem(int[] images, int[] kernels, int[] strides, int[] dilations, int[] low, int[] high)
    {
        (Images, Kernels) = (images, kernels);
        Geometry = new CorrelationGeometry(new(strides), new(dilations), new(low), new(high));
        Results = [.. Geometry.Results(images, kernels).Select(d => (int)d.Value)];
    }

    public int[] Images { get; }

    public int[] Kernels { get; }

    public int[] Results { get; }

    public CorrelationGeometry Geometry { get; }

    public override string ToString() => $"[{string.Join(", ", Images)}] by [{string.Join(", ", Kernels)}], {Geometry}";

    /// <summary>The product of two operands, the one to compute being null.</summary>
    public double[] Sum(TensorData? x, TensorData? w, TensorData? y)
    {
        var wanted = x is null ? Images : w is null ? Kernels : Results;
        var sums = new double[wanted.Aggregate((a, b) => a * b)];
        var groups = Images[1] / Kernels[1];
        foreach (var at in NdData.Places(Results))
        {
            foreach (var tap in NdData.Places(Kernels[1..]))
            {
                int[] image = [at[0], (at[1] / (Kernels[0] / groups) * Kernels[1]) + tap[0], .. Enumerable.Range(0, Geometry.Axes).Select(a => (Geometry.Strides[a] * at[a + 2]) + (Geometry.Dilations[a] * tap[a + 1]) - Geometry.Low[a])];
                var isInside = image.Select((i, axis) => i >= 0 && i < Images[axis]).All(inside => inside);
                if (!isInside && x is null) continue;
                int[] kernel = [at[1], .. tap];
                var pixel = x is null ? 0 : isInside ? x.At(image) : 0;
                if (y is null) sums[Flat(at, Results)] += w!.At(kernel) * pixel;
                else if (w is null) sums[Flat(kernel, Kernels)] += y.At(at) * pixel;
                else sums[Flat(image, Images)] += w.At(kernel) * y.At(at);
            }
        }
        return sums;
    }

    private static int Flat(int[] index, int[] extents)
    {
        var at = 0;
        for (var axis = 0; axis < index.Length; axis++) at = (at * extents[axis]) + index[axis];
        return at;
    }
}
