using GraphGrad.Operations;

namespace GraphGrad;

/// <summary>One operation of a graph, with its inputs and results. Nodes never change once built.</summary>
public sealed class Node
{
    internal Node(Graph graph, int id, string name, Op op, Value[] inputs, Node[] controlInputs, Origin origin, Node? written)
    {
        Graph = graph;
        Id = id;
        Name = name;
        Op = op;
        Inputs = inputs;
        ControlInputs = controlInputs;
        Origin = origin;
        Written = written;
    }

    /// <summary>The graph that the node belongs to.</summary>
    public Graph Graph { get; }

    /// <summary>The position in the graph: inputs always have smaller ids.</summary>
    public int Id { get; }

    /// <summary>The unique name, prefixed by the name scopes in which the node was built.</summary>
    public string Name { get; }

    /// <summary>The name of the operation, for example <c>multiply</c>.</summary>
    public string OpName => Op.Name;

    /// <summary>The values that the operation reads.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>The results; empty for a group.</summary>
    public IReadOnlyList<Value> Outputs { get; private set; } = [];

    /// <summary>Nodes that must run in every run in which this node runs.</summary>
    public IReadOnlyList<Node> ControlInputs { get; }

    /// <summary>The user's line that built the node; gradients carry the line of the node they came from.</summary>
    public Origin Origin { get; }

    internal Op Op { get; }

    /// <summary>The node that this one is a copy of, or that a rule put it in place of, with operands that may be rewritten too; null for what was written.</summary>
    internal Node? Written { get; private set; }

    /// <summary>The innermost of the calls of a user's function on whose stand-ins the node depends; null for what has a value anywhere.</summary>
    internal ArgumentScope? Arguments { get; init; }

    /// <summary>The only result.</summary>
    internal Value Output => Outputs[0];

    internal void SetOutputs(Value[] outputs) => Outputs = outputs;

    /// <summary>Tells what the node was put in place of.</summary>
    internal void Replaces(Node written) => Written ??= written;

    /// <summary>Name and operation.</summary>
    public override string ToString() => $"{Name} = {Op.Name}({string.Join(", ", Inputs.Select(i => i.Name))})";
}
