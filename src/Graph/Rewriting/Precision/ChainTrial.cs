using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Precision;

/// <summary>
/// Tries whether a chain is numerically unstable: computed in float32 it errs by much more than its leaves' own last places make of the
/// result. Where the function itself is sensitive (x - y near x = y), the last places of the leaves matter as much, and float64 would only
/// compute the digits of noise; where it is not (x - sin(x)), the error is the expression's. Leaves that are fed are exact: of these all digits count.
/// </summary>
internal sealed class ChainTrial
{
    // Half a unit in the last place of float32, relative.
    private const double Rounding = 1.0 / (1 << 24);

    // Some ops, each within two units and each magnified as much as the function itself is sensitive, stay well below; 128 * 6e-8 = 8e-6.
    private const double Magnification = 128;

    // Of exact leaves, the result: 64 * 6e-8 = 4e-6.
    private const double MagnificationOfExact = 64;

    // Where nobody knows how many elements there will be, float64 may be dear: 128 * 6e-8 = 7.6e-6, as in the tail of a GELU. What no sample meets may be
    // off by half as much again.
    private const double MagnificationOfOpen = 128;

    // Of the points that are tried with several leaves that are not exact, one in so many must fail.
    private const int LeastShare = 16;

    // Beyond, float32 has no number, or not all of its digits.
    private const double Smallest = 1e-30;
    private const double SmallestOfExact = 1.2e-38;
    private const double Largest = 1e37;
    private const double LargestOfExact = 3.3e38;
    private const double SmallestInside = 1e-36;

    // Double-double arithmetic is dear.
    private const int MostSuspects = 24;

    private readonly ElementChain chain;
    private readonly bool exact;
    private readonly Openness openness;
    private readonly bool judges;
    private readonly ChainPrograms.Series? series;
    private readonly Graph graph = new();
    private readonly Dictionary<(bool Wide, bool Disturbed, int Count), PreparedProgram> programs = [];

    // What leaves are added to.
    private readonly IReadOnlySet<Value> lacks;

    private ChainTrial(ElementChain chain, bool exact, Openness openness, IReadOnlySet<Value> lacks, bool judges, ChainPrograms? shared)
    {
        (this.chain, this.exact, this.openness, this.lacks, this.judges) = (chain, exact, openness, lacks, judges);
        series = exact ? shared?.Of(chain) : null;
    }

    /// <summary>How a chain fails; null if it is stable at all points.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="exact">Whether its leaves are exact, and free of each other.</param>
    /// <param name="openness">Whether there may be any number of elements: then sums of leaves are granted the leaves' last places (<see cref="Addends"/>).</param>
    /// <param name="shared">What is kept from trial to trial.</param>
    public static ChainVerdict? Fails(ElementChain chain, bool exact, Openness openness, ChainPrograms? shared = null) =>
        new ChainTrial(chain, exact, openness, new HashSet<Value>(), judges: true, shared).Run();

    /// <summary>Whether a chain of exact leaves, in which limits are apart (<see cref="LimitsApart"/>), is stable at all points.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="openness">Whether there may be any number of elements.</param>
    /// <param name="lacks">Values beside which leaves are granted their last places as beside other leaves, as far as these are rounded.</param>
    public static bool IsStable(ElementChain chain, Openness openness, IReadOnlySet<Value> lacks) => new ChainTrial(chain, exact: true, openness, lacks, judges: false, null).Run() is null;

    /// <summary>The op that computes in float64 what an op of a chain does in float32; null if it only changes between the two.</summary>
    public static Op? Wide(Node node) => node.Op switch
    {
        CastOp { To: DType.Float32 or DType.Float64 } => node.Inputs[0].DType.IsFloat() ? null : new CastOp(DType.Float64),
        var op => op,
    };

