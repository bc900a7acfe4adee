using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad;

/// <summary>
/// A static dataflow graph: placeholders, constants, variables and operations, appended by expressions and by
/// differentiation, never removed. Building is thread safe and allowed while sessions run.
/// </summary>
public sealed partial class Graph
{
    private readonly Lock gate = new();
    private readonly List<Node> nodes = [];
    private readonly List<Variable> variables = [];
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly ThreadLocal<BuildContext> context = new(() => new BuildContext());

    /// <summary>The nodes in the order in which they were built; a node's inputs come before it.</summary>
    public IReadOnlyList<Node> Nodes
    {
        get
        {
            lock (gate) return nodes.ToArray();
        }
    }

    /// <summary>The variables in the order in which they were built.</summary>
    public IReadOnlyList<Variable> Variables
    {
        get
        {
            lock (gate) return variables.ToArray();
        }
    }

    /// <summary>An input that every run which needs it must feed.</summary>
    /// <param name="name">The name by which messages call it; a name that is taken gets a number, <c>x_1</c>.</param>
    /// <param name="shape">Extents; strings are symbols that the feeds bind, such as <c>["batch", 64]</c>.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="range">
    /// Between which numbers, both included, what is fed will lie; infinite where there is no bound. Stability reports then tell what can go wrong
    /// there, with an example. A promise: runs do not check it, and no result depends on it.
    /// </param>
    /// <exception cref="GraphException">The name is empty, the range's lower bound is above its upper one, one is NaN, or the type is bool.</exception>
    public Value Placeholder(string name, Shape shape, DType dtype = DType.Float32, (double Low, double High)? range = null)
    {
        RequireName(name, "placeholder");
        var op = new PlaceholderOp(new TensorType(dtype, shape));
        if (range is not var (low, high)) return Add(op, [], name);
        if (!(low <= high))
            throw new GraphException(FormattableString.Invariant($"placeholder '{name}': no number lies in the range from {low} to {high}; give the lower bound first. Built at {Origin.Capture()}."));
        if (dtype == DType.Bool)
            throw new GraphException($"placeholder '{name}': a range bounds numbers, and the element type is bool; leave the range out. Built at {Origin.Capture()}.");
        return Add(op with { Declared = new Interval(low, high) }, [], name);
    }

    /// <summary>A constant, for example <c>graph.Constant(new float[,] { { 1, 2 }, { 3, 4 } })</c>.</summary>
    public Value Constant(TensorData data, string? name = null) => Add(new ConstantOp(data), [], name);

    /// <summary>A constant vector, for example <c>graph.Constant([1f, 2f])</c>.</summary>
    public Value Constant<T>(T[] data, string? name = null)
        where T : unmanaged => Constant(TensorData.FromArray(data), name);

    /// <summary>A constant matrix, for example <c>graph.Constant([[1f, 2f], [3f, 4f]])</c>.</summary>
    /// <exception cref="GraphException">The rows differ in length.</exception>
    public Value Constant<T>(T[][] data, string? name = null)
        where T : unmanaged => Constant(TensorData.FromArray(data), name);

    /// <summary>A variable that starts with the given data.</summary>
    public Variable Variable(string name, TensorData initial, bool trainable = true) => Variable(name, Constant(initial), trainable);

    /// <summary>A vector variable, for example <c>graph.Variable("p", [0f, 0f])</c>.</summary>
    public Variable Variable<T>(string name, T[] initial, bool trainable = true)
        where T : unmanaged => Variable(name, TensorData.FromArray(initial), trainable);

    /// <summary>A matrix variable.</summary>
    /// <exception cref="GraphException">The rows differ in length.</exception>
    public Variable Variable<T>(string name, T[][] initial, bool trainable = true)
        where T : unmanaged => Variable(name, TensorData.FromArray(initial), trainable);

    /// <summary>A variable whose start is computed, for example by an initializer that draws random numbers.</summary>
    /// <param name="name">The name by which messages and checkpoints call it; a name that is taken gets a number, <c>w_1</c>.</param>
    /// <param name="initializer">A value of this graph with a static shape that depends on no variable and no placeholder.</param>
    /// <param name="trainable">Whether optimizers update it when not told which variables to update.</param>
    /// <exception cref="GraphException">The name is empty, the initializer's shape is symbolic, or it belongs to another graph.</exception>
    public Variable Variable(string name, Value initializer, bool trainable = true)
    {
        RequireName(name, "variable");
        Require(initializer, "the initializer");
        if (!initializer.Shape.IsStatic)
            throw new GraphException($"variable '{name}': the initializer has the symbolic shape {initializer.Shape}; a variable needs a shape that is known while the graph is built. Built at {Origin.Capture()}.");
        return (Variable)Add(new VariableOp(initializer.Type, new VariableIdentity(initializer, trainable)), [], name);
    }

    /// <summary>Prefixes the names of nodes built on this thread until the result is disposed.</summary>
    /// <exception cref="GraphException">The name is empty.</exception>
    public IDisposable Scope(string name)
    {
        RequireName(name, "scope");
        return context.Value!.PushScope(name);
    }

    /// <summary>What stands for a value while a user's function builds; never fed, and not printed, nor is what depends on it.</summary>
    internal Value StandIn(string name, Shape shape, DType dtype) =>
        Add(new PlaceholderOp(new TensorType(dtype, shape)) { StandsIn = true }, [], name);

