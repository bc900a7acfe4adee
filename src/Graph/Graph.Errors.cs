namespace GraphGrad;

public sealed partial class Graph
{
    /// <summary>The refusal of a function that checks before it builds a node; ops refuse by <see cref="Operations.InferContext.Error"/>.</summary>
    internal GraphException Error(string function, string message) =>
        new($"{function}: {message} Built at {context.Value!.Origin ?? Origin.Capture()}.");
}