    private ChainVerdict? Run()
    {
        using var origin = graph.WithOrigin(chain.Values[^1].Node.Origin);
        var samples = series?.Samples ?? [.. SamplePoints.Of(chain.Leaves.Count, exact).Select((s, i) => exact ? DeclaredRange.Fold(s, DeclaredRange.Of(chain.Leaves[i])) : s)];
        var program = Program(wide: true, samples[0].Length);
        // Only where float64 keeps the digits is it known what is right.
        var right = program.Run(samples);
        var (worst, failed, tried) = Compare(samples, right, exact ? [] : program.All(), exact ? new double[right.Length] : Sensitivity(program, samples, right));
        // Several leaves meet by chance in ways that a model never sees (a target of 10^4 beside a probability): a few points are no evidence.
        if (!exact && (worst is null || (chain.Leaves.Count > 1 && failed * LeastShare < tried))) return null;
        // That it fails is enough.
        if (!judges && worst is var (place, size)) return new ChainVerdict(place, size, []);
        var expansions = chain is { Leaves: [{ DType: DType.Float32 }], PowerOfSize: not null } ? Expansion.Find(chain, x => WideAt([x])) : [];
        if (worst is { } found) return Judged(new ChainVerdict(found.Point, found.Error, expansions), samples, right, null);
        if (expansions is [{ Witness: var (x, error) }, ..]) return Judged(new ChainVerdict([x], error, expansions), samples, right, null);
        if (!exact || !chain.MayCancel()) return null;
        var near = Crossing.Near(samples, right, WideAt);
        if (near is not null && CompareNear(near) is { } close) return Judged(new ChainVerdict(close.Point, close.Error, []), samples, right, near);
        // Nobody has excused what float32 and float64 lose alike.
        return openness == Openness.None ? Judged(null, samples, right, near) : null;
    }

    /// <summary>Whether float64 loses digits, too, at the samples or near where the result is zero. Of many features it is enough.</summary>
    private ChainVerdict? Judged(ChainVerdict? verdict, double[][] samples, double[] right, double[][]? near)
    {
        if (!exact || openness == Openness.ManyFeatures || !chain.MayCancel() || (verdict is not null && !judges)) return verdict;
        if (JudgedAt(verdict, samples, right) is { LosesInFloat64: true } judged) return judged;
        near ??= Crossing.Near(samples, right, WideAt);
        return near is null ? verdict : JudgedAt(verdict, near, WideAt(near));
    }

    /// <summary>Whether float64 loses digits at some of the points where its results are not settled (<see cref="Disturbance"/>).</summary>
    private ChainVerdict? JudgedAt(ChainVerdict? verdict, double[][] samples, double[] right)
    {
        var disturbed = Program(wide: true, right.Length, disturbed: true).Run(samples);
        int[] suspects = [.. Enumerable.Range(0, right.Length).Where(i => !double.IsFinite(right[i]) || Disturbance.Differs(right[i], disturbed[i]))];
        if (suspects.Length == 0) return verdict;
        // Zeros, infinities and NaN, which are often right, take a third of the places each at the most.
        var (zeros, ends, unknown) = (suspects.Where(i => right[i] == 0), suspects.Where(i => double.IsInfinity(right[i])), suspects.Where(i => double.IsNaN(right[i])));
        int[] points = [.. Some(suspects.Except(zeros).Except(ends).Except(unknown), MostSuspects * 2 / 3), .. Some(unknown, MostSuspects / 3), .. Some(zeros, MostSuspects / 3), .. Some(ends, MostSuspects / 3)];
        double[][] leaves = [.. samples.Select(s => Array.ConvertAll(points, p => s[p]))];
        var values = Build(wide: true, points.Length);
        var lost = Float64Loss.Find(values[..leaves.Length], values[leaves.Length..], leaves, _ => 0, point => verdict is { Expansions: var expansions } && expansions.Any(e => e.Covers(leaves[0][point])));
        return lost is not var (place, error, isBeyond) ? verdict : (verdict ?? new ChainVerdict([.. leaves.Select(l => l[place])], error, [])) with { LosesInFloat64 = true, LosesInDoubleDouble = isBeyond };

        // Every so many, where there are more than are needed: by size, for numbers of both signs take turns.
        IEnumerable<int> Some(IEnumerable<int> all, int most)
        {
            int[] ordered = [.. all.OrderBy(i => samples[0][i])];
            return ordered.Where((_, i) => i % (1 + (ordered.Length / most)) == 0);
        }
    }

    /// <summary>
    /// The same close to where the result changes its sign. Of many features few are as close, and the last places of the leaves decide all digits there.
    /// </summary>
    private (double[] Point, double Error)? CompareNear(double[][] near)
    {
        var program = Program(wide: true, near[0].Length);
        var right = program.Run(near);
        return Compare(near, right, [], openness == Openness.ManyFeatures ? Sensitivity(program, near, right) : new double[near[0].Length]).Worst;
    }

