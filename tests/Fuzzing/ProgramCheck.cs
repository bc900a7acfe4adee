using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Runs a program in every way there is and compares: the graph as written, in float64, defines what it means.</summary>
internal static class ProgramCheck
{
    // Of the largest element of a result: rewriting and vectors change the order of sums.
    private const double Tolerance64 = 1e-9;

    // Second derivatives are sums of larger terms.
    private const double Tolerance64Twice = 1e-7;

    // Elements of inputs, beyond which second derivatives take their time.
    private const int LargestTwice = 2000;

    // The platform's own functions differ in the last place between the vectors and the rest of a span.
    private const double TolerancePlatform = 1e-14;
    private const double Tolerance32 = 1e-4;

    /// <summary>The first disagreement, named by what disagrees, or null.</summary>
    public static Fault? Find(RandomProgram program, int seed)
    {
        var stage = "building";
        try
        {
            var random = new Random(seed);
            var exact = program.Build(DType.Float64);
            var expected = AsWrittenRun(exact, exact.Outputs);

            stage = "interpreted float64 as written";
            if (Close(Run(exact, exact.Outputs, new() { Backend = Backend.Interpreted, Rewrite = false }), expected, TolerancePlatform) is { } different) return new(stage, different);
            stage = "interpreted float64";
            if (Close(Run(exact, exact.Outputs, new() { Backend = Backend.Interpreted }), expected, Tolerance64) is { } rewritten) return new(stage, rewritten);

            stage = "compiled float64";
            var unroll = random.Next(2) == 0;
            var one = Run(exact, exact.Outputs, new() { Threads = 1, Unroll = unroll });
            if (Close(one, expected, Tolerance64) is { } off) return new(stage, off);
            stage = "compiled float64 on 2 threads";
            if (Same(Run(exact, exact.Outputs, new() { Threads = 2, Unroll = unroll }), one) is { } unequal) return new(stage, unequal);
            var width = (VectorWidth)random.Next((int)VectorWidths.Widest + 1);
            var rewrite = random.Next(4) != 0;
            stage = $"compiled float64 at {width}{(rewrite ? string.Empty : " as written")}";
            var narrow = Run(exact, exact.Outputs, new() { Width = width, Rewrite = rewrite, Unroll = false });
            if (Close(narrow, expected, Tolerance64) is { } differs) return new(stage, differs);

            stage = "compiled float32";
            var single = program.Build(DType.Float32);
            // What float32 as written loses, the compiled program may lose too.
            var singleWritten = AsWrittenRun(single, single.Outputs);
            if (Close(singleWritten, expected, 0.01) is null
                && Close(Run(single, single.Outputs, new()), expected, Tolerance32, singleWritten) is { } lost) return new(stage, lost);

            stage = "symbolic extents";
            if (TryBuildSymbolic(program, exact, random) is { } symbolic && Close(Run(symbolic, symbolic.Outputs, new()), expected, Tolerance64) is { } wrong) return new(stage, wrong);

            if (Train(program, ref stage) is { } untrained) return new(stage, untrained);
            if (RunAgain(program, random, ref stage) is { } stale) return new(stage, stale);
            return FindInGradients(exact, random, ref stage);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new(stage, error.ToString());
        }
    }

    private static BuiltProgram? TryBuildSymbolic(RandomProgram program, BuiltProgram exact, Random random)
    {
        int[] extents = [.. program.Steps.Where(s => s.IsInput).SelectMany(s => s.Data!.Extents.ToArray()).Where(e => e > 1).Distinct()];
        if (extents.Length == 0) return null;
        try
        {
            var built = program.BuildSymbolic(DType.Float64, extents[random.Next(extents.Length)]);
            // Squeeze drops what is known to be 1, which an expression over symbols is not.
            return built.Outputs.Zip(exact.Outputs, (a, b) => a.Rank == b.Rank).All(same => same) ? built : null;
        }
        catch (GraphException)
        {
            // A step that names the extent cannot do without it.
            return null;
        }
    }

