using System.Reflection;
using System.Text.RegularExpressions;
using GraphGrad.Operations;

namespace GraphGrad;

public sealed partial class Graph
{
    /// <summary>The refusal of a function that checks before it builds a node; ops refuse by <see cref="Operations.InferContext.Error"/>.</summary>
    internal GraphException Error(string function, string message) => Refusal($"{function}: {message} Built at", context.Value!.Origin ?? Origin.Capture());

    /// <summary>
    /// A refusal, its place last. It begins with the function that the user called, instead of one inside that refuses, and of values that the call has built by then it
    /// says what they are made of. Operators and indexers have no name to begin with: there it begins with the op.
    /// </summary>
    internal GraphException Refusal(string message, Origin origin)
    {
        // What differentiation builds stands for nodes of the user's, with their origin.
        if (context.Value!.Origin is not null) return new($"{message} {origin}.");
        var isMade = false;
        var text = QuotedName().Replace(message, name => InUsersTerms(name, origin) is { } made && (isMade = true) ? made : name.Value);
        if (Origin.Called() is { } called)
        {
            var head = HeadOfMessage().Match(text);
            if (isMade || (!called.IsSpecialName && !IsNamedBy(called, head.Groups[1].Value))) text = $"{Origin.Written(called)}: {text[head.Length..]}";
        }
        return new($"{text} {origin}.");
    }

    /// <summary>Whether a name of an op or of a function is that of the member, but for capitals and underscores.</summary>
    private static bool IsNamedBy(MethodBase called, string name) =>
        called.DeclaringType == typeof(Ops) && string.Equals(name.Replace("_", ""), called.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the named value is made of, if the call that is refused has built it; null if the user has.</summary>
    private string? InUsersTerms(Match name, Origin origin)
    {
        var node = Find(name.Groups[1].Value);
        if (node is null || !IsOfCall(node)) return null;
        var (sources, seen, open) = (new List<string>(), new HashSet<Node> { node }, new Stack<Node>([node]));
        while (open.TryPop(out var next))
        {
            foreach (var input in next.Inputs.Reverse())
            {
                if (!IsOfCall(input.Node)) sources.Add($"'{input.Name}'");
                else if (seen.Add(input.Node)) open.Push(input.Node);
            }
        }
        if (sources.Count > 0) return "what it makes of " + string.Join(" and ", sources.Distinct());
        return node.Op is ConstantOp { Data: { Count: 1 } number } ? $"the number {number}" : "what it makes";

        bool IsOfCall(Node other) => other.Op is not (PlaceholderOp or VariableOp) && other.Origin.IsSameCall(origin);
    }

    private Node? Find(string name)
    {
        lock (gate) return nodes.FindLast(n => n.Name == name);
    }

    [GeneratedRegex("'([^' ]+)'")]
    private static partial Regex QuotedName();

    // The op, or the function, that refuses, and the name that it was given.
    [GeneratedRegex("^([^:']*?)(?: '[^']*')?(?:: |(?=the number))")]
    private static partial Regex HeadOfMessage();

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
