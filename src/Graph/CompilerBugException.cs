namespace GraphGrad;

/// <summary>GraphGrad itself is wrong. The message names the pass and carries the graph as text.</summary>
public sealed class CompilerBugException : Exception
{
    internal CompilerBugException(string pass, string message, string graphText, Exception? inner = null)
        : base($"{pass}: {message} This is a fault in GraphGrad, not in your program.\n{graphText}", inner)
    {
        Pass = pass;
    }

    /// <summary>The pass in which the fault showed.</summary>
    public string Pass { get; }
}
