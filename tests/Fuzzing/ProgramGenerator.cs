namespace GraphGrad.Tests.Fuzzing;

/// <summary>Writes random programs: small ones of many steps, large ones of few.</summary>
internal static class ProgramGenerator
{
    private static readonly Func<Draft, ProgramStep?>[][] Families = [ElementwiseSteps.All, ElementwiseSteps.All, LayoutSteps.All, CombiningSteps.All, RunningSteps.All, ConvolutionSteps.All];
    private static readonly Func<Draft, ProgramStep?>[][] FamiliesWithLoops = [.. Families, LoopSteps.All];

    /// <summary>The program of a seed, the same in every process.</summary>
    public static RandomProgram Write(int seed)
    {
        var random = new Random(seed);
        // Large ones are split among threads; in small ones every loop has a tail; tiny ones become one delegate.
        var (elements, steps, pool) = random.Next(9) switch
        {
            0 => (200_000, 6, new[] { 1, 33, 64, 257, 500 }),
            < 3 => (8_000, 14, [1, 5, 16, 31, 65]),
            < 5 => (40, 40, [1, 2, 3, 4]),
            _ => (600, 24, [1, 2, 3, 4, 5, 7, 8, 9, 16, 17]),
        };
        random.Shuffle(pool);
        var draft = new Draft(random, elements, [.. pool.Take(3)]);
        for (var i = random.Next(2, 5); i > 0; i--) draft.AddInput(DType.Float64, Shape(draft));
        if (random.Next(2) == 0) draft.AddInput(random.Next(2) == 0 ? DType.Int32 : DType.Int64, Shape(draft));
        if (random.Next(4) == 0) draft.AddInput(DType.Bool, Shape(draft));

        // Loops of large programs would take their time.
        var families = elements <= 8_000 && seed % 2 == 1 ? FamiliesWithLoops : Families;
        var calls = random.Next(2, steps);
        for (var attempt = 0; calls > 0 && attempt < 20 * steps; attempt++)
        {
            var family = families[random.Next(families.Length)];
            if (family[random.Next(family.Length)](draft) is { } step && draft.TryAdd(step)) calls--;
        }

        // What nothing reads is an output; so is now and then a value that is read on.
        var read = draft.Steps.SelectMany(s => s.Operands).ToHashSet();
        int[] outputs = [.. Enumerable.Range(0, draft.Steps.Count).Where(i => !draft.Steps[i].IsInput && (!read.Contains(i) || random.Next(8) == 0))];
        return outputs.Length == 0 ? Write(seed + 1_000_003) : draft.Finish(outputs);
    }

    private static int[] Shape(Draft draft)
    {
        int[] shape = [.. Enumerable.Range(0, draft.Random.Next(0, 4)).Select(_ => draft.Extent())];
        return shape.Aggregate(1L, (a, b) => a * b) <= draft.ElementLimit ? shape : [draft.Extent()];
    }
}
