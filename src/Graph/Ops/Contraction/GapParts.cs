namespace GraphGrad.Operations;

/// <summary>
/// Results of windows with gaps, taken apart: along each axis every so many-th makes a part of its own, a gap long from one to the next, and all parts are made equally long. Parts are numbered row-major by
/// their first results, as the last of the axes before the places.
/// </summary>
/// <param name="Gaps">For each axis, how many parts there are.</param>
/// <param name="Places">For each axis, how many results there are in all parts.</param>
internal sealed record GapParts(EquatableArray<int> Gaps, EquatableArray<int> Places)
{
    public int Axes => Gaps.Count;

    /// <summary>Whether some part has been filled up.</summary>
    public bool AreFilled => Gaps.Zip(Places).Any(axis => axis.Second % axis.First != 0);

    /// <summary>Writes how many results of a part there are along each axis, without those that it is filled up with.</summary>
    public void PlacesOf(int part, Span<int> places)
    {
        for (var axis = Axes - 1; axis >= 0; axis--)
        {
            (part, var phase) = Math.DivRem(part, Gaps[axis]);
            places[axis] = (Places[axis] - phase + Gaps[axis] - 1) / Gaps[axis];
        }
    }

    /// <summary>The next index of some extents, row-major; false after the last.</summary>
    public static bool Next(Span<int> index, ReadOnlySpan<int> extents)
    {
        for (var axis = index.Length - 1; axis >= 0; axis--)
        {
            if (++index[axis] < extents[axis]) return true;
            index[axis] = 0;
        }
        return false;
    }

    public override string ToString() => $"gaps {Gaps} of {Places}";
}
