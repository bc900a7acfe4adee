namespace GraphGrad.Execution;

/// <summary>What one feed says about the symbols: an axis, or a whole tensor of unknown shape, has so many elements.</summary>
/// <param name="Placeholder">What is fed.</param>
/// <param name="Axis">The axis, or -1 for the number of elements.</param>
/// <param name="Actual">The extent, or the number of elements.</param>
internal readonly record struct FeedConstraint(Value Placeholder, int Axis, long Actual)
{
    public Dim Dim => Axis < 0 ? Placeholder.Shape.ElementCount : Placeholder.Shape[Axis];

    public string Where => Axis < 0 ? $"the length of the feed for '{Placeholder.Name}'" : $"axis {Axis} of the feed for '{Placeholder.Name}'";
}

/// <summary>Checks feeds against their placeholders and finds the values of the shape symbols.</summary>
internal static class FeedBinding
{
    /// <summary>Refuses what is no placeholder of the graph.</summary>
    public static void CheckPlaceholder(Graph graph, Value value)
    {
        graph.Require(value, "the fed value");
        if (value.Node.Op is Operations.PlaceholderOp) return;
        var cure = value is Variable ? "store it with session.Write" : "make it a placeholder, or fetch it";
        throw new GraphException($"'{value.Name}' is {(value is Variable ? "a variable" : $"computed (by {value.Node.OpName})")}, and only placeholders are fed; {cure}. Built at {value.Node.Origin}.");
    }

    /// <summary>The refusal of a placeholder that is fed nothing.</summary>
    public static GraphException FedNull(Value placeholder) => new($"placeholder '{placeholder.Name}' is fed null; feed data. Built at {placeholder.Node.Origin}.");

    /// <summary>Refuses a feed of another element type or rank, or of another extent where that is known.</summary>
    public static void CheckFeed(Value placeholder, DType dtype, ReadOnlySpan<int> extents)
    {
        if (dtype != placeholder.DType)
            throw Refuse(placeholder, Text(dtype, extents), $"Feed {placeholder.DType.Text()} data.");
        if (extents.Length != placeholder.Rank)
            throw Refuse(placeholder, Text(dtype, extents), $"Feed data of rank {placeholder.Rank}.");
        for (var axis = 0; axis < extents.Length; axis++)
        {
            if (placeholder.Shape[axis].IsConstant && placeholder.Shape[axis].Value != extents[axis])
                throw Refuse(placeholder, Text(dtype, extents), $"Axis {axis} must have extent {placeholder.Shape[axis]}.");
        }
    }

    /// <summary>Adds what the axes of a feed say.</summary>
    public static void AddAxes(Value placeholder, ReadOnlySpan<int> extents, List<FeedConstraint> constraints)
    {
        for (var axis = 0; axis < extents.Length; axis++) constraints.Add(new FeedConstraint(placeholder, axis, extents[axis]));
    }

