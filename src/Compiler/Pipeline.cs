using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Slide;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Compilation.Passes;
using GraphGrad.Compilation.Passes.Memory;
using GraphGrad.Compilation.Printing;
using GraphGrad.Compilation.Unrolling;
using GraphGrad.Operations;
using GraphGrad.Printing;
using GraphGrad.Rewriting;
using GraphGrad.Rewriting.Loops;
using GraphGrad.Rewriting.Precision;

namespace GraphGrad.Compilation;

/// <summary>The order of everything between a graph and machine code.</summary>
internal static class Pipeline
{
    // Nothing is differentiated any more; what only gradients look at would hide expressions from the rules.
    // One fixpoint: simplifying first would destroy the patterns that stability rules look for.
    private static readonly RuleSet Rules =
        (DerivativeRules.Forget + StabilityRules.All + CanonicalRules.All + AlgebraRules.All + ShareRules.All + CenteredRules.All + FoldingRules.All).Within(Soundness.SignOfZero | Soundness.Rounding);

    public static CompiledProgram Compile(ProgramSource source, CompilerOptions options) => Compile(source, options, new KernelCode(options.Width));

    private static CompiledProgram Compile(ProgramSource source, CompilerOptions options, KernelCode code)
    {
        var run = RunnerOf(options);
        source = Rewrite(source, run, options);

        // ---- the graph is final; below are kernels, not ops ----
        // Tiny programs first: launching kernels would cost them more than their arithmetic.
        if (options.Unroll && run.Below("unroll", source.Nodes, () => Unroller.TryCompile(source)) is { } unrolled) return new CompiledProgram { Unrolled = unrolled };
        var lowered = run.Below("fuse and lower to loops", source.Nodes, () => ProgramLowering.Lower(source, options));
        // After lowering: whether a variable can be updated in place is read off the loads of the finished loop nests.
        var placed = run.Below("place results", source.Nodes, () => ResultPlacement.Place(lowered, source));
        // After placing: what is written to the caller's memory or to variables takes no room of the program's own.
        placed = run.Below("order steps", source.Nodes, () => StepOrder.Arrange(placed));
        // After ordering: what is kept from one step to another, and for how long, is known only now.
        var table = new StepFacts.Table();
        placed = run.Below("repeat and slice steps", source.Nodes, () => MemorySaving.Arrange(placed, table));
        var invariants = new InvariantSteps(placed, table, source);
        if (DebugOutput.Shows(DebugOutput.Code)) DebugOutput.Write(StepDrawing.ToText(placed.Steps, invariants.Steps));
        code.HasSeveralLoops |= placed.Steps.Count(s => s is LoweredRoutine { Node.Op: LoopOp }) > 1;
        var emitted = run.Below("emit kernels", source.Nodes, () => code.Emit([.. placed.Steps.OfType<LoweredKernel>()]));
        var program = run.Below("emit", source.Nodes, () => new CompiledProgram
        {
            Steps = [.. placed.Steps.Select(step => Emit(step, options, emitted, code))],
            Slices = placed.Slices,
            IndependentRows = source.Carries is { } carries ? IndependentRows.Find(placed, table, carries) : null,
            FirstInPlaceStep = placed.FirstInPlaceStep,
            Arena = BufferPlan.Lifetimes([.. placed.Steps.Select(s => table[s])], placed.FetchCopies.Concat(placed.Commits), placed.Slices, b => invariants.Of(b) != Invariance.None),
            Invariants = invariants,
            Constants = [.. lowered.Constants],
            FetchCopies = placed.FetchCopies,
            Commits = placed.Commits,
        });
        foreach (var step in program.Steps) step.Prepare(invariants);
        return program;
    }

    /// <summary>What runs the passes over a graph, and tells of every rewrite if somebody asks.</summary>
    public static PassRunner RunnerOf(CompilerOptions options, Action<RewriteRecord>? fired = null) => new(options.Verify, fired, options.DisabledRules);

    /// <summary>The graph that is lowered.</summary>
    public static ProgramSource Rewrite(ProgramSource source, PassRunner run, CompilerOptions options) =>
        options.Rewrite && source.Nodes.Count > 0 ? source.From(Rewrite(source.ToProgram(), run, options)) : source;