    /// <summary>Where float32 errs most, by how much, and at how many of how many points too much.</summary>
    /// <param name="samples">The leaves at each point.</param>
    /// <param name="right">The result in float64.</param>
    /// <param name="all">All values in float64, of leaves that are not exact.</param>
    /// <param name="sensitivity">What the last places of the leaves make of the result.</param>
    private ((double[] Point, double Error)? Worst, int Failed, int Tried) Compare(double[][] samples, double[] right, double[][] all, double[] sensitivity)
    {
        var narrow = Program(wide: false, right.Length).Run(samples);
        var (smallest, largest) = exact && openness != Openness.ManyFeatures ? (SmallestOfExact, LargestOfExact) : (Smallest, Largest);
        var magnification = openness != Openness.None ? MagnificationOfOpen : exact ? MagnificationOfExact : Magnification;
        var (tried, failed) = (0, new List<(int Point, double Error)>());
        for (var point = 0; point < right.Length; point++)
        {
            var size = Math.Abs(right[point]);
            if (!(size > smallest && size < largest) || !double.IsFinite(sensitivity[point])) continue;
            if (openness == Openness.ManyFeatures && !Array.TrueForAll(samples, s => Addends.IsOrdinary(s[point]))) continue;
            // What several leaves can be at once is not known (x and its maximum): only one leaf alone may leave the range.
            if (!exact && chain.Leaves.Count > 1 && all.Any(v => Math.Abs(v[point]) is (> 0 and < SmallestInside) or > Largest)) continue;
            tried++;
            var error = Math.Abs(narrow[point] - right[point]);
            if (!(error <= magnification * (sensitivity[point] + (Rounding * size)))) failed.Add((point, error));
        }
        // Near a root of a polynomial all digits are the variable's, and such a chain is as short as memory is slow.
        if (openness != Openness.None && failed.Count > 0 && !(openness == Openness.FewFeatures && chain.IsNestedPolynomial()))
        {
            var granted = Granted([.. samples.Select(s => failed.Select(f => s[f.Point]).ToArray())]);
            failed = [.. failed.Where((f, i) => !(f.Error <= granted[i] + (magnification * Rounding * Math.Abs(right[f.Point]))))];
        }
        if (failed.Count > 0 && Chosen([.. samples.Select(s => failed.Select(f => s[f.Point]).ToArray())]) is { } chosen) failed = [.. failed.Where((f, i) => chosen[i] == 0 || !double.IsFinite(f.Error))];
        (double[] Point, double Error)? worst = null;
        foreach (var (point, error) in failed)
        {
            var relative = double.IsNaN(error) ? double.PositiveInfinity : error / Math.Abs(right[point]);
            if (worst is null || relative > worst.Value.Error) worst = ([.. samples.Select(s => s[point])], relative);
        }
        return (worst, failed.Count, tried);
    }

    private double[] WideAt(double[][] leaves) => Program(wide: true, leaves[0].Length).Run(leaves);

    /// <summary>By how much the result changes when each leaf moves by half its last place, added up.</summary>
    private double[] Sensitivity(PreparedProgram program, double[][] samples, double[] right)
    {
        var sum = new double[right.Length];
        for (var leaf = 0; leaf < samples.Length; leaf++)
        {
            if (!chain.Leaves[leaf].DType.IsFloat()) continue;
            double[][] moved = [.. samples];
            moved[leaf] = [.. samples[leaf].Select(x => x * (1 + Rounding))];
            var result = program.Run(moved);
            for (var point = 0; point < sum.Length; point++) sum[point] += Math.Abs(result[point] - right[point]);
        }
        return sum;
    }

    /// <summary>What the last places of <see cref="Addends"/> make of the result.</summary>
    private double[] Granted(double[][] samples)
    {
        var addends = new Addends(chain.Leaves, chain.Values, openness == Openness.ManyFeatures);
        var (whole, apart) = (Program(wide: true, samples[0].Length), new PreparedProgram(Build(wide: true, samples[0].Length, addends), _ => 0));
        var right = whole.Run(samples);
        var changes = new List<(double[] Everywhere, double[] Added)>();
        for (var leaf = 0; leaf < samples.Length; leaf++)
        {
            if (!chain.Leaves[leaf].DType.IsFloat()) continue;
            double[][] moved = [.. samples];
            moved[leaf] = Array.ConvertAll(samples[leaf], x => Addends.Moved(x));
            changes.Add((whole.Run(moved), apart.Run([.. samples, .. moved])));
        }
        var rounded = lacks.Count == 0 ? right : new PreparedProgram(Build(wide: true, samples[0].Length, moved: lacks), _ => 0).Run(samples);
        return addends.Granted(right, changes, rounded);
    }

