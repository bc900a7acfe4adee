namespace GraphGrad.Interpretation;

internal enum HomeKind
{
    /// <summary>The caller's memory: <see cref="Execution.RunArguments.Feeds"/>.</summary>
    Feed,

    /// <summary>The session's memory: <see cref="Execution.RunArguments.Variables"/>.</summary>
    Variable,

    /// <summary>The caller's memory: <see cref="Execution.RunArguments.Fetches"/>.</summary>
    Fetch,

    /// <summary>The plan's memory, shared by all its frames.</summary>
    Constant,

    /// <summary>The frame's memory.</summary>
    Arena,
}

/// <summary>Where a value lives while a plan runs; views have the home of what they view.</summary>
internal readonly record struct Home(HomeKind Kind, int Index);
