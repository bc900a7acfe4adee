using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Computes in float64 the chains of elementwise ops that are numerically unstable in float32 and that no rule has cured, and small programs
/// that are. Each is rounded once, at its result; the casts are part of its kernel, so nothing wide goes through memory.
/// </summary>
internal sealed class Float64Chains
{
    /// <summary>What reports call it, and what switches it off.</summary>
    public const string RuleName = "unstable in float32 => float64";

    /// <summary>What reports call it where float64 is not enough, and what switches that off.</summary>
    public const string RuleNameBeyond = "unstable in float64 => double-double";

    /// <summary>What reports call it where double-double arithmetic is not enough either, and what switches that off.</summary>
    public const string RuleNameExact = "unstable in double-double => multi-precision";

    /// <summary>What reports call it where float32 is enough once limits are apart (<see cref="LimitsApart"/>), and what switches that off.</summary>
    public const string RuleNameApart = "unstable in float32 => limits apart";

    private readonly GraphProgram program;
    private readonly Action<RewriteRecord>? fired;
    private readonly bool allowsDoubleDouble;
    private readonly bool allowsExact;
    private readonly bool allowsApart;
    private readonly HashSet<Node> readers;
    private readonly HashSet<Node> read;

    // What the caller gets in the place of a result that others read as it was.
    private readonly Dictionary<Node, Value> yielded = [];
    private readonly Dictionary<Node, SmallProgram> small;
    private readonly Dictionary<string, ChainVerdict?> verdicts = new(StringComparer.Ordinal);
    private readonly ChainPrograms? programs;
    private readonly GraphCopy copy = new(new Graph());
    private readonly WideCopy wide;

    private Float64Chains(GraphProgram program, Action<RewriteRecord>? fired, Func<string, bool> allows)
    {
        (this.program, this.fired) = (program, fired);
        (allowsDoubleDouble, allowsExact, allowsApart) = (allows(RuleNameBeyond), allows(RuleNameExact), allows(RuleNameApart));
        readers = ReadersElsewhere(program);
        read = [.. program.Graph.Nodes.SelectMany(n => n.Inputs).Select(i => i.Node)];
        small = SmallProgram.Results(program);
        wide = new WideCopy(copy);
        // Of a single result no other goes on.
        if (program.Fetches.Length > 1) programs = new ChainPrograms();
    }

    /// <summary>The program with casts in it.</summary>
    /// <param name="program">The program after the rules' fixpoint.</param>
    /// <param name="fired">Told of each replacement; null if nobody asks.</param>
    /// <param name="allows">Whether a rule is switched on.</param>
    public static GraphProgram Apply(GraphProgram program, Action<RewriteRecord>? fired, Func<string, bool> allows) => new Float64Chains(program, fired, allows).Apply();

    private GraphProgram Apply()
    {
        foreach (var node in program.Graph.Nodes)
        {
            using var origin = copy.Target.WithOrigin(node.Origin);
            if (SmallTrial(node) is { } region)
            {
                WidenWhole(node, region.Leaves, region.Verdict);
            }
            else if (Hazard(node) is { } hazard)
            {
                WidenChain(node, hazard.Chain, hazard.Verdict);
            }
            else if (small.TryGetValue(node, out var whole) && PartsOf(whole).FirstOrDefault() is { Part: not null } lost)
            {
                // Where the rules have widened what cancels, only powers show that float64 loses the digits, too.
                Refine(whole, isWhole: true);
                Replace(node, Settled(wide.Whole(node.Output), whole), [.. lost.Part.Leaves], lost.Verdict);
            }
            else
            {
                copy.Add(node);
            }
        }
        var copied = program.In(copy);
        return yielded.Count == 0 ? copied : DeadNodes.Remove(copied with { Fetches = [.. program.Fetches.Select(f => yielded.GetValueOrDefault(f.Node) ?? copy[f])] });
    }

    /// <summary>A small program that fails and is no chain.</summary>
    private void WidenWhole(Node node, IReadOnlyList<Value> leaves, ChainVerdict verdict)
    {
        var exact = small[node];
        if (Apart(exact) is { } apart)
        {
            Keep(node, apart, [.. leaves], verdict);
            return;
        }
        var isRefined = Refine(exact, isWhole: true);
        var beyond = allowsDoubleDouble && !isRefined ? RegionTrial.BeyondFloat64(exact) : null;
        var result = Checked(exact, isRefined, beyond is not null) is { } precise ? InDoubleDouble(exact, precise, wide.Whole(node.Output), isLast: true) : Settled(wide.Whole(node.Output), exact);
        Replace(node, result, [.. leaves], verdict with { LosesInFloat64 = beyond is not null, LosesInDoubleDouble = beyond?.IsBeyondDoubleDouble });
    }

