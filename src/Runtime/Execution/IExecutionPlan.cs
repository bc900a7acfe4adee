namespace GraphGrad.Execution;

/// <summary>
/// A program made ready to run by one of the two backends. Immutable and shared between threads and sessions; what a run
/// writes to is in a frame.
/// </summary>
internal interface IExecutionPlan
{
    /// <summary>Memory for one run at a time, for the given values of the shape symbols. Frames are pooled by the session.</summary>
    IExecutionFrame CreateFrame(IReadOnlyDictionary<string, long> symbols);
}