    /// <summary>
    /// Solves for the symbols: first where an axis is a bare symbol, then where a dim is linear in the only symbol that is
    /// not known yet. Every constraint is then verified.
    /// </summary>
    public static Dictionary<string, long> Solve(List<FeedConstraint> constraints)
    {
        var values = new Dictionary<string, long>();
        var sources = new Dictionary<string, FeedConstraint>();
        foreach (var constraint in constraints)
        {
            if (constraint.Dim.SymbolName is { } name && values.TryAdd(name, constraint.Actual)) sources.Add(name, constraint);
        }
        while (constraints.Exists(SolveOne))
        {
            // Each symbol found may leave another dim with one unknown.
        }
        if (constraints.FirstOrDefault(HasNoSolution) is { Placeholder: { } refused } wrong)
            throw new GraphException($"placeholder {Describe(refused)}: {wrong.Where} is {wrong.Actual}, and {wrong.Dim} is that for no '{Unknown(wrong).Single()}'. Feed data that fits. Built at {refused.Node.Origin}.");
        foreach (var constraint in constraints)
        {
            if (!constraint.Dim.Symbols.All(values.ContainsKey)) continue;
            var expected = constraint.Dim.Evaluate(name => values[name]);
            if (expected != constraint.Actual) throw Disagree(constraint, expected, values, sources);
        }
        return values;

        bool SolveOne(FeedConstraint constraint)
        {
            if (Line(constraint) is not var (start, slope) || Solution(constraint, start, slope) is not { } solution) return false;
            var unknown = Unknown(constraint).Single();
            values.Add(unknown, solution);
            sources.Add(unknown, constraint);
            return true;
        }

        bool HasNoSolution(FeedConstraint constraint) => Line(constraint) is var (start, slope) && Solution(constraint, start, slope) is null;

        IEnumerable<string> Unknown(FeedConstraint constraint) => constraint.Dim.Symbols.Where(s => !values.ContainsKey(s));

        // The dim as a function of the only symbol that is not known: linear if three points lie on one line; a floor division that happens to is verified afterwards.
        (long Start, long Slope)? Line(FeedConstraint constraint)
        {
            if (Unknown(constraint).ToArray() is not [var unknown]) return null;
            var (a, b, c) = (At(0), At(1), At(2));
            return b == a || c - b != b - a ? null : (a, b - a);

            long At(long point) => constraint.Dim.Evaluate(name => name == unknown ? point : values[name]);
        }

        static long? Solution(FeedConstraint constraint, long start, long slope) =>
            (constraint.Actual - start) % slope == 0 && (constraint.Actual - start) / slope is >= 0 and var solution ? solution : null;
    }

    public static GraphException NotFed(Value placeholder, PlanRequest request, string cure)
    {
        var user = request.Fetches.Select(f => f.Node).Concat(request.Assignments).FirstOrDefault(n => GraphSlice.Of([n]).Contains(placeholder.Node));
        // It is a node of the graph like others, so nothing stops a user from keeping it.
        if (placeholder.Node.Op is Operations.PlaceholderOp { StandsIn: true })
            return new GraphException($"{Describe(placeholder)} stands for what the function of a loop, or of Vectorize, is called with, and has a value only inside of it{(user is null ? string.Empty : $"; '{user.Name}' needs it outside")}. Return from that function what you want to read. Built at {placeholder.Node.Origin}.");
        var reason = user is null ? string.Empty : $", which {(user.Op is Operations.AssignOp ? "the target" : "the fetch")} '{user.Name}' needs";
        return new GraphException($"nothing is fed to placeholder {Describe(placeholder)}{reason}. {cure} Built at {placeholder.Node.Origin}.");
    }

    public static GraphException Refuse(Value placeholder, string feed, string cure) =>
        new($"placeholder {Describe(placeholder)} cannot take the feed {feed}. {cure} Built at {placeholder.Node.Origin}.");

    public static string Text(DType dtype, ReadOnlySpan<int> extents) => $"{dtype.Text()}[{string.Join(", ", extents.ToArray())}]";

    private static string Describe(Value placeholder) => $"'{placeholder.Name}' {placeholder.DType.Text()}{placeholder.Shape}";

    private static GraphException Disagree(
        FeedConstraint constraint, long expected, Dictionary<string, long> values, Dictionary<string, FeedConstraint> sources)
    {
        var because = string.Join(" and ", constraint.Dim.Symbols.Select(s => $"'{s}' is {values[s]} by {sources[s].Where}"));
        var facts = constraint.Dim.IsConstant ? $"the placeholder has {expected}"
            : constraint.Dim.SymbolName is not null ? because
            : $"'{constraint.Dim}' is {expected}, for {because}";
        return new GraphException(
            $"placeholder {Describe(constraint.Placeholder)}: {constraint.Where} is {constraint.Actual}, but {facts}. " +
            $"Feed data whose shapes agree. Built at {constraint.Placeholder.Node.Origin}.");
    }
}