    /// <summary>A chain that fails; on exact data it is a small program, too.</summary>
    private void WidenChain(Node node, ElementChain chain, ChainVerdict verdict)
    {
        var exact = small.GetValueOrDefault(node);
        if (exact is not null && Apart(exact) is { } apart)
        {
            Keep(node, apart, [.. chain.Leaves], verdict);
            return;
        }
        var isRefined = exact is not null && chain.Leaves.Count > 1 && Refine(exact, isWhole: false);
        Value result;
        if (exact is null) result = wide.Chain(node.Output);
        else if (Checked(exact, isRefined || (verdict is { LosesInFloat64: false, Expansions.Length: > 0 }), verdict.LosesInFloat64) is { } precise) result = InDoubleDouble(exact, precise, wide.Chain(node.Output), isLast: verdict.Expansions.Length == 0);
        else result = Settled(wide.Chain(node.Output), exact);
        if (verdict.Expansions.Length > 0) result = wide.Selected(chain, verdict.Expansions, result);
        Replace(node, result, [.. chain.Leaves], verdict);
    }

    private void Replace(Node node, Value result, Value[] leaves, ChainVerdict verdict)
    {
        var narrow = result.DType == DType.Float32 ? result : Ops.Cast(result, DType.Float32);
        Yield(node, narrow);
        if (fired is null || verdict.Error == 0) return;
        var name = result.Node.Op is not DoubleDoubleOp op || !verdict.LosesInFloat64 ? RuleName : op.MayGoOn && verdict.LosesInDoubleDouble is { Value: true } ? RuleNameExact : RuleNameBeyond;
        // What is only checked shows as what is checked.
        var shown = name == RuleName && result.Node.Op is DoubleDoubleOp ? Disturbance.Suspected(result.Node.Inputs[0]) : narrow;
        fired(Record(name, node.Output, shown, leaves, verdict));
    }

    private void Keep(Node node, Value result, Value[] leaves, ChainVerdict verdict)
    {
        Yield(node, result);
        if (verdict.Error > 0) fired?.Invoke(Record(RuleNameApart, node.Output, result, leaves, verdict));
    }

    /// <summary>
    /// Puts a result in the place of a node. What is computed otherwise only because the caller gets it has other last places than what it was computed from, and a gradient that asks which element
    /// a maximum is finds none: so other readers, which have trials of their own, keep it as it was, and a value does not depend on what else is fetched.
    /// </summary>
    private void Yield(Node node, Value result)
    {
        if (!small.ContainsKey(node) || !read.Contains(node) || IsChainOfReaders(node))
        {
            copy.Map(node, result.Node);
            return;
        }
        copy.Add(node);
        yielded.Add(node, result);
    }

    /// <summary>Whether it would be computed in float64 if the caller did not get it.</summary>
    private bool IsChainOfReaders(Node node) =>
        readers.Contains(node) && ElementChain.Of(node.Output, exact: false) is { Leaves.Count: > 0 } chain && chain.MayMagnifyRounding() && VerdictOf(chain, exact: false, Openness.None) is not null;

    /// <summary>Where float64 may be dear, a form that keeps the digits in float32.</summary>
    private Value? Apart(SmallProgram program)
    {
        if (!allowsApart || program.Openness == Openness.None || LimitsApart.Of(copy.Target, program.Leaves, program.Values, leaf => copy[leaf]) is not var (result, lacks)) return null;
        if (SmallProgram.Of(result) is not { } made) return null;
        if (!made.IsChain) return RegionTrial.Fails(made) is null ? result : null;
        return ElementChain.Of(result, exact: true) is { } chain && ChainTrial.IsStable(chain, made.Openness, lacks) ? result : null;
    }

    /// <summary>Of fetches that are no chain, or a longer one than is tried as such, as determinants written out.</summary>
    private (IReadOnlyList<Value> Leaves, ChainVerdict Verdict)? SmallTrial(Node node) =>
        small.TryGetValue(node, out var region) && !(region.IsChain && ElementChain.Of(node.Output, exact: true) is not null) && RegionTrial.Fails(region) is { } verdict ? (region.Leaves, verdict) : null;

