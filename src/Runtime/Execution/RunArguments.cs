namespace GraphGrad.Execution;

/// <summary>
/// What a frame reads and writes, as addresses of dense row-major data in the order of the <see cref="PlanRequest"/>.
/// Invariant: every address stays valid (pinned or native) until <see cref="IExecutionFrame.Run"/> returns.
/// </summary>
internal sealed class RunArguments
{
    public required nint[] Feeds { get; init; }

    /// <summary>Where the fetched values go: complete after the last step and whenever <see cref="Trace"/> is called.</summary>
    public required nint[] Fetches { get; init; }

    /// <summary>Storage of each variable, read and, if assigned, overwritten.</summary>
    public required nint[] Variables { get; init; }

    /// <summary>The session's count of steps when this run begins; the n-th step draws the random numbers of RunIndex + n.</summary>
    public long RunIndex { get; set; }

    /// <summary>Another number than in an earlier run if variables may have changed in between.</summary>
    public long VariableChanges { get; set; }

    public long Times { get; set; } = 1;

    /// <summary>Calls <see cref="Trace"/> after every so many steps, with fetches filled and variables committed; 0 for never.</summary>
    public long TraceEvery { get; set; }

    /// <summary>Given the number of steps done in this run.</summary>
    public Action<long>? Trace { get; set; }

    public CancellationToken Cancellation { get; set; }
}
