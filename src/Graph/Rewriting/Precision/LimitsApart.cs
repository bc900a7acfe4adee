using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// A program in which functions that come near a number are the sum of it and of what they lack to it: sigmoid(x) - y is (1 - y) - sigmoid(-x) for x > 0, and
/// y + x · erf(x) is (y + x) - x · erfc(x). What a leaf differs by from the number is exact where they are near each other. In products with one
/// factor, as x · y and the x of softplus(x) = x + softplus(-x), the others meet first. So digits that float32 loses are kept in float32.
/// </summary>
internal sealed class LimitsApart
{
    // Between limits, and around 0, a function has digits enough beside its value at 0.
    private const double Near = 0.5;
    private const double NearOfSigmoid = 1;

    private const float Log2 = 0.69314718246f;
    private const double LessThanLog2 = -1.904654299957767e-9;

    /// <summary>Of a function: what it comes near, numbers without rounding or the argument, and what it lacks, which is small where the argument is or where the function saturates.</summary>
    private static readonly Dictionary<Type, Func<Value, (Term[] Limit, Value Lack)>> Limits = new()
    {
        [typeof(SigmoidOp)] = x => Abs(x) < NearOfSigmoid is var isNear && Sigmoid(-Abs(x)) is var tail
            ? ([new(null, Where(isNear, Number(x, 0.5f), Step(x > 0)))], Where(isNear, Tanh(x * 0.5) * 0.5, Where(x > 0, -tail, tail))) : default,
        [typeof(SoftplusOp)] = x => Abs(x) < NearOfSigmoid is var isNear
            ? ([new(x, Step(x >= NearOfSigmoid)), new(null, Where(isNear, Number(x, Log2), 0))], Where(isNear, Log1p(Expm1(x) * 0.5) + LessThanLog2, Softplus(-Abs(x)))) : default,
        [typeof(ErfcOp)] = x => Abs(x) < Near is var isNear && Erfc(Abs(x)) is var tail
            ? ([new(null, Where(isNear, Number(x, 1), Step(x < 0) * 2))], Where(isNear, -Erf(x), Where(x < 0, -tail, tail))) : default,
        [typeof(ErfOp)] = x => ([new(null, Step(Abs(x) > Near) * Sign(x))], Where(Abs(x) > Near, -Sign(x) * Erfc(Abs(x)), Erf(x))),
        [typeof(TanhOp)] = x => ([new(null, Step(Abs(x) > Near) * Sign(x))], Where(Abs(x) > Near, Sign(x) * Sigmoid(Abs(x) * -2) * -2, Tanh(x))),
        [typeof(ExpOp)] = x => ([new(null, Step(Abs(x) < Near))], Where(Abs(x) < Near, Expm1(x), Exp(x))),
        [typeof(CosOp)] = x => ([new(null, Step(Abs(x) < Near))], Where(Abs(x) < Near, Square(Sin(x * 0.5)) * -2, Cos(x))),
    };

    private readonly Dictionary<Value, Value> made = [];
    private readonly Dictionary<Value, Parts> parts = [];

    // What is computed beside leaves and limits.
    private readonly HashSet<Value> lacks = [];

    // Products with these are exact.
    private readonly HashSet<Value> numbers = [];
    private readonly HashSet<Value> leaves = [];
    private readonly Graph graph;

    private LimitsApart(Graph graph) => this.graph = graph;

    /// <summary>The result of a program so written, and what in it is added to leaves and limits; null if no sum in it changes.</summary>
    /// <param name="graph">Where it is built.</param>
    /// <param name="leaves">What is given, in another graph.</param>
    /// <param name="values">What is computed, inputs before users, the result last.</param>
    /// <param name="copyOf">The leaves in the graph.</param>
    public static (Value Result, IReadOnlySet<Value> Lacks)? Of(Graph graph, IReadOnlyList<Value> leaves, IReadOnlyList<Value> values, Func<Value, Value> copyOf)
    {
        if (!values.Any(v => Limits.ContainsKey(v.Node.Op.GetType()))) return null;
        var apart = new LimitsApart(graph);
        foreach (var leaf in leaves) apart.Keep(leaf, copyOf(leaf), exact: true);
        var changed = false;
        foreach (var value in values) changed |= apart.Make(value);
        return changed ? (apart.made[values[^1]], apart.lacks) : null;
    }

