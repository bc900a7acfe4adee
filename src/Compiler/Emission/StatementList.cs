using System.Linq.Expressions;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Statements in order, and the locals that they assign. A local that was released is taken again for a later value of its
/// type, for the JIT stops optimizing a method with more than 2,000 locals.
/// </summary>
internal sealed class StatementList
{
    private readonly List<Expression> statements = [];
    private readonly List<ParameterExpression> locals = [];
    private readonly Dictionary<Type, Stack<ParameterExpression>> free = [];

    public IReadOnlyList<Expression> Statements => statements;

    public IReadOnlyList<ParameterExpression> Locals => locals;

    public void Add(Expression statement) => statements.Add(statement);

    /// <summary>Assigns the value to a local that nothing else uses until it is released.</summary>
    public ParameterExpression Assign(Expression value)
    {
        if (!free.TryGetValue(value.Type, out var stack) || !stack.TryPop(out var local))
        {
            local = Expression.Variable(value.Type);
            locals.Add(local);
        }
        statements.Add(Expression.Assign(local, value));
        return local;
    }

    /// <summary>No later statement reads the local's present value.</summary>
    public void Release(ParameterExpression local)
    {
        if (!free.TryGetValue(local.Type, out var stack)) free.Add(local.Type, stack = []);
        stack.Push(local);
    }

    /// <summary>The locals assigned since the list had so many statements.</summary>
    public IEnumerable<ParameterExpression> AssignedSince(int count)
    {
        for (var i = count; i < statements.Count; i++)
        {
            if (statements[i] is BinaryExpression { NodeType: ExpressionType.Assign, Left: ParameterExpression local }) yield return local;
        }
    }

    public BlockExpression ToBlock() => Expression.Block(typeof(void), locals, statements);
}