    /// <summary>The graph that runs, on either backend.</summary>
    public static GraphProgram Rewrite(GraphProgram program, PassRunner run, CompilerOptions options)
    {
        program = Simplify(program, run);
        if (program.Graph.Nodes.Any(n => n.Op is LoopOp))
        {
            // Before bodies change: a loop and its derivative's are recognized by theirs.
            program = run.Pass("unite loops", program, LoopUnion.Apply);
            // Before bodies are rewritten, so that their rules see constants.
            program = run.Pass("copy constants and views into loops", program, LoopInlining.Apply);
            program = run.Pass("prune loops", program, before => LoopPruning.Apply(before, body => Rewrite(body, run, options)));
            program = run.Pass("split loops", program, LoopFission.Apply);
            // After splitting: products that have left a loop read their matrices once.
            program = run.Pass("turn captures", program, LoopCaptures.Apply);
            program = Simplify(program, run);
            // What splitting has left unread.
            program = run.Pass("prune split loops", program, before => LoopPruning.Apply(before, DeadNodes.Remove));
        }
        // After loops: bodies are programs of their own, and come here by themselves.
        if (program.Graph.Nodes.Any(n => n.Op is RoutineOp && n.Outputs.Count > 1)) program = run.Pass("reduce routines", program, RoutineReduction.Apply);
        // After the rules' fixpoint: what they have cured is stable.
        if (options.Float64Chains && !options.DisabledRules.Contains(Float64Chains.RuleName)) program = run.Pass("widen unstable chains", program, before => Float64Chains.Apply(before, run.Records ? run.Note : null, rule => !options.DisabledRules.Contains(rule)));
        if (program.Graph.Nodes.Any(n => n.Op is WindowOp or FoldOp))
        {
            // After differentiation: what parts are filled up with is known in gradients only.
            var apart = run.Pass("take gaps apart", program, GappedWindows.Apply);
            program = ReferenceEquals(apart, program) ? program : Simplify(apart, run);
        }
        // After differentiation and simplification: gradients of images are sums of windows until here, and the slices that cut their borders off are their readers.
        if (program.Graph.Nodes.Any(n => n.Op is FoldOp)) program = run.Pass("turn folded windows", program, FoldedWindows.Apply);
        // After that, too, when it is known who else reads windows.
        if (options.Width == VectorWidth.Vector512 && program.Graph.Nodes.Any(n => n.Op is WindowOp)) program = run.Pass("slide over images", program, SlidingProducts.Apply);
        if (options.Width == VectorWidth.Vector512 && program.Graph.Nodes.Any(n => n.Op is DotOp)) program = run.Pass("slide over planes", program, SlidingPlanes.Apply);
        // After sliding, which decides by how others read images; what no longer turns them meets products and transpositions that cancel.
        if (program.Graph.Nodes.Any(n => n.Op is WindowOp))
        {
            var pooled = run.Pass("pool as images lie", program, before => PooledPlanes.Apply(before, Math.Max(1, options.Width.Bytes() / sizeof(float))));
            program = ReferenceEquals(pooled, program) ? program : Simplify(pooled, run);
        }
        // As then, too: gradients of maxima read the windows as well.
        if (program.Graph.Nodes.Any(n => n.Op is WindowOp)) program = run.Pass("take windows axis by axis", program, SeparateWindows.Apply);
        // Last: quotients and negations that other rules look for disappear.
        return run.Rewrite("reduce strength", program, AlgebraRules.Strength);
    }

    private static GraphProgram Simplify(GraphProgram program, PassRunner run)
    {
        program = run.Rewrite("stabilize and simplify", program, Rules);
        return run.Pass("merge duplicates", program, Duplicates.Merge);
    }

    /// <summary>The steps of a rewritten program as loop nests, for people to read, and for how long each one's results serve.</summary>
    public static (List<LoweredStep> Steps, Invariance[] Repetition) LowerOnly(ProgramSource source, CompilerOptions options)
    {
        var table = new StepFacts.Table();
        var placed = MemorySaving.Arrange(StepOrder.Arrange(ResultPlacement.Place(ProgramLowering.Lower(source, options), source)), table);
        // As one delegate all of it runs each time.
        return (placed.Steps, options.Unroll && Unroller.Fits(source) ? new Invariance[placed.Steps.Count] : new InvariantSteps(placed, table, source).Steps);
    }

    private static ProgramStep Emit(LoweredStep step, CompilerOptions options, Dictionary<LoweredStep, CompiledKernel> emitted, KernelCode code) => step switch
    {
        LoweredKernel => new KernelStep(emitted[step], step.Guards),
        LoweredProduct { Product: var product } => new ContractionStep(step.Name, DotKernel.Get(product.C.Type.DType, options.Width), product, step.Guards) { MayUseWinograd = options.Winograd },
        // Bodies have been rewritten with what is around them.
        LoweredRoutine { Node.Op: LoopOp loop } routine =>
            new LoopStep(loop, Compile(ProgramSource.Of(loop), options with { Rewrite = false }, code), routine.Inputs, routine.Outputs, step.Guards),
        LoweredRoutine { Node.Op: CorrelateOp { Geometry: var geometry } } routine => Correlation(SlideProduct.Correlate, geometry, routine, options),
        LoweredRoutine { Node.Op: CorrelateInputOp { Geometry: var geometry } } routine => Correlation(SlideProduct.Input, geometry, routine, options),
        LoweredRoutine { Node.Op: CorrelateKernelOp { Geometry: var geometry } } routine => Correlation(SlideProduct.Kernel, geometry, routine, options),
        LoweredRoutine routine => new RoutineStep(Alone(routine.Node), routine.Inputs, routine.Outputs, step.Guards),
        _ => throw new InvalidOperationException($"no code for the step '{step.Name}'"),
    };

    private static CorrelationStep Correlation(SlideProduct product, CorrelationGeometry geometry, LoweredRoutine routine, CompilerOptions options) =>
        new(product, geometry, SlideKernel.Get(routine.Node.Output.DType, options.Width), routine.Inputs, routine.Outputs[0], [.. routine.Node.Inputs.Select(i => i.Shape), routine.Node.Output.Shape], routine.Guards) { MayUseWinograd = options.Winograd };

    /// <summary>The node without the graph that it stands in, which a plan must not keep.</summary>
    private static Node Alone(Node node)
    {
        var graph = new Graph();
        using var origin = graph.WithOrigin(node.Origin);
        return graph.AddNode(node.Op, [.. node.Inputs.Select(i => graph.Placeholder(i.Name, i.Shape, i.DType))], node.Name);
    }
}
