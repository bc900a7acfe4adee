using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Rewriting;

/// <summary>
/// What rules may know about values, each worked out once: which are uniform constants, which are computed in the same
/// way, and which are barriers.
/// </summary>
internal sealed class RewriteFacts(IEnumerable<Value> initialBarriers)
{
    private readonly HashSet<Value> barriers = [.. initialBarriers];
    private readonly Dictionary<Value, double?> numbers = [];
    private readonly Dictionary<Node, int> classes = [];
    private readonly Dictionary<NodeKey, int> known = [];
    private readonly Dictionary<Value, Interval> ranges = [];

    // Of more elements nobody looks at each.
    private const int MostOfConstant = 4096;

    public bool IsBarrier(Value value) => barriers.Contains(value);

    public void AddBarrier(Value value) => barriers.Add(value);

    /// <summary>Equality by structure: two calls of an op on equal operands are equal unless the op is stateful or the value a barrier.</summary>
    public bool Same(Value a, Value b) =>
        ReferenceEquals(a, b) || (a.Index == b.Index && a.Type.Equals(b.Type) && Class(a.Node) == Class(b.Node));

    /// <summary>The number that all elements hold, for constants and views of them.</summary>
    public bool TryNumber(Value value, out double number)
    {
        if (!numbers.TryGetValue(value, out var found))
        {
            found = Find(value);
            numbers.Add(value, found);
        }
        number = found ?? 0;
        return found is not null;
    }

    /// <summary>Where the elements of a value lie, as far as its ops tell (<see cref="Op.Range"/>).</summary>
    public Interval Range(Value value)
    {
        // With a stack of its own, as classes.
        var pending = new Stack<Value>();
        pending.Push(value);
        while (pending.TryPeek(out var next))
        {
            var before = pending.Count;
            if (!ranges.ContainsKey(next) && IsTold(next.Node))
            {
                foreach (var input in next.Node.Inputs.Where(i => !ranges.ContainsKey(i))) pending.Push(input);
                if (pending.Count > before) continue;
            }
            pending.Pop();
            if (!ranges.ContainsKey(next)) ranges.Add(next, IsTold(next.Node) ? next.Node.Op.Range(new RangeContext(next.Node, v => ranges.GetValueOrDefault(v, Interval.All))) : Interval.All);
        }
        return ranges[value];

        static bool IsTold(Node node) => node.Outputs.Count == 1 && node.Op is not ConstantOp { Data.Count: > MostOfConstant };
    }

    private double? Find(Value value)
    {
        if (IsBarrier(value)) return null;
        return value.Node.Op switch
        {
            ConstantOp constant => constant.TryNumber(out var number) ? number : null,
            BroadcastOp or ReshapeOp or TransposeOp => TryNumber(value.Node.Inputs[0], out var inner) ? inner : null,
            _ => null,
        };
    }

    // Walks with a stack of its own: a chain of a hundred thousand nodes must not overflow the thread's.
    private int Class(Node node)
    {
        var pending = new Stack<Node>();
        pending.Push(node);
        while (pending.TryPeek(out var next))
        {
            var waiting = false;
            foreach (var input in next.Inputs)
            {
                if (classes.ContainsKey(input.Node)) continue;
                pending.Push(input.Node);
                waiting = true;
            }
            if (waiting) continue;
            pending.Pop();
            if (classes.ContainsKey(next)) continue;
            var key = NodeKey.Of(next, i => classes[i.Node]);
            var unique = next.Op.IsStateful || next.ControlInputs.Count > 0 || next.Outputs.Any(IsBarrier);
            if (unique || !known.TryGetValue(key, out var number))
            {
                number = classes.Count;
                if (!unique) known.Add(key, number);
            }
            classes.Add(next, number);
        }
        return classes[node];
    }
}
