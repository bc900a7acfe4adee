namespace GraphGrad.Loops;

/// <summary>What a user's functions must return.</summary>
internal static class LoopChecks
{
    public static void SameCarries(Graph graph, string function, Value[] carries, Value[]? next)
    {
        if (next is null) throw graph.Error(function, "the function returned null for the carries; return an array with one for each.");
        if (next.Length != carries.Length)
            throw graph.Error(function, $"the function returned {next.Length} carries for {carries.Length}; return one for each, unchanged if it does not change.");
        for (var i = 0; i < carries.Length; i++)
        {
            graph.Require(next[i], "the new carry");
            if (!next[i].Type.Equals(carries[i].Type))
                throw graph.Error(function, $"carry {i} starts as '{carries[i].Name}' {carries[i].Type} (built at {carries[i].Node.Origin}), and the function returned '{next[i].Name}' {next[i].Type} (built at {next[i].Node.Origin}); a carry keeps its type and shape. Cast, reshape or broadcast one of them.");
        }
    }

    public static Value Condition(Graph graph, string function, Value condition)
    {
        graph.Require(condition, "the condition");
        if (condition.DType != DType.Bool || condition.Rank != 0)
            throw graph.Error(function, $"the condition '{condition.Name}' is {condition.Type}; it must be a scalar bool. Compare, and reduce with Any or All.");
        return condition;
    }
}