    private static Value Number(Value like, float number) => like.Graph.Constant(number);

    /// <summary>1 where something holds, else 0.</summary>
    private static Value Step(Value condition) => Where(condition, Number(condition, 1), 0);

    private void Keep(Value value, Value copy, bool exact)
    {
        made[value] = copy;
        if (!exact) return;
        leaves.Add(copy);
        parts[value] = new Parts([numbers.Contains(copy) ? new Term(null, copy) : new Term(copy, null)], null, HasLimit: false);
    }

    /// <summary>Whether the value is computed in another way than before.</summary>
    private bool Make(Value value)
    {
        var inputs = value.Node.Inputs;
        if (ElementChain.TryNumber(value, out var number))
        {
            var constant = graph.Add(value.Node.Op, []);
            // Nothing, and what only changes the exponent.
            if (number == 0 || Math.Abs(number) == Math.ScaleB(1, Math.ILogB(number))) Known(constant);
            Keep(value, constant, exact: true);
            if (number == 0) parts[value] = new Parts([], null, HasLimit: false);
            return false;
        }
        if (value.DType == DType.Float32 && SumOf(value) is { } sum && sum.HasLimit)
        {
            // Numbers first: what is left of them meets the leaf without rounding.
            parts[value] = sum;
            if (sum.Lack is { } lack) lacks.Add(lack);
            made[value] = BroadcastTo(sum.Lead.OrderBy(t => IsNumber(t) ? 0 : 1).Select(Of).Append(sum.Lack).OfType<Value>().Aggregate((x, y) => x + y), value.Shape);
            return true;
        }
        var copy = graph.Add(value.Node.Op, [.. inputs.Select(i => made[i])]);
        Keep(value, copy, exact: value.DType == DType.Float32 && IsExact(value));
        if (value.DType != DType.Float32) return false;
        if (IsNumber(value)) Keep(value, Known(copy), exact: true);
        else if (value.Node is { Op: MaximumOp, Inputs: [var x, var y] } && ElementChain.TryNumber(y, out var least) && least == 0 && leaves.Contains(made[x])) parts[value] = new Parts([new Term(made[x], Known(Step(made[x] > 0)))], null, HasLimit: true);
        else if (Limits.TryGetValue(value.Node.Op.GetType(), out var split) && split(made[inputs[0]]) is var (limit, tail) && Array.TrueForAll(limit, t => t.A is not { } argument || leaves.Contains(argument))) parts[value] = new Parts([.. limit.Select(t => t with { B = Known(t.B!) })], tail, HasLimit: true);
        else if (PartsOf(value) is { } own) parts[value] = own;
        return false;
    }

    private Value Known(Value number)
    {
        numbers.Add(number);
        return number;
    }

    private bool IsNumber(Term term) => (term.A is null || numbers.Contains(term.A)) && (term.B is null || numbers.Contains(term.B));

    private bool IsNumber(Value value) => value.Node switch
    {
        { Op: SignOp } => true,
        { Op: BroadcastOp or ReshapeOp, Inputs: [var x] } => numbers.Contains(made[x]),
        { Op: SelectOp, Inputs: [_, var x, var y] } => numbers.Contains(made[x]) && numbers.Contains(made[y]),
        _ => false,
    };

    // What is selected or negated does not round.
    private bool IsExact(Value value) =>
        value.Node.Op is NegateOp or AbsOp or MaximumOp or MinimumOp or SelectOp or SliceOp or TransposeOp && value.Node.Inputs.All(i => !i.DType.IsFloat() || leaves.Contains(made[i]));

