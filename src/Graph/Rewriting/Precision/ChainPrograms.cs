namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// The programs of chains that go on where others end, as the states of a simulation do that are all fetched: such a chain is built and evaluated from there on. They are what each chain's own
/// would be, to the place of every value.
/// </summary>
internal sealed class ChainPrograms
{
    // Chains with other leaves, or leaves in another order, may take turns.
    private const int MostSeries = 8;

    private readonly List<Series> latest = [];

    /// <summary>The series that a chain belongs to: the one that it goes on from, or a new one. Its leaves are exact.</summary>
    public Series Of(ElementChain chain)
    {
        var found = latest.Find(s => s.IsOf(chain));
        if (found is null) found = new Series(chain);
        else latest.Remove(found);
        latest.Add(found);
        if (latest.Count > MostSeries) latest.RemoveAt(0);
        return found;
    }

    /// <summary>Chains of which each begins with the one before.</summary>
    public sealed class Series(ElementChain first)
    {
        private readonly Dictionary<(bool Wide, bool Disturbed), ChainProgram> programs = [];
        private ElementChain longest = first;

        /// <summary>The numbers of the leaves at each point.</summary>
        public double[][] Samples { get; } = [.. SamplePoints.Of(first.Leaves.Count, exact: true).Select((s, i) => DeclaredRange.Fold(s, DeclaredRange.Of(first.Leaves[i])))];

        /// <summary>How many ops have been evaluated.</summary>
        public long Evaluations => programs.Values.Sum(p => p.Prepared?.Evaluations ?? 0);

        /// <summary>Whether a chain goes on from the longest so far, or is a beginning of it. What an extent counts depends on the whole.</summary>
        public bool IsOf(ElementChain chain)
        {
            if (longest.Size is not null || chain.Size is not null || !longest.Leaves.SequenceEqual(chain.Leaves)) return false;
            for (var i = 0; i < Math.Min(chain.Values.Count, longest.Values.Count); i++)
            {
                if (!ReferenceEquals(chain.Values[i], longest.Values[i])) return false;
            }
            if (chain.Values.Count > longest.Values.Count) longest = chain;
            return true;
        }

        /// <summary>The program at the samples, as far as it has been built.</summary>
        public ChainProgram Program(bool wide, bool disturbed)
        {
            if (!programs.TryGetValue((wide, disturbed), out var program)) programs.Add((wide, disturbed), program = new ChainProgram(new Graph(), []));
            return program;
        }
    }
}
