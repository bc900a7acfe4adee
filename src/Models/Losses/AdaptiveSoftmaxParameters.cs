namespace GraphGrad;

/// <summary>
/// The weights of an adaptive softmax, in which frequent classes come first: the head gives a logit for each of them and one for each cluster of rarer ones, a cluster's two maps give logits within
/// it. All outputs by inputs, as libtorch's.
/// </summary>
/// <param name="Head">[frequent classes + clusters, E].</param>
/// <param name="HeadBias">[frequent classes + clusters], or null for none, as in PyTorch by default.</param>
/// <param name="Clusters">For each cluster, the map to fewer elements, [H, E], and that to its classes, [classes, H].</param>
public sealed record AdaptiveSoftmaxParameters(Value Head, Value? HeadBias, IReadOnlyList<(Value In, Value Out)> Clusters)
{
    /// <summary>How many classes stand in the head by themselves.</summary>
    internal Dim Frequent => Head.Shape[0] - Clusters.Count;

    internal void Require(string function, Value x)
    {
        if (x.Rank == 0 || !x.DType.IsFloat()) throw new GraphException($"{function}: '{x.Name}' {x.DType.Text()}{x.Shape} must be a float with an axis of elements. Built at {Origin.Capture()}.");
        var elements = x.Shape[^1];
        if (Clusters.Count == 0) throw new GraphException($"{function}: there is no cluster; give one at least, or use CategoricalCrossEntropyFromLogits. Built at {Origin.Capture()}.");
        if (Head.Rank != 2 || Head.Shape[1] != elements || (Head.Shape[0].IsConstant && Head.Shape[0].Value <= Clusters.Count))
            throw Wrong("the head", Head, $"[frequent classes + {Clusters.Count}, {elements}]");
        if (HeadBias is not null && !HeadBias.Shape.Equals([Head.Shape[0]])) throw Wrong("the head's bias", HeadBias, $"[{Head.Shape[0]}]");
        foreach (var (inner, outer) in Clusters)
        {
            if (inner.Rank != 2 || inner.Shape[1] != elements) throw Wrong("a cluster's first map", inner, $"[fewer, {elements}]");
            if (outer.Rank != 2 || outer.Shape[1] != inner.Shape[0]) throw Wrong("a cluster's second map", outer, $"[classes, {inner.Shape[0]}]");
        }

        GraphException Wrong(string what, Value weights, string shape) =>
            new($"{function}: {what} '{weights.Name}' {weights.DType.Text()}{weights.Shape} must have the shape {shape}, for '{x.Name}' {x.DType.Text()}{x.Shape}. Built at {Origin.Capture()}.");
    }
}
