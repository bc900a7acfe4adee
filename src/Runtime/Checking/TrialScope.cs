using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Checking;

/// <summary>A program to try, with what in it may go wrong. The body of a loop in it is such a program, too.</summary>
internal sealed class TrialScope : IDisposable
{
    private readonly Dictionary<Node, TrialScope> bodies = [];
    private readonly Func<string, long> symbols;
    private readonly Func<Value, bool> isDeclared;

    /// <param name="program">The program as written.</param>
    /// <param name="ranges">Where its values lie.</param>
    /// <param name="symbols">The values of the symbols in shapes.</param>
    /// <param name="isDeclared">Whether it is known where a source lies.</param>
    public TrialScope(TrialProgram program, RangeAnalysis ranges, Func<string, long> symbols, Func<Value, bool> isDeclared)
    {
        (Program, this.symbols, this.isDeclared) = (program, symbols, isDeclared);
        foreach (var node in program.Slice)
        {
            if (node.Op is not LoopOp loop) continue;
            var isKnown = node.Inputs.All(i => IsDeclared(i.Node));
            var body = new TrialScope(new TrialProgram([.. loop.Body.Fetches.Where(f => f.Node.Op is not PlaceholderOp)]) { Symbols = symbols }, ranges.Body(node), symbols, _ => isKnown);
            if (body.Candidates.Length > 0) bodies.Add(node, body);
            else body.Program.Dispose();
        }
        Candidates = [.. program.Slice.Where(n => bodies.ContainsKey(n) || ranges.MayFail(n))];
        Watched = [.. Candidates.SelectMany(n => n.Inputs.Concat(n.Outputs)).Concat(program.Values).Distinct()];
    }

    public TrialProgram Program { get; }

    /// <summary>The nodes that may go wrong, and the loops that hold such nodes.</summary>
    public Node[] Candidates { get; }

    /// <summary>What has to be known of a point to judge the candidates.</summary>
    public Value[] Watched { get; }

    /// <summary>What an iteration of a loop computes; null if nothing in it may go wrong.</summary>
    public TrialScope? Body(Node loop) => bodies.GetValueOrDefault(loop);

    /// <summary>Whether it is known where every float lies on which a node depends.</summary>
    public bool IsDeclared(Node node) =>
        GraphSlice.Of([node]).TrueForAll(n => n.Op is not PlaceholderOp || !n.Output.DType.IsFloat() || isDeclared(n.Output));

    /// <summary>The values at a point.</summary>
    public Sample? At(TensorData[] point) => Sample.Of(Program, Watched, point);

    /// <summary>
    /// A result of the program that a node's error reaches through values that are wrong, all the way and from element to element; null if there is none.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="sample">Values at the point.</param>
    /// <param name="wrongOf">The wrong elements of a value, null if there are none.</param>
    public Value? Reached(Node node, Sample sample, Func<TensorData, TensorData, bool[]?> wrongOf)
    {
        Value[] wrong = [.. Program.Values.Where(v => Wrong(v, sample) is not null)];
        var reached = new Dictionary<Value, bool[]>();
        foreach (var output in node.Outputs)
        {
            if (Wrong(output, sample) is { } own) reached.Add(output, own);
        }
        if (Array.Find(wrong, reached.ContainsKey) is { } itself) return itself;
        var between = GraphSlice.Between([.. node.Outputs], wrong.Select(v => v.Node));
        Value[] values = [.. between.SelectMany(n => n.Op is SelectOp or CondOp ? n.Outputs.Append(n.Inputs[0]) : n.Outputs).Distinct()];
        if (values.Length == 0 || Sample.Of(Program, values, sample.Point) is not { } whole) return null;
        foreach (var next in between)
        {
            if (!next.Inputs.Any(reached.ContainsKey)) continue;
            foreach (var output in next.Outputs)
            {
                if (Wrong(output, whole) is not { } own) continue;
                for (var i = 0; i < own.Length; i++) own[i] &= next.Inputs.Where(reached.ContainsKey).Any(x => IsTaken(next, x, i, own.Length) && IsMet(next, reached[x], i, own.Length));
                if (own.Contains(true)) reached.TryAdd(output, own);
            }
        }
        return Array.Find(wrong, reached.ContainsKey);

        bool[]? Wrong(Value value, Sample at) => wrongOf(at[value].Narrow, at[value].Wide);

        // Element meets element in elementwise ops, unless one is repeated.
        bool IsMet(Node next, bool[] from, int element, int count) =>
            next.Op is ElementwiseOp or CondOp or CustomGradientOp or StopGradientOp or ReshapeOp && from.Length == count ? from[element] : from.Contains(true);

        // Of a selection what its condition takes.
        bool IsTaken(Node next, Value input, int element, int count)
        {
            if (next.Op is not (SelectOp or CondOp)) return true;
            var condition = whole[next.Inputs[0]].Narrow;
            if (condition.Count != count && condition.Count != 1) return true;
            return next.Inputs[condition.At(condition.Count == 1 ? 0 : element) != 0 ? 1 : 2] == input;
        }
    }

    /// <summary>The iterations of a loop at a sample, counted from 1; they end where the data makes one fail.</summary>
    public IEnumerable<(int Iteration, Sample Sample)> Iterations(Node node, Sample sample)
    {
        var (loop, body) = ((LoopOp)node.Op, bodies[node]);
        var inputs = node.Inputs.Select(i => sample[i].Narrow).ToArray();
        var parameters = loop.Body.Parameters;
        var carries = inputs[..loop.Carries];
        var most = Math.Min(TrialProgram.MostIterations, loop.Length?.Evaluate(symbols) ?? long.MaxValue);
        if (loop.IsCounted) most = Math.Clamp((long)inputs[loop.CountInput].At(0), 0, most);
        var goesOn = !loop.Tells || inputs[loop.ContinueInput].At(0) != 0;
        for (var done = 0; done < most && goesOn; done++)
        {
            var at = loop.IsReversed ? most - 1 - done : done;
            var fed = new Dictionary<Value, TensorData>();
            for (var i = 0; i < carries.Length; i++) fed.Add(parameters.Carries[i], carries[i]);
            for (var s = 0; s < loop.Steps; s++) fed.Add(parameters.Steps[s], Part(inputs[loop.Carries + s], (int)at));
            for (var c = 0; c < loop.Captures; c++) fed.Add(parameters.Captures[c], inputs[loop.Carries + loop.Steps + c]);
            if (body.At([.. body.Program.Sources.Select(s => fed[s])]) is not { } values) yield break;
            yield return (done + 1, values);
            carries = Array.ConvertAll(loop.Body.Results.Carries, Result);
            if (loop.Tells) goesOn = Result(loop.Body.Results.Continue!).At(0) != 0;

            TensorData Result(Value value) => fed.TryGetValue(value, out var same) ? same : values[value].Narrow;
        }
    }

    /// <summary>Ends the programs of bodies; the program itself belongs to whoever gave it.</summary>
    public void Dispose()
    {
        foreach (var body in bodies.Values)
        {
            body.Dispose();
            body.Program.Dispose();
        }
    }

    private static TensorData Part(TensorData stack, int place)
    {
        var count = stack.Count / stack.Extents[0];
        var elements = Array.CreateInstance(stack.Elements.GetType().GetElementType()!, count);
        Array.Copy(stack.Elements, place * count, elements, 0, count);
        return new TensorData(elements, stack.Extents[1..].ToArray());
    }
}