    /// <summary>A few steps of gradient descent on variables in the place of the float inputs, in one run.</summary>
    private static string? Train(RandomProgram program, ref string stage)
    {
        stage = "building a training step";
        var built = program.BuildTrainable(DType.Float64);
        Value[] outputs = [.. built.Outputs.Where(o => o.DType.IsFloat())];
        if (outputs.Length == 0 || built.Graph.Variables.Count == 0) return null;
        // Bounded, so that a few steps stay near where the program was found to be well behaved.
        var loss = outputs.Select(o => Mean(Tanh(o))).Aggregate((a, b) => a + b);
        Value[] variables = [.. built.Graph.Variables];
        var gradients = Gradients(loss, new GradientOptions { Disconnected = Disconnected.Zeros }, variables);
        var step = Group([.. built.Graph.Variables.Zip(gradients, (v, g) => AssignSub(v, g * 1e-6))]);
        stage = "interpreted training";
        var expected = After(new() { Backend = Backend.Interpreted });
        stage = "compiled training";
        return Close(After(new()), expected, Tolerance64);

        TensorData[] After(SessionOptions options)
        {
            using var session = new Session(built.Graph, options with { Verify = true });
            session.Run(step, 3, [.. session.Needed([.. gradients], built.Feeds)]);
            return [.. built.Graph.Variables.Select(session.Read)];
        }
    }

    /// <summary>Runs after the first, with variables in the place of some float inputs that stay and then are written, give what a first run gives.</summary>
    private static string? RunAgain(RandomProgram program, Random random, ref string stage)
    {
        stage = "building with variables";
        var built = program.BuildTrainable(DType.Float64, () => random.Next(3) > 0);
        var options = new SessionOptions { Unroll = false, Threads = random.Next(1, 3) };
        var feeds = built.Feeds;
        using var session = new Session(built.Graph, options);
        stage = "variables that stay";
        var first = Once(session);
        if (Same(Once(session), first) is { } other) return other;
        // The same data moved along by one element stays in its range.
        foreach (var variable in built.Graph.Variables)
        {
            var data = session.Read(variable);
            session.Write(variable, Data.Generate(data.DType, data.Extents.ToArray(), i => data.At((i + 1) % data.Count)));
        }
        stage = "written variables";
        using var fresh = new Session(built.Graph, options);
        foreach (var variable in built.Graph.Variables) fresh.Write(variable, session.Read(variable));
        return Same(Once(session), Once(fresh));

        TensorData[] Once(Session run) => run.Run(built.Outputs, [.. run.Needed(built.Outputs, feeds)]);
    }

    private static Fault? FindInGradients(BuiltProgram program, Random random, ref string stage)
    {
        Value[] outputs = [.. program.Outputs.Where(o => o.DType.IsFloat())];
        if (outputs.Length == 0 || program.FloatInputs.Length == 0) return null;
        stage = "building gradients";
        var loss = outputs.Select(o => Sum(o * (random.NextDouble() + 0.5))).Aggregate((a, b) => a + b);
        var zeros = new GradientOptions { Disconnected = Disconnected.Zeros };
        var stable = Gradients(loss, zeros, program.FloatInputs);
        var plain = Gradients(loss, zeros with { Stabilize = false }, program.FloatInputs);
        var expected = AsWrittenRun(program, plain);
        if (expected.Any(g => Enumerable.Range(0, g.Count).Any(i => !(Math.Abs(g.At(i)) < 1e8)))) return null;

        stage = "stabilized gradients";
        if (Close(AsWrittenRun(program, stable), expected, Tolerance64) is { } unstable) return new(stage, unstable);
        stage = "compiled gradients";
        if (Close(Run(program, stable, new()), expected, Tolerance64) is { } off) return new(stage, off);
        stage = "compiled gradients beside the results";
        if (Close(Run(program, [.. outputs, .. stable], new())[outputs.Length..], expected, Tolerance64) is { } beside) return new(stage, beside);
        stage = "forward mode";
        TensorData[] directions = [.. program.FloatInputs.Select(x => Data.Random(x.DType, [.. x.Shape.Select(d => (int)d.Value)], random))];
        if (Advance(program, loss, expected, directions) is { } apart) return new(stage, apart);
        stage = "gradients and central differences";
        if (Differ(program, loss, expected, directions) is { } wrong) return new(stage, wrong);
        return random.Next(2) == 0 ? FindInSecondGradients(program, plain, stable, directions, random, ref stage) : null;
    }