    /// <summary>The parts of a sum or difference; null if it is none.</summary>
    private Parts? SumOf(Value value)
    {
        if (value.Node is not { Op: AddOp or SubtractOp, Inputs: [var x, var y] }) return null;
        var (left, right) = (All(x), value.Node.Op is SubtractOp ? Negated(All(y)) : All(y));
        var lead = left.Lead.ToList();
        foreach (var term in right.Lead)
        {
            var like = lead.FindIndex(t => t.CommonFactor(term) is not null);
            if (like < 0) lead.Add(term);
            else lead[like] = Together(lead[like], term);
        }
        var lack = left.Lack is { } a && right.Lack is { } b ? a + b : left.Lack ?? right.Lack;
        return new Parts(lead, lack, left.HasLimit || right.HasLimit);

        // What has no parts lacks all of itself.
        Parts All(Value v) => parts.GetValueOrDefault(v) ?? new Parts([], made[v], HasLimit: false);
    }

    private Term Together(Term first, Term second)
    {
        var common = first.CommonFactor(second)!;
        return new Term(common, Other(first) + Other(second), MayVanish: true);

        Value Other(Term term) => (ReferenceEquals(term.A, common) ? term.B : term.A) ?? graph.Constant(1f);
    }

    /// <summary>The parts of what is made of something with parts: negated, repeated, multiplied.</summary>
    private Parts? PartsOf(Value value)
    {
        if (value.Node is not { Op: NegateOp or BroadcastOp or MultiplyOp, Inputs: [var x, ..] } || !parts.TryGetValue(x, out var first)) return null;
        if (value.Node.Op is NegateOp) return Negated(first);
        if (value.Node.Op is BroadcastOp) return first;
        return parts.TryGetValue(value.Node.Inputs[1], out var second) ? Product(x, first, value.Node.Inputs[1], second) : null;
    }

    private Parts? Product(Value x, Parts p, Value y, Parts q)
    {
        if (p.Lack is not null && q.Lack is not null) return null;
        if (p.Lack is not null) return Product(y, q, x, p);
        if (p.Lead is not [var own]) return null;
        var lead = new List<Term>();
        foreach (var term in q.Lead)
        {
            Value[] factors = [.. new[] { own.A, own.B, term.A, term.B }.OfType<Value>()];
            Value[] exact = [.. factors.Where(numbers.Contains)];
            // A factor may be there twice.
            if (Array.FindAll(factors, f => !numbers.Contains(f)) is not { Length: <= 2 } others || !Array.TrueForAll(others, leaves.Contains)) return null;
            var number = exact.Length == 0 ? null : Known(exact.Aggregate((a, b) => a * b));
            lead.Add(others switch { [] => new Term(null, number), [var a] => new Term(a, number), [var a, var b] => new Term(a, number is null ? b : b * number), _ => throw new InvalidOperationException("more than two factors") });
        }
        return new Parts(lead, q.Lack is { } lack ? made[x] * lack : null, p.HasLimit || q.HasLimit);
    }

    private Parts Negated(Parts of) => of with { Lead = [.. of.Lead.Select(Negated)], Lack = of.Lack is { } lack ? -lack : null };

    private Term Negated(Term term)
    {
        if (term.B is null) return term with { B = Known(graph.Constant(-1f)) };
        var negated = -term.B;
        if (numbers.Contains(term.B)) numbers.Add(negated);
        if (leaves.Contains(term.B)) leaves.Add(negated);
        return term with { B = negated };
    }

    // An infinite score that its label agrees with counts nothing.
    private static Value Of(Term term) =>
        term.A is not { } a || term.B is not { } b ? term.A ?? term.B! : term.MayVanish ? Where(KnownDerivatives.IsZero(b), 0, a * b) : a * b;

    /// <summary>A product of two, of which the second may be a sum that is zero; what is missing is 1.</summary>
    private sealed record Term(Value? A, Value? B, bool MayVanish = false)
    {
        public Value? CommonFactor(Term other) => new[] { A, B }.OfType<Value>().FirstOrDefault(f => ReferenceEquals(f, other.A) || ReferenceEquals(f, other.B));
    }

    /// <summary>A value as products without rounding and what they lack.</summary>
    private sealed record Parts(IReadOnlyList<Term> Lead, Value? Lack, bool HasLimit);
}
