using System.Linq.Expressions;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// The open blocks of a loop nest under construction, and its locals. A local belongs to the block in which it was made and
/// is used again after that block closes, though only inside the one around it: the JIT gives up optimizing beyond 2,000 of them.
/// </summary>
internal sealed class KernelScopes
{
    private readonly Stack<Scope> open = new();
    private readonly List<ParameterExpression> locals = [];
    private Scope? chosen;

    public IReadOnlyList<ParameterExpression> Locals => locals;

    /// <summary>The scope that statements of a depth go to: the innermost open one that is not deeper.</summary>
    public Scope At(int depth)
    {
        foreach (var scope in open)
        {
            if (scope.Depth <= depth) return scope;
        }
        throw new InvalidOperationException("no scope is open");
    }

    public Scope Innermost => open.Peek();

    /// <summary>Where new statements and locals go: the innermost scope, or the one that <see cref="Within"/> chose.</summary>
    public Scope Current => chosen ?? Innermost;

    /// <summary>Runs an emission whose statements belong to an outer scope, because they do not depend on the loops inside it.</summary>
    public T Within<T>(Scope scope, Func<T> emit)
    {
        var before = chosen;
        chosen = scope;
        try
        {
            return emit();
        }
        finally
        {
            chosen = before;
        }
    }

    public void Open(int depth) => open.Push(new Scope(depth));

    /// <summary>Ends the innermost scope: its locals are free again and what was computed in it is forgotten.</summary>
    public List<Expression> Close()
    {
        var scope = open.Pop();
        scope.Forget();
        // Free within the block around, not outside: a loop still open would overwrite in each turn what was computed before it.
        if (open.TryPeek(out var around)) around.Free.AddRange([.. scope.Owned, .. scope.Free]);
        return scope.Statements;
    }

    /// <summary>Emits copies of a loop's body that take turns; no two of them share a local.</summary>
    /// <param name="count">How many copies there shall be, given the statements of the first.</param>
    /// <param name="place">Names the index of the copy of a number, until the result is disposed.</param>
    /// <param name="emit">Emits a copy.</param>
    /// <returns>How many copies there are.</returns>
    public int Interleave(Func<InterleavedCopies, int> count, Func<int, IDisposable> place, Action emit)
    {
        var copies = new List<Scope>();
        copies.Add(Copy());
        var interleaved = new InterleavedCopies(copies[0].Statements, copies[0].Owned);
        for (var most = count(interleaved); copies.Count < most;) copies.Add(Copy());
        Current.Statements.AddRange(interleaved.Merge([.. copies.Select(c => c.Statements)]));
        foreach (var copy in copies) Current.Free.AddRange([.. copy.Owned, .. copy.Free]);
        return copies.Count;

        Scope Copy()
        {
            using (place(copies.Count))
            {
                Open(Current.Depth);
                emit();
                var copy = open.Pop();
                copy.Forget();
                return copy;
            }
        }
    }

    public void Add(Expression statement) => Current.Statements.Add(statement);

    public ParameterExpression Local(Type type)
    {
        var local = open.SkipWhile(scope => scope != Current).Select(scope => scope.TakeFree(type)).FirstOrDefault(l => l is not null);
        if (local is null)
        {
            local = Expression.Variable(type, $"v{locals.Count}");
            locals.Add(local);
        }
        Current.Owned.Add(local);
        return local;
    }

    /// <summary>Keeps an expression's value in a local of the current scope.</summary>
    public ParameterExpression Spill(Expression expression)
    {
        var local = Local(expression.Type);
        Current.Statements.Add(Expression.Assign(local, expression));
        return local;
    }

    internal sealed class Scope(int depth)
    {
        private readonly List<Action> forget = [];

        public int Depth { get; } = depth;

        public List<Expression> Statements { get; } = [];

        public List<ParameterExpression> Owned { get; } = [];

        /// <summary>Locals of closed blocks inside this one.</summary>
        public List<ParameterExpression> Free { get; } = [];

        public ParameterExpression? TakeFree(Type type)
        {
            var index = Free.FindLastIndex(l => l.Type == type);
            if (index < 0) return null;
            var local = Free[index];
            Free.RemoveAt(index);
            return local;
        }

        public void OnClose(Action action) => forget.Add(action);

        public void Forget()
        {
            foreach (var action in forget) action();
        }
    }
}
