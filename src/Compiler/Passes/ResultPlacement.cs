using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Compilation.Passes.Memory;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Decides where results are written. After it every fetched value is written to the caller's memory, by its kernel or by a
/// copy, and every assigned value to its variable: in place where nobody reads the old value later, else by a copy when the
/// step ends.
/// </summary>
internal static class ResultPlacement
{
    public sealed record Result(List<LoweredStep> Steps, int FirstInPlaceStep, BufferCopy[] FetchCopies, BufferCopy[] Commits)
    {
        /// <summary>The steps that are done slice by slice.</summary>
        public IReadOnlyList<SliceGroup> Slices { get; init; } = [];
    }

    public static Result Place(LoweredProgram program, ProgramSource source)
    {
        var facts = new StepFacts.Table();
        var replaced = new Dictionary<TensorBuffer, TensorBuffer>();
        var fetchCopies = new List<BufferCopy>();
        var commits = new List<BufferCopy>();
        var saved = new List<BufferCopy>();
        var inPlace = new HashSet<LoweredStep>();
        var updated = new Dictionary<TensorBuffer, LoweredStep>();
        var assigned = new Dictionary<TensorBuffer, int>();
        foreach (var (_, value) in source.Assignments) assigned[program.StorageOf(value)!] = assigned.GetValueOrDefault(program.StorageOf(value)!) + 1;
        var assignedTo = source.Assignments.Select(a => program.StorageOf(source.Variables[a.Variable])!).ToHashSet();
        var (writers, readers) = (Users(program.Steps, s => facts[s].Writes), Users(program.Steps, s => facts[s].Reads));
        // What is assigned to another variable as it was, is copied at the very end.
        var copied = assigned.Keys.Where(b => b.Kind == BufferKind.Variable).ToHashSet();
        for (var i = 0; i < source.Fetches.Count; i++)
        {
            var from = program.StorageOf(source.Fetches[i])!;
            var to = new TensorBuffer(-1, source.Fetches[i].Type, BufferKind.Fetch, i, $"fetch{i}");
            if (from.Kind == BufferKind.Arena && !assigned.ContainsKey(from) && replaced.TryAdd(from, to)) continue;
            fetchCopies.Add(new BufferCopy(from, to));
        }
        foreach (var (variable, value) in source.Assignments)
        {
            var from = program.StorageOf(value)!;
            var to = program.StorageOf(source.Variables[variable]) ?? throw new InvalidOperationException("a variable has storage");
            var writer = writers.GetValueOrDefault(from)?[0];
            if (assigned[from] == 1 && writer is not null && from.Kind == BufferKind.Arena && CanUpdateInPlace(readers, writer, from, to)
                && fetchCopies.All(c => c.From != to && c.From != from) && !copied.Contains(to) && !Conflicts(writer, to))
            {
                replaced.Add(from, to);
                updated.Add(to, writer);
                inPlace.Add(writer);
            }
            else if (from.Kind == BufferKind.Variable && assignedTo.Contains(from))
            {
                // It changes, too, perhaps before it is read: all old values are copied away first.
                var old = new TensorBuffer(-1 - variable, from.Type, BufferKind.Arena, -1, from.Name);
                saved.Add(new BufferCopy(from, old));
                commits.Add(new BufferCopy(old, to));
            }
            else
            {
                commits.Add(new BufferCopy(from, to));
            }
        }
        // Updates in place go last: when data makes a step fail, no variable has changed yet.
        var early = program.Steps.Where(s => !inPlace.Contains(s)).ToList();
        List<LoweredStep> steps = [.. early, .. program.Steps.Where(inPlace.Contains)];
        return new Result(
            [.. steps.Select(s => facts[s].Reads.Concat(facts[s].Writes).Any(replaced.ContainsKey) ? s.WithBuffers(b => replaced.GetValueOrDefault(b, b)) : s)],
            early.Count,
            [.. fetchCopies.Select(c => c with { From = replaced.GetValueOrDefault(c.From, c.From) })],
            [.. saved, .. commits.Select(c => c with { From = replaced.GetValueOrDefault(c.From, c.From) })]);

        // Updates in place run in any order after everything else: none may read what another changes.
        bool Conflicts(LoweredStep writer, TensorBuffer variable) =>
            (readers.GetValueOrDefault(variable)?.Exists(other => other != writer && inPlace.Contains(other)) ?? false)
            || facts[writer].Reads.Any(read => updated.TryGetValue(read, out var other) && other != writer);
    }

    /// <summary>The steps that read or write each buffer.</summary>
    private static Dictionary<TensorBuffer, List<LoweredStep>> Users(List<LoweredStep> steps, Func<LoweredStep, IEnumerable<TensorBuffer>> buffers)
    {
        var users = new Dictionary<TensorBuffer, List<LoweredStep>>();
        foreach (var step in steps)
        {
            foreach (var buffer in buffers(step))
            {
                if (!users.TryGetValue(buffer, out var found)) users.Add(buffer, found = []);
                found.Add(step);
            }
        }
        return users;
    }

    /// <summary>
    /// In place is right if the writer walks each element once, reads the old value only at the element that it writes, can
    /// run after everything else, so that others have read the old value by then, and nothing it does can fail.
    /// </summary>
    private static bool CanUpdateInPlace(Dictionary<TensorBuffer, List<LoweredStep>> readers, LoweredStep writer, TensorBuffer from, TensorBuffer variable)
    {
        if (writer is not LoweredKernel { Kernel: { Passes.Length: 0 } kernel, Guards.Length: 0 }) return false;
        // The old value's new one and whatever else the writer stores.
        if (kernel.Stores.Any(s => readers.TryGetValue(s.Buffer, out var all) && all.Exists(reader => reader != writer))) return false;
        var offset = kernel.Stores.First(s => s.Buffer == from).Offset;
        var reachable = ScalarGraph.Reachable(kernel.Roots);
        return reachable.All(s => s.Op != ScalarOp.Guard)
            && reachable.Where(s => s.Op == ScalarOp.Load && s.Payload == variable).All(s => s.Arguments.Length == 1 && ReferenceEquals(s.Arguments[0], offset));
    }
}
