namespace GraphGrad;

/// <summary>The user's graph, feed or call is wrong. The message says what, why, how to cure it, and where.</summary>
public sealed class GraphException : Exception
{
    /// <summary>An error with its message.</summary>
    public GraphException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    public GraphException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