    private (ElementChain Chain, ChainVerdict Verdict)? Hazard(Node node)
    {
        if (!readers.Contains(node)) return null;
        var exact = small.TryGetValue(node, out var region) && region.IsChain;
        if (ElementChain.Of(node.Output, exact) is not { } chain || chain.Leaves.Count == 0 || !(exact || chain.MayMagnifyRounding())) return null;
        return VerdictOf(chain, exact, exact ? region!.Openness : Openness.None) is { } found ? (chain, found) : null;
    }

    private ChainVerdict? VerdictOf(ElementChain chain, bool exact, Openness openness)
    {
        var key = $"{exact} {openness} {chain.Key()}";
        if (!verdicts.TryGetValue(key, out var verdict))
        {
            verdict = ChainTrial.Fails(chain, exact, openness, programs);
            verdicts.Add(key, verdict);
        }
        return verdict;
    }

    /// <summary>Of few numbers nothing is dear: whether float64 has enough digits shows in every run, whatever the trial met.</summary>
    private DoubleDoubleProgram? Checked(SmallProgram region, bool isRefined, bool losesInFloat64) =>
        allowsDoubleDouble && !isRefined && (losesInFloat64 || region.IsTiny) ? DoubleDoubleProgram.Of(region.Leaves, region.Values) : null;

    /// <param name="region">The program.</param>
    /// <param name="precise">The same in double-double arithmetic.</param>
    /// <param name="inFloat64">Its result in float64.</param>
    /// <param name="isLast">Whether nothing else is computed with the result in float64.</param>
    private Value InDoubleDouble(SmallProgram region, DoubleDoubleProgram precise, Value inFloat64, bool isLast)
    {
        var settled = WideCopy.Settled(inFloat64);
        var known = Disturbance.WithoutSuspects(settled, FloatErrors.Of(inFloat64) ?? Ops.Abs(wide.Disturbed(region.Result) - settled));
        return copy.Target.Add(new DoubleDoubleOp(precise, allowsExact), [isLast ? Ops.Cast(known, DType.Float32) : known, .. region.Leaves.Select(l => copy[l])]);
    }

    /// <summary>A bound of the error that runs beside every number is cheap where there are few. Between elements alone, terms that cancel often round alike.</summary>
    private static Value Settled(Value result, SmallProgram region) => region.Openness == Openness.None && !region.IsChain ? SettledResult.Of(result) : WideCopy.Settled(result);

    /// <summary>Whether powers are all that it needs: of few numbers nothing is dear, and what is around the parts that powers serve is checked in every run, too.</summary>
    private bool Refine(SmallProgram region, bool isWhole)
    {
        var any = false;
        foreach (var (part, verdict) in PartsOf(region))
        {
            wide.Refine(part, verdict.Expansions, isWhole);
            any = true;
        }
        return any && !region.IsTiny;
    }

    /// <summary>For which powers serve.</summary>
    private IEnumerable<(ElementChain Part, ChainVerdict Verdict)> PartsOf(SmallProgram region)
    {
        foreach (var part in OneLeafParts.Of(region))
        {
            if (VerdictOf(part, exact: true, Openness.None) is { Expansions.Length: > 0 } verdict) yield return (part, verdict);
        }
    }

    /// <summary>Float32 results of elementwise ops that something else than such an op reads, or the caller.</summary>
    private static HashSet<Node> ReadersElsewhere(GraphProgram program)
    {
        var found = new HashSet<Node>();
        foreach (var fetch in program.Fetches) Note(fetch);
        foreach (var node in program.Graph.Nodes)
        {
            if (node.Outputs.Count == 1 && ElementChain.IsInner(node.Output)) continue;
            foreach (var input in node.Inputs) Note(input);
        }
        return found;

        void Note(Value value)
        {
            if (value.DType == DType.Float32 && value.Node.Op is ElementwiseOp && value.Node.ControlInputs.Count == 0) found.Add(value.Node);
        }
    }

    private static RewriteRecord Record(string name, Value before, Value after, Value[] leaves, ChainVerdict verdict)
    {
        var witness = string.Join(", ", leaves.Zip(verdict.Point, (leaf, x) => FormattableString.Invariant($"{leaf.Name} = {(float)x}")));
        var fails = double.IsInfinity(verdict.Error) ? "it leaves the range of float32" : FailureText.Digits(verdict.Error);
        return RewriteRecord.Of(name, before, after, leaves, Soundness.Rounding, $"{witness} (float32): {fails}");
    }
}
