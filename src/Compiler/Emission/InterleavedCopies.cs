using System.Linq.Expressions;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Copies of a loop's body that need nothing of each other and take turns: a stretch of the first one, the same stretch of the others, then the next stretch, so that while one
/// waits for a result the others compute. A stretch ends where few values wait for the next.
/// </summary>
internal sealed class InterleavedCopies
{
    // With shorter ones more values wait, with longer ones too few copies fit what a core looks ahead.
    private const int ShortestStretch = 8;
    private const int LongestStretch = 16;

    private readonly IReadOnlyList<Expression> statements;
    private readonly UseFinder uses;
    private readonly List<int> ends = [];

    /// <param name="body">The statements of one copy.</param>
    /// <param name="owned">The locals that each copy has for itself; the body assigns each of them once, apart from branches.</param>
    public InterleavedCopies(IReadOnlyList<Expression> body, IEnumerable<ParameterExpression> owned)
    {
        statements = body;
        uses = new UseFinder(owned);
        for (var i = 0; i < body.Count; i++) uses.Find(body[i], i);
        var live = new int[body.Count + 1];
        foreach (var (first, last) in uses.Own) Add(live, first + 1, last + 1);
        Accumulate(live);
        for (var from = 0; from < body.Count; from = ends[^1])
        {
            var end = Math.Min(body.Count, from + LongestStretch);
            if (end - from == LongestStretch)
            {
                for (var earlier = end - 1; earlier >= from + ShortestStretch; earlier--)
                {
                    if (live[earlier] <= live[end]) end = earlier;
                }
            }
            ends.Add(end);
        }
    }

    /// <summary>How often a copy reads or writes locals.</summary>
    public int LocalUses => uses.Count;

    /// <summary>How many registers so many copies need: of constants that are used more than once the just-in-time compiler keeps one in a register, too.</summary>
    public int Registers(int copies)
    {
        var live = new int[(statements.Count * copies) + 1];
        foreach (var (first, last) in uses.Own)
        {
            for (var copy = 0; copy < copies; copy++) Add(live, Place(first, copy, copies) + 1, Place(last, copy, copies) + 1);
        }
        foreach (var (first, last) in uses.Constants)
        {
            var (from, to) = (Place(first, 0, copies), Place(last, copies - 1, copies));
            if (from < to) Add(live, from, to + 1);
        }
        return Accumulate(live) + uses.Shared;
    }

    /// <summary>The statements of all copies in the order in which they run.</summary>
    /// <param name="copies">As many statements each as the first.</param>
    public Expression[] Merge(IReadOnlyList<IReadOnlyList<Expression>> copies)
    {
        var merged = new Expression[statements.Count * copies.Count];
        for (var copy = 0; copy < copies.Count; copy++)
        {
            if (copies[copy].Count != statements.Count) throw new InvalidOperationException("the copies of a loop's body differ");
            for (var i = 0; i < statements.Count; i++) merged[Place(i, copy, copies.Count)] = copies[copy][i];
        }
        return merged;
    }

    /// <summary>At which place among those of all copies a statement of one runs.</summary>
    private int Place(int statement, int copy, int copies)
    {
        var stretch = 0;
        while (ends[stretch] <= statement) stretch++;
        var start = stretch == 0 ? 0 : ends[stretch - 1];
        return (start * copies) + (copy * (ends[stretch] - start)) + statement - start;
    }

    private static void Add(int[] changes, int from, int to)
    {
        changes[from]++;
        changes[to]--;
    }

    /// <summary>Sums up changes and returns the most that there is.</summary>
    private static int Accumulate(int[] changes)
    {
        var most = 0;
        for (var i = 1; i < changes.Length; i++) changes[i] += changes[i - 1];
        foreach (var value in changes) most = Math.Max(most, value);
        return most;
    }

    /// <summary>From which statement to which the values of a body are needed. Of a branch counts what it reads of outside: it is rarely taken.</summary>
    private sealed class UseFinder : ExpressionVisitor
    {
        private readonly HashSet<ParameterExpression> owned;
        private readonly Dictionary<ParameterExpression, int> assigned = [];
        private readonly Dictionary<ParameterExpression, int> read = [];
        private readonly Dictionary<object, (int First, int Last)> constants = [];
        private readonly HashSet<ParameterExpression> shared = [];
        private readonly HashSet<ParameterExpression> inBranch = [];
        private int number;
        private bool isBranch;

        public UseFinder(IEnumerable<ParameterExpression> owned) => this.owned = [.. owned];

        /// <summary>The first and the last statement of each value that stays in the copy.</summary>
        public IEnumerable<(int First, int Last)> Own
        {
            get
            {
                foreach (var (local, first) in assigned)
                {
                    if (read.TryGetValue(local, out var last)) yield return (first, last);
                }
            }
        }

        public IEnumerable<(int First, int Last)> Constants => constants.Values;

        /// <summary>How many vectors there are that all copies read, or combine with.</summary>
        public int Shared => shared.Count;

        public int Count { get; private set; }

        public void Find(Expression statement, int place)
        {
            (number, isBranch) = (place, statement is ConditionalExpression);
            inBranch.Clear();
            if (statement is BinaryExpression { NodeType: ExpressionType.Assign, Left: ParameterExpression local, Right: var value } && owned.Contains(local))
            {
                Count++;
                if (IsVector(local)) assigned.TryAdd(local, place);
                statement = value;
            }
            Visit(statement);
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            Count++;
            if (!IsVector(node) || inBranch.Contains(node)) return node;
            if (assigned.ContainsKey(node)) read[node] = number;
            else if (!owned.Contains(node)) shared.Add(node);
            return node;
        }

        protected override Expression VisitBinary(BinaryExpression node)
        {
            if (isBranch && node is { NodeType: ExpressionType.Assign, Left: ParameterExpression local } && !assigned.ContainsKey(local)) inBranch.Add(local);
            return base.VisitBinary(node);
        }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (!isBranch && node.Method.Name == nameof(Simd.Create) && node.Arguments.All(a => a is ConstantExpression))
            {
                // Of a table there is one expression.
                object key = node.Arguments is [ConstantExpression constant] ? (constant.Value, node.Type) : node;
                constants[key] = (constants.TryGetValue(key, out var known) ? known.First : number, number);
            }
            return base.VisitMethodCall(node);
        }

        private static bool IsVector(ParameterExpression local) => local.Type is { IsValueType: true, IsPrimitive: false };
    }
}
