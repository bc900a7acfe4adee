using GraphGrad.Operations;

namespace GraphGrad;

public sealed partial class Graph
{
    /// <summary>The refusal of a function that checks before it builds a node; ops refuse by <see cref="Operations.InferContext.Error"/>.</summary>
    internal GraphException Error(string function, string message) =>
        new($"{function}: {message} Built at {context.Value!.Origin ?? Origin.Capture()}.");

    /// <summary>Refuses assignments that a user's function has built since there were <paramref name="count"/> nodes, where no run would carry them out.</summary>
    internal void RefuseAssignments(int count, string function, string cure)
    {
        if (BuiltSince(count).FirstOrDefault(n => n.Op is AssignOp) is { } assign)
            throw new GraphException($"{function}: '{assign.Name}' assigns a variable inside the function, and no run would carry it out; {cure}. Built at {assign.Origin}.");
    }

    private static string Ended(Value value) =>
        $"'{value.Name}' {value.Type} (built at {value.Node.Origin}) depends on what the function of a loop, or of Vectorize, is called with, and has a value only inside of it. Return from that function what you want to use outside.";

    private static void RequireName(string? name, string what)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new GraphException($"{what}: the name is empty; give one by which messages can call it. Built at {Origin.Capture()}.");
    }

    private GraphException Foreign(Op op, Value[] inputs, Value input, Origin origin)
    {
        if (!IsLoopBody && !input.Graph.IsLoopBody)
            return new($"{op.Name}: input '{input.Name}' belongs to another graph (built at {input.Node.Origin}); build all operands in one graph. Built at {origin}.");
        // Only functions of custom gradients that such functions have built are called after the body has been cut out of the user's graph (OuterReads).
        var outside = IsLoopBody ? input : inputs.FirstOrDefault(i => !i.Graph.IsLoopBody) ?? input;
        return new($"{op.Name}: '{outside.Name}' (built at {outside.Node.Origin}) is read from outside of a loop by a CustomGradient that the gradient or tangent function of another one in it has built; there its functions read only what they are given. Pass '{outside.Name}' to CustomGradient as one more input, and return null for it. Built at {origin}.");
    }
}