    /// <summary>A function of the user's is called on stand-ins that are made on this thread until the result is disposed; then what depends on them is refused.</summary>
    internal IDisposable Arguments() => context.Value!.PushArguments();

    /// <summary>Functions that were kept, as those of custom gradients, are called again on this thread until the result is disposed, and what they build is copied: they may read what depends on stand-ins.</summary>
    internal IDisposable Recalling() => context.Value!.PushRecall();

    /// <summary>The nodes built since there were <paramref name="count"/>.</summary>
    internal Node[] BuiltSince(int count)
    {
        lock (gate) return nodes[count..].ToArray();
    }

    /// <summary>How many nodes there are now.</summary>
    internal int NodeCount
    {
        get
        {
            lock (gate) return nodes.Count;
        }
    }

    /// <summary>Whether this is the body of a loop while it is differentiated.</summary>
    internal bool IsLoopBody { get; init; }

    internal Value Add(Op op, Value[] inputs, string? name = null, Node[]? controlInputs = null) =>
        AddNode(op, inputs, name, controlInputs).Outputs[0];

    internal Node AddNode(Op op, Value[] inputs, string? name = null, Node[]? controlInputs = null)
    {
        var building = context.Value!;
        var origin = building.Origin ?? Origin.Capture();
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = inputs[i];
            if (input.Graph != this) throw Foreign(op, inputs, input, origin);
            if (HasEnded(input)) throw new GraphException($"{op.Name}: {Ended(input)} Built at {origin}.");
        }
        var types = op.Infer(new InferContext(this, op, inputs, name, origin));
        lock (gate)
        {
            var node = new Node(this, nodes.Count, Unique(building.Prefix + (name ?? op.Name)), op, inputs, controlInputs ?? [], origin, building.Written) { Arguments = op is PlaceholderOp { StandsIn: true } ? building.Arguments : Innermost(inputs) };
            node.SetOutputs(op is VariableOp variable
                ? [new Variable(node, types[0], variable.Identity.Initializer, variable.Identity.Trainable)]
                : [.. types.Select((type, index) => new Value(node, index, type))]);
            nodes.Add(node);
            if (op is VariableOp) variables.Add((Variable)node.Outputs[0]);
            return node;
        }
    }

    /// <summary>Nodes built on this thread until the result is disposed carry <paramref name="origin"/> instead of the caller's line.</summary>
    internal IDisposable WithOrigin(Origin origin) => context.Value!.PushOrigin(origin);

    /// <summary>Nodes built on this thread until the result is disposed are copies of <paramref name="original"/>, and carry <paramref name="origin"/>.</summary>
    internal IDisposable Copying(Node? original, Origin origin) => context.Value!.PushOrigin(origin, original?.Written ?? original);

    internal void Require(Value? value, string what)
    {
        if (value is null) throw new GraphException($"{Origin.Blame()}{what} is null; give a value of this graph. Built at {context.Value?.Origin ?? Origin.Capture()}.");
        if (value.Graph != this)
            throw new GraphException($"{Origin.Blame()}{what} '{value.Name}' belongs to another graph (built at {value.Node.Origin}); use a value of this graph.");
        if (HasEnded(value)) throw new GraphException($"{Origin.Blame()}{what}: {Ended(value)}");
    }

    private bool HasEnded(Value value) => value.Node.Arguments is { HasEnded: true } && !context.Value!.Recalls;

    private static ArgumentScope? Innermost(Value[] inputs)
    {
        ArgumentScope? innermost = null;
        foreach (var input in inputs)
        {
            if (input.Node.Arguments is { } scope && scope.Depth > (innermost?.Depth ?? 0)) innermost = scope;
        }
        return innermost;
    }

    private string Unique(string name)
    {
        if (names.TryAdd(name, 1)) return name;
        string candidate;
        do candidate = $"{name}_{names[name]++}";
        while (!names.TryAdd(candidate, 1));
        return candidate;
    }

    /// <summary>What one thread is building with: the name prefix and an origin that replaces the caller's.</summary>
    private sealed class BuildContext
    {
        public string Prefix { get; private set; } = string.Empty;

        public Origin? Origin { get; private set; }

        public IDisposable PushScope(string name)
        {
            var outer = Prefix;
            Prefix += name + "/";
            return new Restore(() => Prefix = outer);
        }

        /// <summary>What the nodes are copies of.</summary>
        public Node? Written { get; private set; }

        /// <summary>What stand-ins that are made now belong to.</summary>
        public ArgumentScope? Arguments { get; private set; }

        /// <summary>Whether what depends on stand-ins of a scope that has ended may be read.</summary>
        public bool Recalls { get; private set; }

        public IDisposable PushArguments()
        {
            var outer = Arguments;
            var own = Arguments = new ArgumentScope((outer?.Depth ?? 0) + 1);
            return new Restore(() => (Arguments, own.HasEnded) = (outer, true));
        }

        public IDisposable PushRecall()
        {
            var outer = Recalls;
            Recalls = true;
            return new Restore(() => Recalls = outer);
        }

        public IDisposable PushOrigin(Origin origin, Node? written = null)
        {
            var outer = (Origin, Written);
            (Origin, Written) = (origin, written);
            return new Restore(() => (Origin, Written) = outer);
        }
    }

    private sealed class Restore(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