    /// <summary>The gradients of a weighted sum of the gradients.</summary>
    private static Fault? FindInSecondGradients(BuiltProgram program, Value[] plain, Value[] stable, TensorData[] directions, Random random, ref string stage)
    {
        if (program.FloatInputs.Sum(x => x.Shape.ElementCount.Value) > LargestTwice) return null;
        stage = "building second gradients";
        double[] weights = [.. plain.Select(_ => random.NextDouble() + 0.5)];
        var zeros = new GradientOptions { Disconnected = Disconnected.Zeros };
        Value Weighed(Value[] gradients) => gradients.Zip(weights, (g, w) => Sum(g * w)).Aggregate((a, b) => a + b);
        var written = Gradients(Weighed(plain), zeros with { Stabilize = false }, program.FloatInputs);
        var expected = AsWrittenRun(program, written);
        if (expected.Any(g => Enumerable.Range(0, g.Count).Any(i => !(Math.Abs(g.At(i)) < 1e6)))) return null;

        var slope = Weighed(stable);
        var seconds = Gradients(slope, zeros, program.FloatInputs);
        stage = "stabilized second gradients";
        if (Close(AsWrittenRun(program, seconds), expected, Tolerance64Twice) is { } unstable) return new(stage, unstable);
        stage = "compiled second gradients";
        if (Close(Run(program, seconds, new()), expected, Tolerance64Twice) is { } off) return new(stage, off);
        stage = "forward over reverse mode";
        if (Advance(program, slope, expected, directions) is { } apart) return new(stage, apart);
        stage = "second gradients and central differences";
        return Differ(program, slope, expected, directions) is { } wrong ? new(stage, wrong) : null;
    }

    /// <summary>The tangent along a direction of all float inputs is what the gradients give, as written and compiled.</summary>
    private static string? Advance(BuiltProgram program, Value loss, TensorData[] gradients, TensorData[] directions)
    {
        Value[] slopes = [.. program.FloatInputs.Zip(directions, (x, d) => Jvp([loss], [(x, program.Graph.Constant(d))], Disconnected.Zeros)[0])];
        var tangent = slopes.Aggregate((a, b) => a + b);
        var (slope, scale) = Along(gradients, directions);
        var (written, compiled) = (AsWrittenRun(program, [tangent])[0].At(0), Run(program, [tangent], new())[0].At(0));
        var allowed = 1e-8 * Math.Max(1, scale);
        return Math.Abs(written - slope) <= allowed && Math.Abs(compiled - slope) <= allowed ? null
            : $"the gradients give {slope:R} along a direction, forward mode {written:R} as written and {compiled:R} compiled";
    }

    private static (double Slope, double Scale) Along(TensorData[] gradients, TensorData[] directions)
    {
        var (slope, scale) = (0.0, 0.0);
        foreach (var (gradient, direction) in gradients.Zip(directions))
        {
            for (var i = 0; i < gradient.Count; i++)
            {
                slope += gradient.At(i) * direction.At(i);
                scale += Math.Abs(gradient.At(i) * direction.At(i));
            }
        }
        return (slope, scale);
    }

