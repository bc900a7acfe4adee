using System.Linq.Expressions;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Writes a graph of scalars as statements. A scalar used once becomes a part of its consumer's expression, others are
/// assigned to locals, which are used again after their last reader.
/// </summary>
internal sealed class ScalarFunctionEmitter
{
    /// <summary>Deeper expressions are cut by a local: the LINQ compiler and the JIT recurse.</summary>
    private const int DeepestExpression = 12;

    private readonly LaneEmitter lanes;
    private readonly StatementList statements;
    private readonly Func<Scalar, Expression[]?> resolve;
    private readonly Func<Scalar, Expression[][], Expression[]>? apply;
    private readonly Dictionary<Scalar, Entry> entries = [];

    /// <param name="lanes">Spills to <paramref name="statements"/>.</param>
    /// <param name="statements">Where statements and locals go.</param>
    /// <param name="resolve">
    /// Asked once for each scalar before anything is emitted: its registers, if it is a leaf (its arguments are then not
    /// looked at), or null. They are evaluated at most once, and may hold locals that it assigned in
    /// <paramref name="statements"/>, which are released after the last use.
    /// </param>
    /// <param name="apply">Emits what is no lane arithmetic and depends on computed lanes, a gathering load for instance.</param>
    public ScalarFunctionEmitter(
        LaneEmitter lanes,
        StatementList statements,
        Func<Scalar, Expression[]?> resolve,
        Func<Scalar, Expression[][], Expression[]>? apply = null)
    {
        this.lanes = lanes;
        this.statements = statements;
        this.resolve = resolve;
        this.apply = apply;
    }

    /// <summary>
    /// The registers of each root, in locals or simple, so that they may be used in any order and after stores; a single root
    /// may be an expression, to be evaluated once. The locals of roots are never released here.
    /// </summary>
    public Expression[][] Emit(params IReadOnlyList<Scalar> roots)
    {
        entries.Clear();
        var order = new List<Scalar>();
        foreach (var root in roots)
        {
            Visit(root, order);
            entries[root].Uses++;
            entries[root].KeepInLocal = roots.Count > 1;
        }
        foreach (var scalar in order) Emit(scalar);
        return roots.Select(root => entries[root].Registers).ToArray();
    }

    /// <summary>Lists what the root needs, arguments first, and counts uses.</summary>
    private void Visit(Scalar root, List<Scalar> order)
    {
        var pending = new Stack<(Scalar Scalar, int Next)>();
        if (Enter(root)) pending.Push((root, 0));
        while (pending.TryPop(out var top))
        {
            var (scalar, next) = top;
            if (entries[scalar].IsLeaf || next == scalar.Arguments.Length)
            {
                order.Add(scalar);
                continue;
            }
            pending.Push((scalar, next + 1));
            var argument = scalar.Arguments[next];
            if (Enter(argument)) pending.Push((argument, 0));
            entries[argument].Uses++;
        }
    }

    private bool Enter(Scalar scalar)
    {
        if (entries.ContainsKey(scalar)) return false;
        var start = statements.Statements.Count;
        var leaf = resolve(scalar);
        var entry = new Entry { Registers = leaf ?? [], IsLeaf = leaf is not null };
        entry.Locals.AddRange(statements.AssignedSince(start));
        entries.Add(scalar, entry);
        return true;
    }

    private void Emit(Scalar scalar)
    {
        var entry = entries[scalar];
        if (!entry.IsLeaf)
        {
            var arguments = Array.ConvertAll(scalar.Arguments, a => entries[a]);
            var start = statements.Statements.Count;
            var registers = Array.ConvertAll(arguments, a => a.Registers);
            entry.Registers = apply is not null && IsOutside(scalar.Op) ? apply(scalar, registers) : lanes.Apply(scalar, registers);
            entry.Locals.AddRange(statements.AssignedSince(start));
            entry.Reads.AddRange(arguments);
            entry.Depth = 1 + arguments.Select(a => a.Depth).DefaultIfEmpty().Max();
        }
        if (Array.TrueForAll(entry.Registers, LaneEmitter.IsSimple)) entry.Depth = 0;
        else if (entry.Uses > 1 || entry.KeepInLocal || entry.Depth > DeepestExpression || Branches(entry)) Assign(entry);
    }

    // Releases come last: a later register of the group may read what an earlier one would overwrite.
    private void Assign(Entry entry)
    {
        var temporaries = entry.Locals.ToArray();
        entry.Locals.Clear();
        for (var r = 0; r < entry.Registers.Length; r++)
        {
            var register = entry.Registers[r];
            if (register is not ParameterExpression && LaneEmitter.IsSimple(register)) continue;
            var local = statements.Assign(register);
            entry.Registers[r] = local;
            entry.Locals.Add(local);
        }
        foreach (var local in temporaries) statements.Release(local);
        foreach (var read in entry.Reads) Read(read);
        entry.Reads.Clear();
        entry.Depth = 0;
    }

    /// <summary>One use less; after the last one the locals are free, and so are those that the expression read.</summary>
    private void Read(Entry entry)
    {
        if (--entry.Uses > 0) return;
        foreach (var local in entry.Locals) statements.Release(local);
        entry.Locals.Clear();
        foreach (var read in entry.Reads) Read(read);
        entry.Reads.Clear();
    }

    /// <summary>A branch inside an expression makes the JIT spill all that is on its stack.</summary>
    private static bool Branches(Entry entry) => Array.Exists(entry.Registers, r => r is ConditionalExpression);

    private static bool IsOutside(ScalarOp op) =>
        op is ScalarOp.Extent or ScalarOp.LoopIndex or ScalarOp.Parameter or ScalarOp.Load
            or ScalarOp.Accumulated or ScalarOp.Guard or ScalarOp.RunIndex;

    private sealed class Entry
    {
        public required Expression[] Registers { get; set; }

        public required bool IsLeaf { get; init; }

        /// <summary>Readers not yet emitted.</summary>
        public int Uses { get; set; }

        public bool KeepInLocal { get; set; }

        /// <summary>Nodes on the longest path of the expression, to the next locals.</summary>
        public int Depth { get; set; }

        /// <summary>Held for this value until its last use.</summary>
        public List<ParameterExpression> Locals { get; } = [];

        /// <summary>What the expression reads when it is evaluated.</summary>
        public List<Entry> Reads { get; } = [];
    }
}
