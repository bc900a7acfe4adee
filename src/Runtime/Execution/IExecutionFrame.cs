namespace GraphGrad.Execution;

/// <summary>The memory of one run: intermediate values, and tables of addresses. Used by one thread at a time.</summary>
internal interface IExecutionFrame : IDisposable
{
    /// <summary>Native memory held, in bytes.</summary>
    long ArenaBytes { get; }

    /// <summary>
    /// Runs the steps. Assignments of a step are committed when it ends; a step that fails or is cancelled commits nothing.
    /// </summary>
    /// <exception cref="GraphException">Data that the program cannot go on with: names the node and its line.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the steps finished so far stay committed.</exception>
    void Run(RunArguments arguments);
}