    /// <summary>Along a direction of all float inputs.</summary>
    private static string? Differ(BuiltProgram program, Value loss, TensorData[] gradients, TensorData[] directions)
    {
        var (slope, scale) = Along(gradients, directions);
        using var run = new AsWritten(loss);
        var (coarse, fine) = (Difference(1e-5), Difference(5e-6));
        // Where two steps disagree there is a kink between, or too much cancels, and nothing can be said.
        var tolerance = 1e-4 * Math.Max(1, scale);
        if (Math.Abs(coarse - fine) > tolerance / 10 || Math.Abs(fine - slope) <= tolerance) return null;
        return $"the gradients give {slope:R} along a direction, central differences {fine:R}";

        double Difference(double step) => (At(step) - At(-step)) / (2 * step);

        double At(double step)
        {
            foreach (var (placeholder, data) in program.Feeds) run.Feed(placeholder, data);
            foreach (var (input, direction) in program.FloatInputs.Zip(directions))
            {
                var data = program.Feeds.First(f => f.Placeholder == input).Data;
                run.Feed(input, Data.Generate(data.DType, data.Extents.ToArray(), i => data.At(i) + (step * direction.At(i))));
            }
            run.Run();
            return run.Read(loss).At(0);
        }
    }

    private static TensorData[] AsWrittenRun(BuiltProgram program, Value[] fetches)
    {
        using var run = new AsWritten(fetches);
        foreach (var (placeholder, data) in program.Feeds) run.Feed(placeholder, data);
        run.Run();
        return [.. fetches.Select(run.Read)];
    }

    private static TensorData[] Run(BuiltProgram program, Value[] fetches, SessionOptions options)
    {
        using var session = new Session(program.Graph, options with { Verify = true });
        return session.Run(fetches, [.. session.Needed(fetches, program.Feeds)]);
    }

    private static IEnumerable<(Value, TensorData)> Needed(this Session session, Value[] fetches, (Value Placeholder, TensorData Data)[] feeds)
    {
        Assert.All(fetches, f => Assert.Same(session.Graph, f.Graph));
        var slice = GraphSlice.Of(fetches.Select(f => f.Node)).ToHashSet();
        return feeds.Where(f => slice.Contains(f.Placeholder.Node));
    }

    private static string? Same(TensorData[] actual, TensorData[] expected)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            if (!actual[i].Equals(expected[i]) && !SameNumbers(actual[i], expected[i])) return $"output {i} is {actual[i]}, expected {expected[i]}, bit for bit";
        }
        return null;
    }

    private static bool SameNumbers(TensorData a, TensorData b) =>
        a.Type == b.Type && Enumerable.Range(0, a.Count).All(i => a.At(i).Equals(b.At(i)));

    private static string? Close(TensorData[] actual, TensorData[] expected, double tolerance, TensorData[]? asWritten = null)
    {
        for (var output = 0; output < actual.Length; output++)
        {
            var (a, e) = (actual[output], expected[output]);
            if (!a.Extents.SequenceEqual(e.Extents)) return $"output {output} has shape {a.Shape}, expected {e.Shape}";
            var largest = Enumerable.Range(0, e.Count).Select(i => Math.Abs(e.At(i))).DefaultIfEmpty().Max();
            var lost = asWritten is null ? 0 : Enumerable.Range(0, e.Count).Select(i => Math.Abs(asWritten[output].At(i) - e.At(i))).DefaultIfEmpty().Max();
            var allowed = e.DType.IsFloat() ? Math.Max(tolerance * Math.Max(1, largest), 8 * lost) : 0;
            for (var i = 0; i < e.Count; i++)
            {
                if (!(Math.Abs(a.At(i) - e.At(i)) <= allowed))
                    return $"output {output} {e.Type}: element {i} is {a.At(i):R}, expected {e.At(i):R} ± {allowed:G3}";
            }
        }
        return null;
    }
}

/// <summary>What disagreed, and how.</summary>
internal sealed record Fault(string Stage, string Text)
{
    public override string ToString() => $"{Stage}: {Text}";
}