    /// <summary>At which points rounding decides a comparison (<see cref="Choices"/>), by numbers other than zero; null if nothing is compared.</summary>
    private double[]? Chosen(double[][] samples)
    {
        if (!chain.Values.Any(Choices.IsChoice)) return null;
        var program = new List<Value>();
        var choices = Choices.Of(chain.Values, Copy(wide: false), Copy(wide: true), openness == Openness.None ? null : (Copy(wide: true), Copy(wide: true)), isWhole: false);
        return choices.Count == 0 ? null : new PreparedProgram([.. program, .. choices], _ => 0).Run(Choices.Data([.. chain.Leaves.Select(l => l.DType)], samples, openness != Openness.None));

        Dictionary<Value, Value> Copy(bool wide)
        {
            var copies = new Dictionary<Value, Value>();
            program.AddRange(Build(wide, samples[0].Length, copies: copies));
            return copies;
        }
    }

    private PreparedProgram Program(bool wide, int count, bool disturbed = false)
    {
        if (series is not null && count == series.Samples[0].Length)
        {
            var going = series.Program(wide, disturbed);
            using var origin = going.Graph.WithOrigin(chain.Values[^1].Node.Origin);
            Extend(going, wide, count, disturbed: disturbed);
            return going.UpTo(chain.Values[^1]);
        }
        if (programs.TryGetValue((wide, disturbed, count), out var program)) return program;
        program = new PreparedProgram(Build(wide, count, disturbed: disturbed), _ => 0);
        programs.Add((wide, disturbed, count), program);
        return program;
    }

    /// <summary>The chain on vectors of points; its leaves come first, and after them the leaves of addends, if these are to be fed apart.</summary>
    private List<Value> Build(bool wide, int count, Addends? apart = null, bool disturbed = false, IReadOnlySet<Value>? moved = null, Dictionary<Value, Value>? copies = null)
    {
        var program = new ChainProgram(graph, copies ?? []);
        Extend(program, wide, count, apart, disturbed, moved);
        // The result may be a repetition or a conversion of another.
        if (program.Copies[chain.Values[^1]] is var last && !ReferenceEquals(program.Values[^1], last)) program.Values.Add(last);
        return program.Values;
    }

    /// <summary>Adds what of the chain is not in a program yet.</summary>
    private void Extend(ChainProgram into, bool wide, int count, Addends? apart = null, bool disturbed = false, IReadOnlySet<Value>? moved = null)
    {
        var (made, addends, program) = (into.Copies, new Dictionary<Value, Value>(), into.Values);
        foreach (var leaf in program.Count == 0 ? chain.Leaves : []) Keep(leaf, made, LeafLike(leaf));
        foreach (var leaf in apart is null ? [] : chain.Leaves) Keep(leaf, addends, LeafLike(leaf));
        foreach (var value in chain.Values)
        {
            if (made.ContainsKey(value)) continue;
            Make(value, made, i => apart is not null && apart.IsMet(value.Node, i) ? addends[i] : made[i]);
            if (apart is not null && apart.Contains(value)) Make(value, addends, i => addends.GetValueOrDefault(i, made[i]));
        }

        Value LeafLike(Value leaf) => into.Graph.Placeholder("leaf", [count], wide && leaf.DType.IsFloat() ? DType.Float64 : leaf.DType);

        void Make(Value value, Dictionary<Value, Value> to, Func<Value, Value> operand)
        {
            if (chain.TryTrialNumber(value, out var number)) Keep(value, to, into.Graph.Constant(TensorData.Filled(wide ? DType.Float64 : value.DType, number, count)));
            else if (ElementChain.IsRepetition(value)) to.Add(value, operand(value.Node.Inputs[0]));
            else if ((wide ? Wide(value.Node) : value.Node.Op) is { } op) Keep(value, to, Moved(value, into.Graph.Add(op, [.. value.Node.Inputs.Select(operand)])));
            else to.Add(value, operand(value.Node.Inputs[0]));
        }

        Value Moved(Value value, Value result) =>
            disturbed && Disturbance.Rounds(value.Node) ? Disturbance.Of(value.Node, result, program.Count, program) : moved is not null && moved.Contains(value) ? Disturbance.Move(result, 1 + Rounding, program) : result;

        void Keep(Value value, Dictionary<Value, Value> to, Value copy)
        {
            to.Add(value, copy);
            program.Add(copy);
        }
    }
}
